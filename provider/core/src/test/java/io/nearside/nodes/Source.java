package io.nearside.nodes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;

/** A slow source, of which every node has its own to count by. */
public final class Source implements CacheLoader<String, Long> {
  /** Whether nodes read through to it. */
  static final String PROPERTY = "node.source";

  /** How long an entry lives, in milliseconds. */
  static final long LIFE = 5_000;

  /** What every key has. */
  static final long VALUE = 42;

  private static final AtomicInteger LOADS = new AtomicInteger();

  /** When each load began and ended, by the clock that the JVMs of a machine share. */
  private static final Queue<String> SPANS = new ConcurrentLinkedQueue<>();

  private static volatile long millis;
  private static volatile boolean fails;

  @Override
  public Long load(String key) {
    LOADS.incrementAndGet();
    answer();
    return VALUE;
  }

  @Override
  public Map<String, Long> loadAll(Iterable<? extends String> keys) {
    Map<String, Long> values = new HashMap<>();
    keys.forEach(key -> values.put(key, VALUE));
    LOADS.addAndGet(values.size());
    answer();
    return values;
  }

  private static void answer() {
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    SPANS.add(start + ":" + System.nanoTime());
    if (fails) {
      throw new CacheLoaderException("out of order");
    }
  }

  /**
   * All threads ask at once, each for one key, or for {@code keys} of 100, of which every thread
   * begins with another one; with {@code apart} each thread for keys of its own, one by one.
   */
  static Work crowd(Cache<String, Long> cache, Work work) throws Exception {
    int before = LOADS.get();
    SPANS.clear();
    millis = work.number("millis");
    fails = work.number("fails") == 1;
    List<Boolean> served =
        work.inThreads(thread -> {
          work.awaitStart();
          try {
            return isServed(cache, work, thread);
          } catch (CacheLoaderException e) {
            return false;
          }
        });
    return Work.parse("")
        .with("loads", LOADS.get() - before)
        .with("spans", String.join(",", SPANS))
        .with("served", served.stream().filter(each -> each).count());
  }

  private static boolean isServed(Cache<String, Long> cache, Work work, int thread) {
    int keys = (int) work.number("keys");
    if (work.number("apart") == 1) {
      String own = work.text("prefix") + work.text("node") + '-' + thread + '-';
      return IntStream.range(0, keys).allMatch(i -> cache.get(own + i) == VALUE);
    } else if (keys == 1) {
      Long value = cache.get(work.text("prefix"));
      return value != null && value == VALUE;
    }
    int first = 25 * (int) work.number("node") + 7 * thread;
    Set<String> asked =
        IntStream.range(first, first + keys)
            .mapToObj(i -> work.text("prefix") + i % 100)
            .collect(Collectors.toSet());
    return cache.getAll(asked).keySet().equals(asked);
  }
}
