package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.testserver.RedisServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cache of many entries: 100,000, or a million with {@code -Dtest.stress=true}. */
@Timeout(600)
@Tag("any-jdk")
class ManyEntriesIT {
  private static final Logger LOG = LoggerFactory.getLogger(ManyEntriesIT.class);
  private static final int ENTRIES = Boolean.getBoolean("test.stress") ? 1_000_000 : 100_000;
  private static final int BATCH = 500;
  private static final int THREADS = 4;
  private static final int PAYLOAD = 32;
  private static final int ENVELOPE = 64;

  @Test
  void walkedInLittleMemoryWhileWrittenAndClearedAtOnce() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      Cache<Long, byte[]> cache =
          bench
              .node(Map.of("remote.timeout", "5s"))
              .createCache(
                  "many", Bench.remote(Long.class, byte[].class).codec("bytes").failFast().build());
      long start = System.nanoTime();
      fill(cache);
      LOG.info("filled with {} entries in {} ms", ENTRIES, millisSince(start));
      envelopeIsSmall(server, bench);
      walk(server, bench, cache);
      clear(server, cache);
    }
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private static void fill(Cache<Long, byte[]> cache) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      AtomicLong next = new AtomicLong();
      Callable<Void> filler =
          () -> {
            for (long from = next.getAndAdd(BATCH); from < ENTRIES; from = next.getAndAdd(BATCH)) {
              Map<Long, byte[]> batch = new HashMap<>();
              for (long key = from; key < from + BATCH; key++) {
                batch.put(key, new byte[PAYLOAD]);
              }
              cache.putAll(batch);
            }
            return null;
          };
      List<Future<Void>> all = threads.invokeAll(java.util.Collections.nCopies(THREADS, filler));
      for (Future<Void> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void envelopeIsSmall(RedisServer server, Bench bench) throws Exception {
    int seen = 0;
    for (String name : server.keys("{" + bench.namespace + ":many:v1#7}:*")) {
      long length = (Long) server.call("STRLEN", name);
      assertThat(length - PAYLOAD).isLessThanOrEqualTo(ENVELOPE);
      seen++;
    }
    assertThat(seen).isGreaterThan(100);
    long used = Long.parseLong(server.info("used_memory"));
    LOG.info("{} bytes of Redis's memory per entry, {} of payload", used / ENTRIES, PAYLOAD);
  }

  /** Others put new keys, and the old ones again, while the walk goes on. */
  private static void walk(RedisServer server, Bench bench, Cache<Long, byte[]> cache)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong writes = new AtomicLong();
    ExecutorService writer = Executors.newSingleThreadExecutor();
    Future<?> writing =
        writer.submit(() -> {
          for (long i = 0; !over.get(); i++) {
            cache.put(ENTRIES + i, new byte[PAYLOAD]);
            cache.put(i * 7919 % ENTRIES, new byte[PAYLOAD]);
            cache.remove(ENTRIES + i / 2);
            writes.addAndGet(3);
          }
        });
    long start = System.nanoTime();
    String walked =
        ChildJvm.run(
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
            Walker.class,
            server.address(),
            bench.namespace,
            "many",
            Integer.toString(ENTRIES));
    LOG.info(
        "a JVM with 64 MB {} (keys, twice, MiB of heap) in {} ms, beside {} changes",
        walked,
        millisSince(start),
        writes);
    over.set(true);
    writing.get();
    writer.shutdown();
    List<String> figures = new ArrayList<>(List.of(walked.split(" ")));
    assertThat(figures.subList(0, 3)).containsExactly("walked", Integer.toString(ENTRIES), "0");
    assertThat(writes.get()).isPositive();
  }

  private static void clear(RedisServer server, Cache<Long, byte[]> cache) throws Exception {
    server.call("CONFIG", "RESETSTAT");
    long start = System.nanoTime();
    cache.clear();
    long nanos = System.nanoTime() - start;
    long scripts = server.calls("evalsha");
    LOG.info("clear() of {} entries took {} µs and {} scripts", ENTRIES, nanos / 1_000, scripts);
    assertThat(scripts).isLessThan(50);
    for (long key = 0; key < ENTRIES; key += ENTRIES / 1_000) {
      assertThat(cache.containsKey(key)).isFalse();
    }
    cache.put(1L, new byte[1]);
    assertThat(cache.get(1L)).hasSize(1);
    assertThat(cache.get(2L)).isNull();
  }
}
