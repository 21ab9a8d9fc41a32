package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two nodes are asked for ever new keys that don't exist: heap and Redis stay small. */
class ManyAbsentKeysTest {
  private static final Logger LOG = LoggerFactory.getLogger(ManyAbsentKeysTest.class);
  private static final int MAXIMUM = 2_560;

  /** Heads and counts of 256 partitions, and the like. */
  private static final int OTHERS = 600;

  private static final int BATCH = 500;
  private static final int THREADS = 4;
  private static final int MIB = 1 << 20;

  /** A machine that stalls is no fault of Redis. */
  private static final Map<String, String> PATIENT =
      Map.of("remote.timeout", "15s", "remote.circuitBreaker.minimumCalls", "1000000");

  /** Has nothing, and counts how often it is asked. */
  private static final class Nothing implements CacheLoader<Long, String> {
    final AtomicLong asked = new AtomicLong();

    @Override
    public String load(Long key) {
      throw new AssertionError("many keys are loaded at once");
    }

    @Override
    public Map<Long, String> loadAll(Iterable<? extends Long> keys) {
      keys.forEach(key -> asked.incrementAndGet());
      return Map.of();
    }
  }

  @Test
  @Timeout(300)
  void twentyThousand() throws Exception {
    ask(20_000);
  }

  @Test
  @Tag("soak")
  @Timeout(7_200)
  void tenMillion() throws Exception {
    ask(10_000_000);
  }

  private static void ask(long keys) throws Exception {
    Nothing source = new Nothing();
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      List<Cache<Long, String>> nodes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        nodes.add(node(bench, source));
      }
      Cache<Long, String> any = nodes.get(0);
      await().ignoreExceptions().until(() -> !any.containsKey(-1L));
      long heap = heap();
      long start = System.nanoTime();
      ask(nodes, keys);
      long millis = (System.nanoTime() - start) / 1_000_000;
      // The leases of loads that nobody remembers die by themselves.
      await().atMost(Duration.ofMinutes(2)).until(() -> size(server) <= 2 * MAXIMUM + OTHERS);
      long peak = Long.parseLong(server.info("used_memory_peak"));
      long grown = heap() - heap;
      LOG.info(
          "{} keys in {} ms, {} asked of the source; heap grew by {} KiB, peak of Redis {} KiB, {} keys"
              + " in Redis",
          keys,
          millis,
          source.asked,
          grown >> 10,
          peak >> 10,
          size(server));
      assertThat(source.asked.get()).as("each key was asked for").isGreaterThanOrEqualTo(keys);
      assertThat(grown).as("heap").isLessThan(64L * MIB);
      assertThat(peak).as("memory of Redis").isLessThan(256L * MIB);
    }
  }

  private static Cache<Long, String> node(Bench bench, Nothing source) {
    return bench
        .node(PATIENT)
        .createCache(
            "absent",
            Bench.remote(Long.class, String.class)
                .topology(Topology.TWO_TIER)
                .eternal()
                .loader(source)
                .load(load -> load.lease(Duration.ofSeconds(1)))
                .notFoundTimeToLive(Duration.ofMinutes(1))
                .notFoundMaximumSize(MAXIMUM)
                .build());
  }

  private static void ask(List<Cache<Long, String>> nodes, long keys) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      AtomicLong next = new AtomicLong();
      List<Callable<Void>> askers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Cache<Long, String> node = nodes.get(i % nodes.size());
        askers.add(() -> {
          for (long from = next.getAndAdd(BATCH); from < keys; from = next.getAndAdd(BATCH)) {
            Set<Long> batch = new HashSet<>();
            for (long key = from; key < from + BATCH; key++) {
              batch.add(key);
            }
            assertThat(node.getAll(batch)).isEmpty();
          }
          return null;
        });
      }
      for (Future<Void> each : threads.invokeAll(askers)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static long size(RedisServer server) throws Exception {
    return (Long) server.call("DBSIZE");
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
