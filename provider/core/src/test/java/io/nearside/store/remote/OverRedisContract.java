package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Clock;
import io.nearside.store.Outcome;
import io.nearside.store.StoreContract;
import io.nearside.store.VersionedEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** The contract over a real server, whose time passes by itself; for each store that has one. */
abstract class OverRedisContract extends StoreContract {
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

  /** What asks the server. */
  abstract RemoteStore<?, ?> remote();

  @Override
  protected Clock clock() {
    return Clock.system();
  }

  @Override
  protected long ttl() {
    return 300_000_000;
  }

  @Override
  protected long margin() {
    return 1_500_000_000;
  }

  @Override
  protected void pass(long nanos) {
    RemoteBed.pass(nanos + 5_000_000); // what servers' clocks and rounding to ms may be off
  }

  @Override
  protected void assertSame(@Nullable Outcome<String> actual, @Nullable Outcome<String> expected) {
    if (actual instanceof VersionedEntry<String> one
        && expected instanceof VersionedEntry<String> other) {
      assertThat(one.isSame(other)).isTrue();
      assertThat(one.value()).isEqualTo(other.value());
      assertThat(one.hasOwnLife()).isEqualTo(other.hasOwnLife());
    } else {
      super.assertSame(actual, expected);
    }
  }

  @Override
  protected void expire() {
    RemoteBed.settle(store, remote());
  }

  @Override
  protected boolean tellsUnasked() {
    return false;
  }

  @Test
  void redissonsClientStandsBehindIt() {
    assertThat(store.unwrap(RedissonClient.class)).isNotNull();
  }
}
