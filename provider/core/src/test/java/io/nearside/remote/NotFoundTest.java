package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a cache remembers of keys that its source had nothing for, in every topology. */
@Timeout(120)
@Tag("any-jdk")
class NotFoundTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  /** A machine that stalls is no fault of Redis. */
  private static final Map<String, String> PATIENT =
      Map.of("remote.timeout", "15s", "remote.circuitBreaker.minimumCalls", "1000000");

  @RegisterExtension static final BenchRedis REDIS = new BenchRedis();

  private final Source source = new Source();

  @AfterEach
  void close() {
    source.gate.countDown();
  }

  /** Counts what it is asked for; its loads can be made to wait after they have read. */
  private static final class Source implements CacheLoader<Integer, String> {
    final Map<Integer, String> rows = new ConcurrentHashMap<>();
    final AtomicInteger loads = new AtomicInteger();
    final CountDownLatch gate = new CountDownLatch(1);
    volatile int pausesAt = -1;
    volatile @Nullable RuntimeException instead;

    @Override
    public @Nullable String load(Integer key) {
      loads.incrementAndGet();
      String row = rows.get(key);
      if (key == pausesAt) {
        pass();
      }
      RuntimeException thrown = instead;
      if (row == null && thrown != null) {
        throw thrown;
      }
      return row;
    }

    private void pass() {
      try {
        assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> values = new HashMap<>();
      for (Integer key : keys) {
        String row = load(key);
        if (row != null) {
          values.put(key, row);
        }
      }
      return values;
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> node(
      Topology topology, Consumer<NearsideConfigurationBuilder<Integer, String>> more) {
    NearsideConfigurationBuilder<Integer, String> builder =
        Bench.remote(Integer.class, String.class)
            .topology(topology)
            .timeToLive(Duration.ofHours(1))
            .loader(source)
            .notFoundTimeToLive(LONG);
    more.accept(builder);
    Cache<Integer, String> cache =
        REDIS.bench().node(PATIENT).createCache("absent", builder.build());
    await().ignoreExceptions().until(() -> !cache.containsKey(-1));
    return cache.unwrap(NearsideCache.class);
  }

  private NearsideCache<Integer, String> node(Topology topology) {
    return node(topology, builder -> {});
  }

  private int loadsOf(Runnable operation) {
    int before = source.loads.get();
    operation.run();
    return source.loads.get() - before;
  }

  private static void loadAll(Cache<Integer, String> cache, Set<Integer> keys, boolean replace) {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(keys, replace, done);
    try {
      done.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLoadedOnceAndShownToNobody(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache = node(topology);
    Queue<Object> events = new ConcurrentLinkedQueue<>();
    listen(cache, (CacheEntryCreatedListener<Integer, String>) all -> all.forEach(events::add));
    listen(cache, (CacheEntryRemovedListener<Integer, String>) all -> all.forEach(events::add));
    long misses = Bench.statistic(cache, "CacheMisses");
    for (int i = 0; i < 5; i++) {
      assertThat(cache.get(7)).isNull();
    }
    assertThat(source.loads).hasValue(1);
    assertThat(Bench.statistic(cache, "CacheMisses") - misses).isEqualTo(5);
    assertThat(Bench.statistic(cache, "NotFoundHits")).isEqualTo(4);
    assertThat(cache.containsKey(7)).isFalse();
    assertThat(cache.entry(7)).isNull();
    assertThat(cache.iterator()).isExhausted();
    assertThat(cache.remove(7)).isFalse();
    assertThat(cache.replace(7, "a")).isFalse();
    assertThat(events).isEmpty();
  }

  private static void listen(
      Cache<Integer, String> cache, CacheEntryListener<Integer, String> listener) {
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new FactoryBuilder.SingletonFactory<>(listener), null, true, true));
  }

  @ParameterizedTest
  @EnumSource
  void offUntilAskedFor(Topology topology) {
    Cache<Integer, String> cache =
        REDIS
            .bench()
            .node()
            .createCache(
                "plain",
                Bench.remote(Integer.class, String.class)
                    .topology(topology)
                    .loader(source)
                    .build());
    cache.get(1);
    assertThat(loadsOf(() -> cache.get(1))).isEqualTo(1);
  }

  /** Each leaves the value that its name says, or lets the source be asked again. */
  private static Map<String, Consumer<Cache<Integer, String>>> changes() {
    Map<String, Consumer<Cache<Integer, String>>> changes = new LinkedHashMap<>();
    changes.put("put", cache -> cache.put(7, "put"));
    changes.put("putIfAbsent", cache -> assertThat(cache.putIfAbsent(7, "putIfAbsent")).isTrue());
    changes.put("getAndPut", cache -> assertThat(cache.getAndPut(7, "getAndPut")).isNull());
    changes.put("putAll", cache -> cache.putAll(Map.of(7, "putAll", 8, "x")));
    changes.put(
        "invoke",
        cache ->
            cache.invoke(
                7,
                (entry, arguments) -> {
                  entry.setValue("invoke");
                  return null;
                }));
    changes.put("remove", cache -> cache.remove(7));
    changes.put("removeAll of keys", cache -> cache.removeAll(Set.of(7)));
    changes.put("removeAll", Cache::removeAll);
    changes.put("clear", Cache::clear);
    changes.put("loadAll", cache -> loadAll(cache, Set.of(7), true));
    return changes;
  }

  @ParameterizedTest
  @EnumSource
  void everyChangeEndsIt(Topology topology) {
    NearsideCache<Integer, String> cache = node(topology);
    changes()
        .forEach((name, change) -> {
          source.rows.clear();
          cache.clear();
          assertThat(cache.get(7)).as(name).isNull();
          assertThat(loadsOf(() -> cache.get(7))).as(name).isZero();
          source.rows.put(7, "row");
          assertThat(cache.get(7)).as("before " + name).isNull();
          change.accept(cache);
          boolean stores = name.startsWith("put") || name.equals("getAndPut");
          stores |= name.equals("invoke");
          assertThat(cache.get(7)).as(name).isEqualTo(stores ? name : "row");
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void everyChangeEndsItOnEveryNode(Topology topology) {
    NearsideCache<Integer, String> cache = node(topology);
    NearsideCache<Integer, String> other = node(topology);
    changes()
        .forEach((name, change) -> {
          source.rows.clear();
          cache.clear();
          await()
              .untilAsserted(() -> {
                assertThat(other.get(7)).as(name).isNull();
                assertThat(loadsOf(() -> other.get(7))).as(name).isZero();
              });
          assertThat(cache.get(7)).isNull();
          source.rows.put(7, "row");
          change.accept(cache);
          boolean stores = name.startsWith("put") || name.equals("getAndPut");
          stores |= name.equals("invoke");
          String expected = stores ? name : "row";
          if (topology == Topology.REMOTE) {
            assertThat(other.get(7)).as(name).isEqualTo(expected);
          } else { // a copy may be as old as the bound
            await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(other.get(7)).as(name).isEqualTo(expected));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void allNodesLoadOnce(Topology topology) {
    NearsideCache<Integer, String> one = node(topology);
    NearsideCache<Integer, String> other = node(topology);
    Set<Integer> keys = IntStream.range(0, 50).boxed().collect(Collectors.toSet());
    assertThat(loadsOf(() -> keys.forEach(one::get))).isEqualTo(50);
    assertThat(loadsOf(() -> keys.forEach(one::get))).isZero();
    assertThat(loadsOf(() -> keys.forEach(other::get))).isZero();
    assertThat(loadsOf(() -> other.getAll(keys))).isZero();
    assertThat(
            loadsOf(() -> one.getAll(IntStream.range(25, 75).boxed().collect(Collectors.toSet()))))
        .isEqualTo(25);
    assertThat(loadsOf(() -> keys.forEach(other::get))).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void allThatLoadsHeedsIt(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache = node(topology);
    Set<Integer> keys = Set.of(1, 2, 3);
    source.rows.put(3, "three");
    assertThat(cache.getAll(keys)).containsOnly(Map.entry(3, "three"));
    assertThat(source.loads).hasValue(3);
    source.rows.put(1, "one");
    source.rows.put(2, "two");
    assertThat(
            loadsOf(() -> {
              assertThat(cache.getAll(keys)).containsOnlyKeys(3);
              assertThat(cache.getAllPartial(keys).values()).containsOnlyKeys(3);
              assertThat(cache.getAllPartial(keys).failures()).isEmpty();
              assertThat(cache.get(1)).isNull();
              assertThat(cache.<String>invoke(1, (entry, arguments) -> entry.getValue())).isNull();
              assertThat(cache.getOrLoad(2, (key, context) -> "never asked")).isNull();
              loadAll(cache, keys, false);
            }))
        .isZero();
    loadAll(cache, keys, true);
    assertThat(cache.getAll(keys)).containsEntry(1, "one").containsEntry(2, "two");
    assertThat(cache.getOrLoad(9, (key, context) -> null)).isNull();
    assertThat(cache.<String>invoke(10, (entry, arguments) -> entry.getValue())).isNull();
    loadAll(cache, Set.of(11), false);
    assertThat(loadsOf(() -> cache.getAll(Set.of(9, 10, 11)))).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void someExceptionsSayNothing(Topology topology) {
    NearsideCache<Integer, String> cache =
        node(topology, builder -> builder.notFoundExceptions(NoSuchElementException.class));
    source.instead = new NoSuchElementException("no row");
    assertThat(cache.get(1)).isNull();
    assertThat(cache.getAll(Set.of(2))).isEmpty();
    assertThat(loadsOf(() -> cache.getAll(Set.of(1, 2)))).isZero();
    source.instead = new CacheLoaderException("wrapped", new NoSuchElementException("no row"));
    assertThat(cache.get(3)).isNull();
    assertThat(loadsOf(() -> cache.get(3))).isZero();
    source.instead = new IllegalStateException("broken");
    assertThatThrownBy(() -> cache.get(4)).isInstanceOf(CacheLoaderException.class);
    assertThatThrownBy(() -> cache.get(4)).hasMessageContaining("broken");
    assertThat(cache.get(3)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void itEnds(Topology topology) {
    NearsideCache<Integer, String> cache =
        node(topology, builder -> builder.notFoundTimeToLive(Duration.ofSeconds(1)));
    assertThat(cache.get(1)).isNull();
    source.rows.put(1, "row");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(cache.get(1)).isEqualTo("row"));
    assertThat(source.loads).hasValueBetween(2, 2);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void aLoadThatAPutHasOvertakenLeavesNothing(Topology topology) throws Exception {
    NearsideCache<Integer, String> one = node(topology);
    NearsideCache<Integer, String> other = node(topology);
    source.pausesAt = 5;
    FutureTask<String> answer = new FutureTask<>(() -> one.get(5));
    Thread caller = new Thread(answer, "caller");
    caller.setDaemon(true);
    caller.start();
    await().until(() -> source.loads.get() == 1);
    source.rows.put(5, "row");
    other.put(5, "put");
    other.remove(5); // so that nothing but the lease tells
    source.gate.countDown();
    answer.get(60, TimeUnit.SECONDS);
    assertThat(REDIS.server().keys("*" + REDIS.bench().namespace + "*!c"))
        .as("counts of blanks")
        .isEmpty();
    await().untilAsserted(() -> assertThat(one.get(5)).isEqualTo("row"));
    assertThat(other.get(5)).isEqualTo("row");
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void whoWaitsForALoadThatFindsNothingNeedNotLoad(Topology topology) throws Exception {
    NearsideCache<Integer, String> one = node(topology);
    NearsideCache<Integer, String> other = node(topology);
    source.pausesAt = 5;
    FutureTask<String> first = new FutureTask<>(() -> one.get(5));
    FutureTask<String> second = new FutureTask<>(() -> other.get(5));
    new Thread(first, "first").start();
    await().until(() -> source.loads.get() == 1);
    long misses = Bench.statistic(other, "CacheMisses");
    new Thread(second, "second").start();
    await().until(() -> Bench.statistic(other, "CacheMisses") > misses);
    source.gate.countDown();
    assertThat(first.get(60, TimeUnit.SECONDS)).isNull();
    assertThat(second.get(60, TimeUnit.SECONDS)).isNull();
    assertThat(source.loads).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void aRememberedReadIsOneRoundTripOrNone(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache = node(topology);
    AtomicInteger key = new AtomicInteger();
    await() // until scripts are known, and nobody else sends anything
        .untilAsserted(() ->
            assertThat(Sent.during(REDIS.server(), () -> cache.get(key.incrementAndGet())))
                .isEqualTo(Map.of("evalsha", 2)));
    Map<String, Integer> once =
        (topology == Topology.REMOTE) ? Map.of("evalsha", 1) : Map.of(); // if it is proved fresh
    await()
        .untilAsserted(() ->
            assertThat(Sent.during(REDIS.server(), () -> assertThat(cache.get(key.get())).isNull()))
                .isEqualTo(once));
    assertThat(source.loads).hasValue(key.get());
  }

  @Test
  void aJvmRemembersNoMoreThanItMay() {
    NearsideCache<Integer, String> cache =
        node(Topology.LOCAL, builder -> builder.notFoundMaximumSize(1_000));
    Set<Integer> keys = IntStream.range(0, 20_000).boxed().collect(Collectors.toSet());
    assertThat(loadsOf(() -> cache.getAll(keys))).isEqualTo(20_000);
    await()
        .untilAsserted(
            () -> assertThat(loadsOf(() -> cache.getAll(keys))).isBetween(15_000, 19_999));
  }

  @ParameterizedTest
  @EnumSource
  void aRefreshThatFindsNothingLeavesThat(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache =
        node(topology, builder -> builder.refreshAheadFactor(0.000_001));
    source.rows.put(1, "row");
    assertThat(cache.get(1)).isEqualTo("row");
    source.rows.clear();
    await().until(() -> cache.get(1) == null);
    await().until(() -> Bench.statistic(cache, "Refreshes") > 0);
    assertThat(loadsOf(() -> assertThat(cache.get(1)).isNull())).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void redisRemembersNoMoreThanItMay(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache =
        node(topology, builder -> builder.notFoundMaximumSize(256));
    Set<Integer> keys = IntStream.range(0, 1_000).boxed().collect(Collectors.toSet());
    cache.getAll(keys);
    // The leases of loads that nobody remembers die by themselves.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> REDIS.server().keys("*" + REDIS.bench().namespace + "*!l:*").size() < 600);
    assertThat(loadsOf(() -> cache.getAll(keys))).isBetween(400, 999);
  }
}
