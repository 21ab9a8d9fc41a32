package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.PartialResult;
import io.nearside.RemoteUnavailableException;
import io.nearside.Topology;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Many keys at once, and comparisons, by futures: no thread waits for them. */
@Timeout(120)
@Tag("any-jdk")
class AsyncBulkTest {
  private static final Map<String, String> PATIENT =
      Map.of("remote.timeout", "30s", "remote.circuitBreaker.minimumCalls", "1000000");
  private static final int KEYS = 1_200; // more than two steps

  @RegisterExtension static final BenchRedis REDIS = new BenchRedis();

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, Integer> cache(
      Bench bench,
      Map<String, String> node,
      NearsideConfigurationBuilder<Integer, Integer> settings) {
    return bench.node(node).createCache("orders", settings.build()).unwrap(NearsideCache.class);
  }

  private static NearsideConfigurationBuilder<Integer, Integer> settings(Topology topology) {
    return Bench.remote(Integer.class, Integer.class).topology(topology);
  }

  private static Map<Integer, Integer> values(int from, int to) {
    return IntStream.range(from, to).boxed().collect(Collectors.toMap(key -> key, key -> key));
  }

  private static Set<Integer> keys(int from, int to) {
    return values(from, to).keySet();
  }

  /** Those that wait where a thread must. */
  private static List<String> waiting() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("nearside-\\d+-async-.*"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LOCAL")
  void whatASlowRedisIsAskedHoldsNoThread(Topology topology) throws Exception {
    NearsideCache<Integer, Integer> cache =
        cache(REDIS.bench(), PATIENT, settings(topology).failFast());
    cache.putAll(values(0, 600));
    cache.removeAll(keys(500, 600)); // of which nothing is copied
    NearsideAsyncCache<Integer, Integer> async = cache.async();
    List<CompletableFuture<?>> calls = new ArrayList<>();
    REDIS.server().pause();
    CompletableFuture<PartialResult<Integer, Integer>> partly;
    CompletableFuture<Boolean> replaced;
    CompletableFuture<Boolean> refused;
    CompletableFuture<Boolean> removed;
    CompletableFuture<EntryView<Integer>> viewed;
    CompletableFuture<Map<Integer, Integer>> found;
    try {
      calls.add(found = async.getAll(keys(400, 600)));
      calls.add(partly = async.getAllPartial(keys(450, 650)));
      calls.add(async.putAll(values(10_000, 10_000 + KEYS)));
      calls.add(async.removeAll(keys(0, 100)));
      calls.add(replaced = async.replace(200, 200, -200));
      calls.add(refused = async.replace(201, -1, -201));
      calls.add(removed = async.remove(202, 202));
      calls.add(viewed = async.entry(700));
      for (int i = 0; i < 500; i++) { // far more than there are threads
        calls.add(async.getAll(keys(500, 520)));
        calls.add(async.replace(300 + i % 100, -5, -6));
      }
      assertThat(calls).noneMatch(CompletableFuture::isDone);
      assertThat(waiting()).isEmpty();
    } finally {
      REDIS.server().resume();
    }
    for (CompletableFuture<?> call : calls) {
      call.get(60, TimeUnit.SECONDS);
    }
    assertThat(waiting()).isEmpty();
    assertThat(found.join()).isEqualTo(values(400, 500));
    assertThat(partly.join().values()).isEqualTo(values(450, 500));
    assertThat(partly.join().failures()).isEmpty();
    assertThat(replaced.join()).isTrue();
    assertThat(refused.join()).isFalse();
    assertThat(removed.join()).isTrue();
    assertThat(viewed.join()).isNull();
    assertThat(cache.getAll(keys(10_000, 10_000 + KEYS))).hasSize(KEYS);
    assertThat(cache.getAll(keys(0, 100))).isEmpty();
    assertThat(cache.get(200)).isEqualTo(-200);
    assertThat(cache.get(201)).isEqualTo(201);
    assertThat(cache.get(202)).isNull();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LOCAL")
  void itCountsAsItsTwinThatWaits(Topology topology) throws Exception {
    List<Map<String, Long>> counts = new ArrayList<>();
    for (boolean waits : List.of(true, false)) {
      NearsideCache<Integer, Integer> cache =
          cache(REDIS.bench(), PATIENT, settings(topology).failFast());
      NearsideAsyncCache<Integer, Integer> async = cache.async();
      cache.clear();
      if (waits) {
        cache.putAll(values(0, KEYS));
        cache.getAll(keys(KEYS - 10, KEYS + 10));
        cache.removeAll(keys(0, 30));
        cache.replace(100, 100, 1);
        cache.replace(101, 1, 1);
        cache.replace(KEYS + 1, 1, 1);
        cache.remove(102, 102);
        cache.remove(103, 1);
        cache.entry(104);
      } else {
        async.putAll(values(0, KEYS)).join();
        async.getAll(keys(KEYS - 10, KEYS + 10)).join();
        async.removeAll(keys(0, 30)).join();
        async.replace(100, 100, 1).join();
        async.replace(101, 1, 1).join();
        async.replace(KEYS + 1, 1, 1).join();
        async.remove(102, 102).join();
        async.remove(103, 1).join();
        async.entry(104).join();
      }
      Map<String, Long> count = new HashMap<>();
      for (String statistic :
          List.of("CacheHits", "CacheMisses", "CachePuts", "CacheRemovals", "CacheGets")) {
        count.put(statistic, Bench.statistic(cache, statistic));
      }
      counts.add(count);
      cache.getCacheManager().close();
    }
    assertThat(counts.get(1)).isEqualTo(counts.get(0));
    assertThat(counts.get(0))
        .containsEntry("CachePuts", KEYS + 1L)
        .containsEntry("CacheHits", 14L)
        .containsEntry("CacheMisses", 11L)
        .containsEntry("CacheRemovals", 31L);
  }

  /** Who is refused again and again has a thread wait for its turn. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LOCAL")
  void comparisonsOfManyCallersAndNodesLoseNothing(Topology topology) throws Exception {
    int callers = 12;
    int each = 25;
    List<NearsideCache<Integer, Integer>> nodes =
        List.of(
            cache(REDIS.bench(), PATIENT, settings(topology).failFast()),
            cache(REDIS.bench(), PATIENT, settings(topology).failFast()));
    nodes.get(0).put(1, 0);
    AtomicInteger attempts = new AtomicInteger();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      ends.add(increments(nodes.get(caller % 2).async(), each, attempts));
    }
    for (CompletableFuture<Void> end : ends) {
      end.get(90, TimeUnit.SECONDS);
    }
    await().untilAsserted(() -> assertThat(nodes.get(0).get(1)).isEqualTo(callers * each));
    assertThat(attempts.get()).isGreaterThan(callers * each); // they were in each other's way
  }

  private static CompletableFuture<Void> increments(
      NearsideAsyncCache<Integer, Integer> cache, int left, AtomicInteger attempts) {
    if (left == 0) {
      return CompletableFuture.completedFuture(null);
    }
    attempts.incrementAndGet();
    return cache
        .get(1)
        .thenCompose(seen -> cache.replace(1, seen, seen + 1))
        .thenCompose(done -> increments(cache, done ? left - 1 : left, attempts));
  }

  @Test
  void whatCouldNotBeToldIsMadeGoodAndNothingOldIsLeft() throws Exception {
    NearsideCache<Integer, Integer> cache =
        cache(REDIS.bench(), Map.of("remote.timeout", "300ms"), settings(Topology.REMOTE));
    NearsideCache<Integer, Integer> other =
        cache(REDIS.bench(), PATIENT, settings(Topology.REMOTE).failFast());
    await()
        .untilAsserted(() -> {
          cache.putAll(values(0, KEYS));
          assertThat(other.getAll(keys(0, KEYS))).isEqualTo(values(0, KEYS));
        });
    Map<Integer, Integer> later = new HashMap<>(values(0, KEYS));
    later.replaceAll((key, value) -> -1);
    long puts = Bench.statistic(cache, "CachePuts");
    REDIS.server().pause();
    try {
      cache.async().putAll(later).join(); // fail-safe
      assertThat(cache.async().getAll(keys(0, KEYS)).join()).isEmpty();
    } finally {
      REDIS.server().resume();
    }
    assertThat(Bench.statistic(cache, "CachePuts")).isEqualTo(puts);
    await()
        .untilAsserted(() ->
            assertThat(other.getAll(keys(0, KEYS)).values())
                .doesNotContainAnyElementsOf(List.copyOf(keys(0, KEYS))));
  }

  @Test
  void failFastSaysWhatHappened() throws Exception {
    NearsideCache<Integer, Integer> cache =
        cache(
            REDIS.bench(),
            Map.of("remote.timeout", "300ms"),
            settings(Topology.TWO_TIER).failFast());
    await().ignoreExceptions().untilAsserted(() -> cache.putAll(values(0, 10)));
    cache.removeAll(keys(0, 5));
    NearsideAsyncCache<Integer, Integer> async = cache.async();
    REDIS.server().pause();
    try {
      for (CompletableFuture<?> call :
          List.of(
              async.getAll(keys(0, 5)),
              async.putAll(values(0, KEYS)),
              async.removeAll(keys(0, 5)),
              async.replace(1, 1, 2),
              async.remove(1, 1),
              async.entry(1))) {
        assertThatThrownBy(call::join).cause().isInstanceOf(RemoteUnavailableException.class);
      }
    } finally {
      REDIS.server().resume();
    }
  }

  /** Each partition is a call of its own there. */
  @Test
  void inAClusterToo() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0);
        Bench bench = new Bench(cluster.address())) {
      NearsideCache<Integer, Integer> cache =
          cache(bench, PATIENT, settings(Topology.TWO_TIER).failFast());
      NearsideAsyncCache<Integer, Integer> async = cache.async();
      cache.put(0, 0);
      List<CompletableFuture<Void>> puts = new ArrayList<>();
      for (int i = 0; i < 8; i++) { // more calls at once than a master lets through
        puts.add(async.putAll(values(i * KEYS, (i + 1) * KEYS)));
      }
      puts.forEach(CompletableFuture::join);
      assertThat(async.getAll(keys(0, 8 * KEYS)).join()).isEqualTo(values(0, 8 * KEYS));
      async.removeAll(keys(0, 8 * KEYS - 1)).join();
      assertThat(async.getAll(keys(0, 8 * KEYS)).join()).hasSize(1);
      assertThat(waiting()).isEmpty();
    }
  }
}
