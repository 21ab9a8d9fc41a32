package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.LoadContext;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * A loader reads the source and pauses; meanwhile another node updates the source and then the
 * cache. When all is quiet no node has what the loader read before.
 */
class FencedLoadsTest {
  private static final int AT_ONCE = 8;

  /** What the other node does to the cache when it has updated the source. */
  private enum Announcing {
    REMOVE,
    PUT,
    REMOVE_ALL_KEYS,
    PUT_ALL,
    INVOKE,
    CLEAR,
    INVALIDATE_TAG
  }

  /** How the first node asks. */
  private enum Asking {
    GET,
    GET_ALL,
    INVOKE
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void noOldValueStays(Topology topology) throws Exception {
    interleave(topology, Boolean.getBoolean("test.stress") ? 10_000 : 600);
  }

  private static void interleave(Topology topology, int rounds) throws Exception {
    long seed = Long.getLong("test.seed", System.nanoTime());
    LoggerFactory.getLogger(FencedLoadsTest.class).info("replay with -Dtest.seed={}", seed);
    Source source = new Source();
    ExecutorService threads = Executors.newFixedThreadPool(2 * AT_ONCE);
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      Cache<Integer, String> loading = cache(bench, topology, source);
      Cache<Integer, String> changing = cache(bench, topology, source);
      await().ignoreExceptions().until(() -> !loading.containsKey(-1) && !changing.containsKey(-1));
      Map<Integer, String> old = new HashMap<>();
      for (int first = 0; first < rounds; first += AT_ONCE) {
        Random random = new Random(seed + first);
        List<Round> all =
            random
                .ints(AT_ONCE)
                .mapToObj(own -> new Round(loading, changing, source, new Random(own)))
                .toList();
        for (int i = 0; i < AT_ONCE; i++) {
          int key = first + i;
          all.get(i).start(key, threads);
        }
        for (Round round : all) {
          round.end();
        }
        for (int key = first; key < first + AT_ONCE; key++) {
          check(key, loading, source, old);
          check(key, changing, source, old);
          source.hasRead.remove(key);
        }
      }
      // A copy may be as old as the bound; what was stored too late would stay for ever.
      await()
          .untilAsserted(() -> {
            Map<Integer, String> left = new HashMap<>();
            old.keySet().forEach(key -> check(key, loading, source, left));
            old.keySet().forEach(key -> check(key, changing, source, left));
            assertThat(left).as("old values of %s rounds", rounds).isEmpty();
          });
      assertThat(source.paused).as("loads that were overtaken").isNotEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  private static Cache<Integer, String> cache(Bench bench, Topology topology, Source source) {
    return bench
        .node()
        .createCache(
            "fenced",
            Bench.remote(Integer.class, String.class)
                .topology(topology)
                .eternal()
                .failFast()
                .loader(source)
                .build());
  }

  /** What is in the cache, without a load. */
  private static void check(
      int key, Cache<Integer, String> cache, Source source, Map<Integer, String> old) {
    String cached = cache.containsKey(key) ? cache.get(key) : null;
    if (cached != null && !cached.equals(source.values.get(key))) {
      old.put(key, cached + " instead of " + source.values.get(key));
    }
  }

  /** Reads at once and returns when it may. */
  private static final class Source implements NearsideLoader<Integer, String> {
    final Map<Integer, String> values = new ConcurrentHashMap<>();
    final Map<Integer, CountDownLatch> gates = new ConcurrentHashMap<>();
    final Map<Integer, CountDownLatch> hasRead = new ConcurrentHashMap<>();
    final Set<Integer> paused = ConcurrentHashMap.newKeySet();

    @Override
    public String load(Integer key, LoadContext context) {
      context.tags("some", "key " + key);
      String value = values.getOrDefault(key, "old");
      CountDownLatch read = hasRead.get(key);
      CountDownLatch gate = gates.get(key);
      if (read != null && gate != null) {
        read.countDown();
        await(gate);
        paused.add(key);
      }
      return value;
    }

    static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** One key: a load, and a change at some instant of it. */
  private static final class Round {
    private final Cache<Integer, String> loading;
    private final Cache<Integer, String> changing;
    private final Source source;
    private final Random random;
    private Future<?> load;
    private Future<?> change;

    Round(
        Cache<Integer, String> loading,
        Cache<Integer, String> changing,
        Source source,
        Random random) {
      this.loading = loading;
      this.changing = changing;
      this.source = source;
      this.random = random;
    }

    void start(int key, ExecutorService threads) {
      CountDownLatch gate = new CountDownLatch(1);
      CountDownLatch read = new CountDownLatch(1);
      Asking asking = Asking.values()[random.nextInt(Asking.values().length)];
      Announcing announcing = Announcing.values()[random.nextInt(Announcing.values().length)];
      boolean afterTheRead = random.nextInt(4) > 0;
      boolean letGoFirst = random.nextInt(4) == 0;
      source.values.put(key, "old");
      source.hasRead.put(key, read);
      source.gates.put(key, gate);
      load = threads.submit(() -> ask(asking, key));
      change =
          threads.submit(() -> {
            if (afterTheRead) {
              Source.await(read);
            }
            source.values.put(key, "new");
            if (letGoFirst) { // then the fill and the change meet
              gate.countDown();
            }
            announce(announcing, key);
            source.gates.remove(key);
            gate.countDown();
          });
    }

    private void ask(Asking asking, int key) {
      switch (asking) {
        case GET -> loading.get(key);
        case GET_ALL -> loading.getAll(Set.of(key));
        case INVOKE -> loading.invoke(key, (entry, none) -> entry.getValue());
      }
    }

    private void announce(Announcing announcing, int key) {
      switch (announcing) {
        case REMOVE -> changing.remove(key);
        case PUT -> changing.put(key, "new");
        case REMOVE_ALL_KEYS -> changing.removeAll(Set.of(key));
        case PUT_ALL -> changing.putAll(Map.of(key, "new"));
        case INVOKE ->
            changing.invoke(
                key,
                (entry, none) -> {
                  entry.setValue("new");
                  return null;
                });
        case CLEAR -> changing.clear();
        case INVALIDATE_TAG -> changing.unwrap(NearsideCache.class).invalidateTag("key " + key);
      }
    }

    void end() throws Exception {
      load.get(60, TimeUnit.SECONDS);
      change.get(60, TimeUnit.SECONDS);
    }
  }
}
