package io.nearside.store.remote;

import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoreRacesContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The races over a real server; for each store that has one. */
abstract class OverRedisRacesContract extends StoreRacesContract {
  static LocalRedis redis;

  @BeforeAll
  static void start() {
    redis = LocalRedis.down();
    redis.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** One partition, since a clear is one instant for each. */
  static RemoteBed.Options options() {
    return RemoteBed.Options.of(RemoteBed.cacheName()).inOnePartition();
  }

  /** What asks the server for that store. */
  abstract RemoteStore<?, ?> remote(Store<Integer, Integer> of);

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
    return 60;
  }

  @Override
  protected void pass(long nanos) {
    RemoteBed.pass(nanos);
  }

  @Override
  protected void expire(Store<Integer, Integer> store) {
    RemoteBed.settle(store, remote(store));
  }

  @Override
  protected boolean tellsUnasked() {
    return false;
  }
}
