package io.nearside.store.remote;

import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoreRacesContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** In one partition, since a clear is one instant for each. */
class RemoteStoreRacesTest extends StoreRacesContract {
  private static LocalRedis redis;
  private static RemoteBed node;

  @BeforeAll
  static void start() {
    redis = LocalRedis.down();
    redis.start();
    node = new RemoteBed(redis.settings());
  }

  @AfterAll
  static void stop() {
    node.close();
    redis.close();
  }

  @Override
  protected Store<Integer, Integer> create(StoreObserver<Integer, Integer> told, Clock time) {
    RemoteBed.Options options = RemoteBed.Options.of(RemoteBed.cacheName()).inOnePartition();
    return node.store(options, Integer.class, Integer.class, told);
  }

  @Override
  protected Clock clock() {
    return Clock.system();
  }

  @Override
  protected long step() {
    return 2_000_000;
  }

  @Override
  protected int slowness() {
    return 20;
  }

  @Override
  protected void pass(long nanos) {
    RemoteBed.pass(nanos);
  }

  @Override
  protected void expire(Store<Integer, Integer> store) {
    RemoteBed.settle((RemoteStore<?, ?>) store);
  }

  @Override
  protected boolean tellsUnasked() {
    return false;
  }
}
