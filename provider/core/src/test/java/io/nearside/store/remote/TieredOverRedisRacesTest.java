package io.nearside.store.remote;

import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.remote.TieredBed.Made;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Copies over a real server with a live bus withstand what a store must. */
@Tag("any-jdk")
class TieredOverRedisRacesTest extends OverRedisRacesContract {
  private static TieredBed node;

  private final Map<Store<Integer, Integer>, RemoteStore<Integer, Integer>> behind =
      new ConcurrentHashMap<>();

  @BeforeAll
  static void connect() {
    node = TieredBed.connected(redis);
  }

  @AfterAll
  static void disconnect() {
    node.close();
  }

  @Override
  protected Store<Integer, Integer> create(StoreObserver<Integer, Integer> told, Clock time) {
    Made<Integer, Integer> made = node.store(options(), Integer.class, Integer.class, told);
    behind.put(made.store(), made.authority());
    return made.store();
  }

  /** A copy of one key may be read after the entry of another one: both are within the bound. */
  @Override
  protected boolean clearsInOneInstant() {
    return false;
  }

  @Override
  RemoteStore<?, ?> remote(Store<Integer, Integer> of) {
    return behind.get(of);
  }
}
