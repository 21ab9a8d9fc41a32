package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.EntryView.Freshness;
import io.nearside.EntryView.Tier;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.codec.KeyAddress;
import io.nearside.config.NearsideConfiguration;
import io.nearside.testserver.RedisServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.expiry.ExpiryPolicy;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with copies over one Redis, through the public API. */
class TwoTierTest {
  private RedisServer server;
  private Bench bench;
  private NearsideCache<String, String> one;
  private NearsideCache<String, String> two;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
    one = cache(bench.node());
    two = cache(bench.node());
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
                .statistics(true)
                .build())
        .unwrap(NearsideCache.class);
  }

  private static Tier tier(NearsideCache<String, String> cache, String key) {
    EntryView<String> view = cache.entry(key);
    return view == null ? Tier.REMOTE : view.tier();
  }

  /** Reads until a copy answers. */
  private static void awaitCopy(NearsideCache<String, String> cache, String key) {
    await()
        .until(() -> {
          cache.get(key);
          return tier(cache, key) == Tier.LOCAL;
        });
  }

  private long calls() throws Exception {
    return Long.parseLong(server.info("total_commands_processed"));
  }

  @Test
  void aReadIsAnsweredByTheCopyWithoutAskingRedis() throws Exception {
    one.put("k", "v");
    awaitCopy(two, "k");
    EntryView<String> view = Objects.requireNonNull(two.entry("k"));
    assertThat(view.value()).isEqualTo("v");
    assertThat(view.freshness()).isEqualTo(Freshness.FRESH);
    assertThat(view.version()).isPositive();
    assertThat(view.timeToLive()).isBetween(Duration.ZERO, Duration.ofMinutes(5));
    long before = server.calls("evalsha");
    for (int i = 0; i < 1_000; i++) {
      assertThat(two.get("k")).isEqualTo("v");
    }
    assertThat(server.calls("evalsha") - before).isLessThan(50); // beats
    assertThat(calls()).isPositive();
  }

  @Test
  void aChangeOfOneNodeEndsTheCopyOfTheOther() {
    one.put("k", "v1");
    awaitCopy(two, "k");
    one.put("k", "v2");
    await().atMost(Duration.ofSeconds(1)).until(() -> "v2".equals(two.get("k")));
    awaitCopy(two, "k");
    assertThat(one.remove("k")).isTrue();
    await().atMost(Duration.ofSeconds(1)).until(() -> two.get("k") == null);
  }

  @Test
  void aNodeReadsItsOwnChanges() {
    awaitCopyOf(one);
    for (int i = 0; i < 500; i++) {
      one.put("k", "v" + i);
      assertThat(one.get("k")).isEqualTo("v" + i);
      two.put("k", "w" + i);
      assertThat(two.get("k")).isEqualTo("w" + i);
    }
  }

  private static void awaitCopyOf(NearsideCache<String, String> cache) {
    cache.put("k", "v");
    awaitCopy(cache, "k");
  }

  @Test
  void clearEndsAllCopies() {
    one.putAll(Map.of("a", "1", "b", "2"));
    awaitCopy(two, "a");
    awaitCopy(two, "b");
    one.clear();
    assertThat(one.get("a")).isNull();
    await().atMost(Duration.ofSeconds(1)).until(() -> two.getAll(Set.of("a", "b")).isEmpty());
  }

  private void deleteHeads() throws Exception {
    List<Object> words = new ArrayList<>(List.of("DEL"));
    words.addAll(server.keys("*!h"));
    assertThat(words).hasSizeGreaterThan(1);
    server.call(words.toArray());
  }

  @Test
  void copiesOfAPartitionWhoseHeadIsLostEndWhenAnyNodeWritesThere() throws Exception {
    String[] pair = keysOfOnePartition();
    putUntilCopied(one, pair[0]);
    putUntilCopied(one, pair[1]);
    awaitCopy(two, pair[1]);
    deleteHeads();
    one.put(pair[0], "w");
    assertThat(tier(one, pair[0])).isEqualTo(Tier.LOCAL);
    await().atMost(Duration.ofSeconds(1)).until(() -> two.get(pair[1]) == null);
    await().atMost(Duration.ofSeconds(1)).until(() -> "w".equals(two.get(pair[0])));
    assertThat(one.get(pair[1])).isNull();
    assertThat(tier(one, pair[0])).as("after its own message").isEqualTo(Tier.LOCAL);
  }

  @Test
  void copiesOfAPartitionWhoseHeadIsLostEndWhenAnyNodeReadsThere() throws Exception {
    String[] pair = keysOfOnePartition();
    putUntilCopied(one, pair[1]);
    awaitCopy(two, pair[1]);
    deleteHeads();
    assertThat(one.get(pair[0])).isNull();
    await().atMost(Duration.ofSeconds(5)).until(() -> two.get(pair[1]) == null);
    await().atMost(Duration.ofSeconds(1)).until(() -> one.get(pair[1]) == null);
  }

  private static String[] keysOfOnePartition() {
    Map<Integer, String> seen = new HashMap<>();
    for (int i = 0; ; i++) {
      String key = "k" + i;
      String other = seen.put(KeyAddress.of("s:" + key, 256).partition(), key);
      if (other != null) {
        return new String[] {key, other};
      }
    }
  }

  @Test
  void theStatisticsShowWhatTheTiersDo() throws Exception {
    putUntilCopied(one, "k");
    awaitCopy(two, "k");
    long before = statistic(two, "LocalHits");
    for (int i = 0; i < 10; i++) {
      two.get("k");
    }
    assertThat(two.getAll(Set.of("k", "not there"))).hasSize(1);
    assertThat(statistic(two, "LocalHits") - before).isEqualTo(11);
    assertThat(statistic(two, "RemoteHits")).isPositive();
    assertThat(statistic(two, "Promotions")).isPositive();
    one.put("k", "w");
    await().until(() -> statistic(two, "Demotions") > 0);
    assertThat(statistic(two, "Announcements")).isPositive();
    for (String name :
        List.of("StaleHits", "BypassedReads", "RefusedReads", "Revalidations", "Renewals")) {
      assertThat(statistic(two, name)).as(name).isNotNegative();
    }
  }

  private static long statistic(NearsideCache<?, ?> cache, String name) throws Exception {
    String manager = cache.getCacheManager().getURI().toString().replaceAll("[,:=?]", ".");
    ObjectName pattern =
        new ObjectName(
            "javax.cache:type=CacheStatistics,CacheManager="
                + manager
                + ",Cache="
                + cache.getName());
    return (Long) ManagementFactory.getPlatformMBeanServer().getAttribute(pattern, name);
  }

  /** A node that has just begun may not have reached Redis yet. */
  private static void putUntilCopied(NearsideCache<String, String> cache, String key) {
    await()
        .until(() -> {
          cache.put(key, "v");
          return tier(cache, key) == Tier.LOCAL;
        });
  }

  /** Accessed entries live for 20 s more; counts how often it is asked. */
  private static final class Counting implements ExpiryPolicy {
    private static final AtomicLong ACCESSES = new AtomicLong();
    private static final long serialVersionUID = 1;

    @Override
    public javax.cache.expiry.Duration getExpiryForCreation() {
      return new javax.cache.expiry.Duration(TimeUnit.SECONDS, 20);
    }

    @Override
    public javax.cache.expiry.Duration getExpiryForAccess() {
      ACCESSES.incrementAndGet();
      return getExpiryForCreation();
    }

    @Override
    public javax.cache.expiry.@Nullable Duration getExpiryForUpdate() {
      return null;
    }
  }

  @Test
  void readsOfACopyProlongTheLifeInRedisNowAndThenAndAskThePolicyEachTime() throws Exception {
    Cache<String, String> cache =
        bench
            .node()
            .createCache(
                "sessions",
                NearsideConfiguration.builder(String.class, String.class)
                    .topology(Topology.TWO_TIER)
                    .expiryPolicy(Counting::new)
                    .build());
    NearsideCache<String, String> sessions = cache.unwrap(NearsideCache.class);
    putUntilCopied(sessions, "k");
    String name = server.keys("*sessions*s:k").iterator().next();
    long end = Long.parseLong(server.call("PEXPIRETIME", name).toString());
    long accesses = Counting.ACCESSES.get();
    long calls = server.calls("evalsha");
    long gets = 0;
    while (Long.parseLong(server.call("PEXPIRETIME", name).toString()) < end + 3_000) {
      for (int i = 0; i < 100; i++) {
        assertThat(sessions.get("k")).isEqualTo("v");
      }
      gets += 100;
    }
    assertThat(Counting.ACCESSES.get() - accesses).isEqualTo(gets);
    assertThat(gets).isGreaterThan(1_000);
    assertThat(server.calls("evalsha") - calls).as("renewals and beats").isLessThan(100);
  }

  @Test
  void compoundOperationsUseTheCopyAndAreAtomic() throws Exception {
    one.put("n", "0");
    awaitCopy(one, "n");
    awaitCopy(two, "n");
    for (int i = 0; i < 200; i++) {
      NearsideCache<String, String> cache = i % 2 == 0 ? one : two;
      cache.invoke(
          "n",
          (entry, arguments) -> {
            entry.setValue(Integer.toString(Integer.parseInt(entry.getValue()) + 1));
            return null;
          });
    }
    assertThat(one.get("n")).isEqualTo("200");
    assertThat(two.get("n")).isEqualTo("200");
  }

  @Test
  void withoutProofCopiesArePassedByAndUsedAgainAfterwards() throws Exception {
    one.put("k", "v");
    awaitCopy(two, "k");
    server.call("CLIENT", "KILL", "TYPE", "pubsub");
    assertThat(two.get("k")).isEqualTo("v");
    awaitCopy(two, "k");
    one.put("k", "w");
    await().atMost(Duration.ofSeconds(1)).until(() -> "w".equals(two.get("k")));
  }
}
