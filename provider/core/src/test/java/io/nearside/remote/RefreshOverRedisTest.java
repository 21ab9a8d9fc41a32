package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.LoadContext;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes that read an entry late in its life: it is loaded anew for both. */
@Tag("any-jdk")
class RefreshOverRedisTest {
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final Duration SOFT = Duration.ofMillis(500);

  private static final class Source implements CacheLoader<Integer, String> {
    final AtomicInteger loads = new AtomicInteger();
    volatile boolean empty;

    @Override
    public String load(Integer key) {
      int load = loads.incrementAndGet();
      return empty ? null : "v" + load;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> values = new HashMap<>();
      keys.forEach(key -> {
        String value = load(key);
        if (value != null) {
          values.put(key, value);
        }
      });
      return values;
    }
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> cache(
      CacheManager node, Topology topology, Source source) {
    Cache<Integer, String> cache =
        node.createCache(
            "refreshed",
            Bench.remote(Integer.class, String.class)
                .topology(topology)
                .timeToLive(LIFE)
                .softTimeToLive(SOFT)
                .failFast()
                .loader(source)
                .build());
    return cache.unwrap(NearsideCache.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void bothSeeWhatIsLoadedAnewAndThatItIsGone(Topology topology) throws Exception {
    Source source = new Source();
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      NearsideCache<Integer, String> one = cache(bench.node(), topology, source);
      NearsideCache<Integer, String> two = cache(bench.node(), topology, source);
      // on a busy machine the first calls may take too long, and a load not be stored
      await().ignoreExceptions().until(() -> one.get(1) != null && two.containsKey(1));
      String first = two.get(1);
      long misses = Bench.statistic(one, "CacheMisses");
      await().until(() -> !first.equals(one.get(1)));
      await().until(() -> !first.equals(two.get(1)));
      assertThat(Bench.statistic(one, "CacheMisses")).isEqualTo(misses);
      assertThat(Bench.statistic(two, "CacheMisses")).isZero();
      await() // counted when what it brought can be seen
          .until(() -> Bench.statistic(one, "Refreshes") + Bench.statistic(two, "Refreshes") > 0);

      source.empty = true;
      await().until(() -> one.get(1) == null); // a late read has it removed, and then it is missed
      await().until(() -> two.get(1) == null); // its copy goes when it hears of that
    }
  }

  /** Takes a while, and notes when it was asked. */
  private static final class Slow implements NearsideLoader<Integer, String> {
    final AtomicInteger ended = new AtomicInteger();
    final AtomicInteger under = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final Queue<Duration> pauses = new ConcurrentLinkedQueue<>();
    private volatile long endedAt;

    @Override
    public String load(Integer key, LoadContext context) {
      mostAtOnce.accumulateAndGet(under.incrementAndGet(), Math::max);
      if (ended.get() > 0) {
        pauses.add(Duration.ofNanos(System.nanoTime() - endedAt));
      }
      LockSupport.parkNanos(200_000_000);
      endedAt = System.nanoTime();
      under.decrementAndGet();
      return "v" + ended.incrementAndGet();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void oneOfAllNodesThatFindItDueLoadsIt(Topology topology) throws Exception {
    Slow source = new Slow();
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      List<Cache<Integer, String>> nodes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        nodes.add(
            bench
                .node(Map.of("remote.timeout", "10s"))
                .createCache(
                    "refreshed",
                    Bench.remote(Integer.class, String.class)
                        .topology(topology)
                        .timeToLive(LIFE)
                        .softTimeToLive(SOFT)
                        .load(load -> load.lease(Duration.ofSeconds(60)))
                        .loader(source)
                        .build()));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> {
            nodes.forEach(node -> node.get(1));
            return source.ended.get() >= 5;
          });
      assertThat(source.mostAtOnce).hasValue(1);
      // an entry is due that long after it was stored, but for what the clocks of two machines
      // differ
      assertThat(source.pauses).allMatch(pause -> pause.compareTo(SOFT.dividedBy(2)) > 0);
    }
  }
}
