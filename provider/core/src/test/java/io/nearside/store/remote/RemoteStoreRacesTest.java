package io.nearside.store.remote;

import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("any-jdk")
class RemoteStoreRacesTest extends OverRedisRacesContract {
  private static RemoteBed node;

  @BeforeAll
  static void connect() {
    node = RemoteBed.connected(redis);
  }

  @AfterAll
  static void disconnect() {
    node.close();
  }

  @Override
  protected Store<Integer, Integer> create(StoreObserver<Integer, Integer> told, Clock time) {
    return node.store(options(), Integer.class, Integer.class, told);
  }

  @Override
  RemoteStore<?, ?> remote(Store<Integer, Integer> of) {
    return (RemoteStore<?, ?>) of;
  }
}
