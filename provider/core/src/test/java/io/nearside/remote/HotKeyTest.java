package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.EntryView.Tier;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.Map;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes with copies, of which one writes a key all the time. */
@Tag("any-jdk")
class HotKeyTest {
  private static final int WRITES = 200;
  private static final long TICK_NANOS = 100_000_000;

  private RedisServer server;
  private Bench bench;
  private NearsideCache<String, String> one;
  private NearsideCache<String, String> two;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
    one = cache(bench.node(Map.of("remote.timeout", "10s")));
    two = cache(bench.node(Map.of("remote.timeout", "10s")));
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> {
          one.put("up", "v");
          return "v".equals(two.get("up"));
        });
  }

  @AfterEach
  void stop() throws Exception {
    bench.close();
    server.close();
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> cache(CacheManager manager) {
    return manager
        .createCache(
            "copied",
            NearsideConfiguration.builder(String.class, String.class)
                .topology(Topology.TWO_TIER)
                .timeToLive(Duration.ofHours(1))
                .failFast()
                .build())
        .unwrap(NearsideCache.class);
  }

  private static boolean isCopied(NearsideCache<String, String> cache, String key) {
    EntryView<String> view = cache.entry(key);
    return view != null && view.tier() == Tier.LOCAL;
  }

  /** Reads until a copy answers. */
  private static void awaitCopy(NearsideCache<String, String> cache, String key) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          cache.get(key);
          return isCopied(cache, key);
        });
  }

  /** Of announcements and beats. */
  private long messages() throws Exception {
    return server.calls("publish");
  }

  @Test
  void manyWritesOfOneKeyAreFewMessages() throws Exception {
    one.put("k", "v");
    awaitCopy(two, "k");
    long start = System.nanoTime();
    long before = messages();
    for (int i = 0; i < WRITES; i++) {
      one.put("k", "v" + i);
      assertThat(one.get("k")).isEqualTo("v" + i);
    }
    long published = messages() - before;
    long ticks = (System.nanoTime() - start) / TICK_NANOS;
    long beats = ticks / 4 + 2;
    assertThat(published).isBetween(10L, 11 + ticks + beats);
    assertThat(two.get("k")).as("nothing hides the last write").isEqualTo("v" + (WRITES - 1));
    assertThat(isCopied(one, "k")).isFalse();
    assertThat(isCopied(two, "k")).isFalse();
  }

  @Test
  void bothNodesSeeWhatTheOtherWritesInSilence() {
    for (int i = 0; i < WRITES; i++) {
      one.put("k", "a" + i);
      awaitValue(two, "a" + i);
      two.put("k", "b" + i);
      awaitValue(one, "b" + i);
    }
  }

  private static void awaitValue(NearsideCache<String, String> cache, String value) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(cache.get("k")).isEqualTo(value));
  }

  @Test
  void aKeyThatIsNotWrittenAnyMoreIsCopiedAgainAndItsNextWriteIsHeard() {
    for (int i = 0; i < WRITES; i++) {
      one.put("k", "v" + i);
    }
    assertThat(isCopied(two, "k")).isFalse();
    awaitCopy(two, "k");
    awaitCopy(one, "k");
    one.put("k", "last");
    awaitValue(two, "last");
  }
}
