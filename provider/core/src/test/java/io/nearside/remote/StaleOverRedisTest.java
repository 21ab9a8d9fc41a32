package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.PartialResult;
import io.nearside.Topology;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has expired stands in for loads that fail, whatever node stored it. */
@Timeout(120)
@Tag("any-jdk")
class StaleOverRedisTest {
  private static final Duration LIFE = Duration.ofMillis(20);
  private static final Duration STALE = Duration.ofMinutes(30);

  private static RedisServer server;

  private final Source source = new Source();
  private Bench bench;

  @BeforeAll
  static void start() throws Exception {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void close() {
    source.gate.countDown();
    bench.close();
  }

  /** Counts, and fails when it is told to. */
  private static final class Source implements CacheLoader<Integer, String> {
    final AtomicInteger loads = new AtomicInteger();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean away;
    volatile boolean empty;

    @Override
    public @Nullable String load(Integer key) {
      int load = loads.incrementAndGet();
      try {
        if (!gate.await(60, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody lets it end");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (away) {
        throw new IllegalStateException("away");
      }
      return empty ? null : "v" + load;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> loaded = new HashMap<>();
      keys.forEach(key -> {
        String value = load(key);
        if (value != null) {
          loaded.put(key, value);
        }
      });
      return loaded;
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> node(
      Topology topology, Consumer<NearsideConfigurationBuilder<Integer, String>> more) {
    NearsideConfigurationBuilder<Integer, String> builder =
        Bench.remote(Integer.class, String.class)
            .topology(topology)
            .timeToLive(Duration.ofHours(1))
            .failFast()
            .loader(source)
            .staleIfError(STALE)
            .throttle(Duration.ofMillis(1));
    more.accept(builder);
    Cache<Integer, String> cache =
        bench
            .node(Map.of("remote.timeout", "15s", "remote.circuitBreaker.minimumCalls", "1000000"))
            .createCache("stale", builder.build());
    await().ignoreExceptions().until(() -> !cache.containsKey(-1));
    return cache.unwrap(NearsideCache.class);
  }

  private NearsideCache<Integer, String> node(Topology topology) {
    return node(topology, builder -> {});
  }

  /** Stores what has expired when this returns. */
  @SafeVarargs
  private static void expired(int key, String value, NearsideCache<Integer, String>... nodes) {
    nodes[0].put(key, value, EntryOptions.timeToLive(LIFE));
    for (NearsideCache<Integer, String> node : nodes) {
      await().until(() -> !node.containsKey(key));
    }
  }

  private static void assertAway(Cache<Integer, String> node, int key) {
    assertThatThrownBy(() -> node.get(key)).isInstanceOf(CacheLoaderException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void whatHasExpiredStandsInOnEveryNode(Topology topology) throws Exception {
    bench = new Bench(server.address());
    NearsideCache<Integer, String> one = node(topology);
    NearsideCache<Integer, String> two = node(topology);
    expired(1, "old", one, two);
    source.away = true;
    for (int i = 0; i < 3; i++) {
      for (NearsideCache<Integer, String> node : List.of(one, two, node(topology))) {
        assertThat(node.get(1)).isEqualTo("old");
        assertThat(node.getAll(Set.of(1))).isEqualTo(Map.of(1, "old"));
        assertThat(node.getOrLoad(1, (key, context) -> source.load(key))).isEqualTo("old");
        assertThat(node.containsKey(1)).isFalse();
        assertThat(node.entry(1)).as("it is an entry for nobody").isNull();
        assertThat(node.iterator().hasNext()).isFalse();
        PartialResult<Integer, String> some = node.getAllPartial(Set.of(1, 2));
        assertThat(some.values()).isEqualTo(Map.of(1, "old"));
        assertThat(some.failures()).containsOnlyKeys(2);
        assertAway(node, 2);
      }
    }
    assertThat(Bench.statistic(one, "StaleAnswers")).isEqualTo(12);
    assertThat(Bench.statistic(one, "CacheHits")).isZero();
    assertThatThrownBy(() -> one.invoke(1, (entry, arguments) -> entry.getValue()))
        .hasStackTraceContaining("away");
    source.away = false;
    await().until(() -> one.get(1).startsWith("v"));
    assertThat(two.get(1)).isEqualTo(one.get(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void nothingThatWasChangedOrRemovedComesBack(Topology topology) {
    bench = new Bench(server.address());
    NearsideCache<Integer, String> one = node(topology);
    NearsideCache<Integer, String> two = node(topology);
    List<Consumer<NearsideCache<Integer, String>>> ends =
        List.of(
            cache -> cache.remove(1),
            cache -> cache.getAndRemove(1),
            cache -> cache.removeAll(Set.of(1)),
            cache -> cache.removeAll(),
            cache -> cache.clear(),
            cache ->
                cache.invoke(
                    1,
                    (entry, arguments) -> {
                      entry.remove();
                      return null;
                    }),
            cache -> {
              cache.put(1, "next");
              cache.remove(1);
            },
            cache -> {
              source.empty = true;
              assertThat(cache.get(1)).isNull();
            },
            cache -> {
              source.empty = true;
              assertThat(cache.getAll(Set.of(1))).isEmpty();
            });
    for (boolean told : new boolean[] {false, true}) {
      for (int i = 0; i < ends.size(); i++) {
        source.away = false;
        source.empty = false;
        expired(1, "old", one, two);
        source.away = told;
        if (told) {
          assertThat(one.get(1)).isEqualTo("old");
        }
        source.away = false;
        ends.get(i).accept(two);
        source.empty = false;
        source.away = true;
        assertAway(one, 1);
        assertAway(two, 1);
        assertThat(one.getAllPartial(Set.of(1)).failures()).as("%s", i).containsOnlyKeys(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void whatWasStoredLastStandsIn(Topology topology) {
    bench = new Bench(server.address());
    NearsideCache<Integer, String> one = node(topology);
    NearsideCache<Integer, String> two = node(topology);
    expired(1, "old", one, two);
    expired(1, "next", two, one);
    source.away = true;
    assertThat(one.get(1)).isEqualTo("next");
    two.put(1, "live");
    assertThat(two.get(1)).isEqualTo("live");
    await().until(() -> "live".equals(one.get(1))); // once the pause of its source is over, too
  }

  @Test
  void whatTheSourceHasNothingForEndsThoughThatIsRemembered() {
    bench = new Bench(server.address());
    NearsideCache<Integer, String> one =
        node(Topology.REMOTE, builder -> builder.notFoundTimeToLive(Duration.ofSeconds(1)));
    expired(1, "old", one);
    source.empty = true;
    assertThat(one.get(1)).isNull();
    assertThat(source.loads).hasValue(1);
    source.away = true;
    await() // as long as that is remembered
        .untilAsserted(() -> assertAway(one, 1));
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void itIsToldOnceThatItHasExpired(Topology topology) throws Exception {
    bench = new Bench(server.address());
    NearsideCache<Integer, String> one = node(topology);
    NearsideCache<Integer, String> two = node(topology);
    ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    for (NearsideCache<Integer, String> node : List.of(one, two)) {
      node.registerCacheEntryListener(
          new MutableCacheEntryListenerConfiguration<>(
              new FactoryBuilder.SingletonFactory<CacheEntryListener<Integer, String>>(
                  new Noting(events)),
              null,
              true,
              true));
    }
    source.away = true;
    for (int key = 1; key <= 20; key++) {
      one.put(key, "old", EntryOptions.timeToLive(LIFE));
    }
    for (int key = 1; key <= 20; key++) {
      int each = key;
      await().ignoreExceptions().until(() -> "old".equals(two.get(each)) && !one.containsKey(each));
      assertThat(one.get(key)).isEqualTo("old");
    }
    await().until(() -> events.stream().filter(event -> event.startsWith("EXPIRED")).count() >= 20);
    for (int key = 1; key <= 20; key++) {
      assertThat(one.get(key)).as("told, it stands in as before").isEqualTo("old");
      if (key % 2 == 0) {
        two.put(key, "new");
      } else {
        two.remove(key);
      }
    }
    assertThat(
            events.stream().collect(Collectors.groupingBy(event -> event, Collectors.counting())))
        .isEqualTo(
            IntStream.rangeClosed(1, 20)
                .boxed()
                .flatMap(key ->
                    key % 2 == 0
                        ? List.of("CREATED old " + key, "EXPIRED old " + key, "CREATED new " + key)
                            .stream()
                        : List.of("CREATED old " + key, "EXPIRED old " + key).stream())
                .collect(Collectors.toMap(event -> event, event -> 1L)));
  }

  private record Noting(ConcurrentLinkedQueue<String> events)
      implements CacheEntryCreatedListener<Integer, String>,
          CacheEntryRemovedListener<Integer, String>,
          CacheEntryExpiredListener<Integer, String> {
    private void note(
        Iterable<javax.cache.event.CacheEntryEvent<? extends Integer, ? extends String>> told) {
      told.forEach(event ->
          events.add(event.getEventType() + " " + event.getValue() + " " + event.getKey()));
    }

    @Override
    public void onCreated(
        Iterable<javax.cache.event.CacheEntryEvent<? extends Integer, ? extends String>> told) {
      note(told);
    }

    @Override
    public void onRemoved(
        Iterable<javax.cache.event.CacheEntryEvent<? extends Integer, ? extends String>> told) {
      note(told);
    }

    @Override
    public void onExpired(
        Iterable<javax.cache.event.CacheEntryEvent<? extends Integer, ? extends String>> told) {
      note(told);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void theSourceIsLeftAloneForAWhile(Topology topology) {
    bench = new Bench(server.address());
    NearsideCache<Integer, String> one =
        node(topology, builder -> builder.throttle(Duration.ofHours(1)));
    NearsideCache<Integer, String> two =
        node(topology, builder -> builder.throttle(Duration.ofHours(1)));
    expired(1, "old", one, two);
    source.away = true;
    for (int i = 0; i < 10; i++) {
      assertThat(one.get(1)).isEqualTo("old");
      assertThat(one.getAll(Set.of(1))).isEqualTo(Map.of(1, "old"));
    }
    assertThat(source.loads).hasValue(1);
    two.put(1, "new");
    assertThat(one.get(1)).as("what others store is seen all the same").isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void onlyAFailedLoadAsksOnceMore(Topology topology) throws Exception {
    bench = new Bench(server.address());
    NearsideCache<Integer, String> cache =
        node(topology, builder -> builder.throttle(Duration.ofHours(1)));
    for (int key = 1; key <= 3; key++) { // every script once
      expired(key, "old", cache);
    }
    source.away = true;
    cache.get(3);
    source.away = false;
    cache.get(-2);
    Map<String, Integer> miss = Map.of("evalsha", 2);
    String read = (topology == Topology.REMOTE) ? "mget" : "eval";
    assertThat(Sent.during(server, () -> cache.get(-3))).isEqualTo(miss);
    assertThat(Sent.during(server, () -> cache.get(1))).as("over what is kept").isEqualTo(miss);
    source.empty = true;
    // with every load that stores nothing a lease is released, for which nobody waits
    assertThat(Sent.during(server, () -> cache.get(-4)))
        .isIn(Map.of("evalsha", 1), Map.of("evalsha", 2));
    source.away = true;
    assertThat(Sent.during(server, () -> assertThat(cache.get(2)).isEqualTo("old")))
        .containsEntry(read, 1)
        .hasEntrySatisfying("evalsha", scripts -> assertThat(scripts).isBetween(1, 3));
    assertThat(Sent.during(server, () -> assertThat(cache.get(2)).isEqualTo("old")))
        .as("while the source is left alone")
        .containsEntry(read, 2);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void whoWaitsTooLongGetsItOnEveryNodeWhileOneLoadGoesOn(Topology topology) {
    bench = new Bench(server.address());
    Consumer<NearsideConfigurationBuilder<Integer, String>> soft =
        builder ->
            builder.load(
                load -> load.softTimeout(Duration.ofMillis(20)).lease(Duration.ofMinutes(1)));
    NearsideCache<Integer, String> one = node(topology, soft);
    NearsideCache<Integer, String> two = node(topology, soft);
    expired(1, "old", one, two);
    expired(2, "other", one, two);
    source.gate = new CountDownLatch(1);
    for (int i = 0; i < 5; i++) {
      for (NearsideCache<Integer, String> node : List.of(one, two)) {
        assertThat(node.get(1)).isEqualTo("old");
        assertThat(node.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "old", 2, "other"));
        assertThat(node.entry(1)).isNull();
      }
    }
    assertThat(source.loads).as("of each key").hasValue(2);
    two.put(2, "new");
    source.gate.countDown();
    await().until(() -> one.containsKey(1) && two.containsKey(1));
    assertThat(one.get(1)).startsWith("v").isEqualTo(two.get(1));
    assertThat(two.get(2)).isEqualTo("new");
    await().until(() -> "new".equals(one.get(2)));
    assertThat(source.loads).hasValue(2);
  }

  @Test
  void aLoadThatHangsWhenItsCallersHaveLeftLetsOtherNodesTry() {
    bench = new Bench(server.address());
    Duration hard = Duration.ofMillis(300);
    Duration lease = Duration.ofSeconds(1);
    NearsideCache<Integer, String> one =
        node(
            Topology.REMOTE,
            builder ->
                builder.load(load ->
                    load.softTimeout(Duration.ofMillis(20)).hardTimeout(hard).lease(lease)));
    NearsideCache<Integer, String> two =
        node(
            Topology.REMOTE,
            builder ->
                builder
                    .load(load -> load.hardTimeout(hard).lease(lease))
                    .loader((NearsideLoader<Integer, String>) (key, context) -> "new"));
    expired(1, "old", one, two);
    source.gate = new CountDownLatch(1);
    assertThat(one.get(1)).isEqualTo("old");
    assertThat(two.get(1)).as("at first it waits for that load").isEqualTo("old");
    await().until(() -> two.get(1).equals("new"));
    assertThat(source.loads).as("nobody has asked there again").hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void inAClusterToo(Topology topology) throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      bench =
          new Bench(
              "redis+cluster://"
                  + cluster.masters().stream()
                      .map(RedisServer::hostAndPort)
                      .collect(Collectors.joining(",")));
      NearsideCache<Integer, String> one = node(topology);
      NearsideCache<Integer, String> two = node(topology);
      Map<Integer, String> old = new HashMap<>();
      List<Integer> removed = new ArrayList<>();
      for (int key = 0; key < 60; key++) {
        one.put(key, "old" + key, EntryOptions.timeToLive(LIFE));
        if (key % 3 == 0) {
          removed.add(key);
        } else {
          old.put(key, "old" + key);
        }
      }
      await().until(() -> old.keySet().stream().noneMatch(two::containsKey));
      await().until(() -> removed.stream().noneMatch(one::containsKey));
      removed.forEach(two::remove);
      source.away = true;
      PartialResult<Integer, String> all =
          two.getAllPartial(IntStream.range(0, 60).boxed().collect(Collectors.toSet()));
      assertThat(all.values()).isEqualTo(old);
      assertThat(all.failures()).containsOnlyKeys(removed);
      old.forEach((key, value) -> assertThat(one.get(key)).isEqualTo(value));
      removed.forEach(key -> assertAway(one, key));
      two.removeAll();
      old.keySet().forEach(key -> assertAway(one, key));
      bench.close(); // before the cluster
    }
  }
}
