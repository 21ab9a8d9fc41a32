package io.nearside.store.remote;

import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("any-jdk")
class RemoteStoreTest extends OverRedisContract {
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
  protected Store<Integer, String> create(StoreObserver<Integer, String> told, Clock time) {
    return node.store(
        RemoteBed.Options.of(RemoteBed.cacheName()), Integer.class, String.class, told);
  }

  @Override
  RemoteStore<?, ?> remote() {
    return (RemoteStore<?, ?>) store;
  }
}
