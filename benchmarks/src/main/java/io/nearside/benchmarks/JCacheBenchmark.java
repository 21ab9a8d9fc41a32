package io.nearside.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.processor.EntryProcessor;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** JCache providers called through {@code javax.cache.Cache}, as an application calls them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in parameters, and the set-up the rest
public class JCacheBenchmark extends Workload {
  private static final EntryProcessor<String, Object, @Nullable Object> SET =
      (entry, arguments) -> {
        entry.setValue(arguments[0]);
        return null;
      };

  @Param public JCacheImplementation implementation;

  private Cache<String, Object> cache;

  @Setup
  public void open() {
    cache = implementation.open(prepare());
    for (int entry = 0; entry < ENTRIES; entry++) {
      cache.put(key(entry), storedValue(entry));
    }
    requireWhatIsMeasured();
  }

  @TearDown
  public void close() {
    implementation.close(cache);
  }

  @Benchmark
  public @Nullable Object get(Cursor cursor) {
    return cache.get(request(cursor));
  }

  @Benchmark
  public void put(Cursor cursor) {
    cache.put(request(cursor), value(cursor));
  }

  @Benchmark
  public @Nullable Object invoke(Cursor cursor) {
    return cache.invoke(request(cursor), SET, value(cursor));
  }

  /** A cache that loses entries, copies unasked or counts nothing would make the figures void. */
  @SuppressWarnings("ReferenceEquality") // whether it is the same object is the question
  private void requireWhatIsMeasured() {
    for (int entry = 0; entry < ENTRIES; entry++) {
      require(cache.get(key(entry)) != null, "holds every entry");
    }
    Object first = cache.get(key(0));
    boolean copies = first != cache.get(key(0));
    require(copies == (payload.mutable() && implementation.byValue()), "copies as configured");
    require(implementation.statistics() == (counted() >= ENTRIES), "counts its hits");
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException(
          implementation + " with " + payload + " is expected to be a cache that " + what);
    }
  }

  /** The hits that the cache's statistics show, or -1 when it shows none. */
  private long counted() {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName pattern = new ObjectName("javax.cache:type=CacheStatistics,*");
      for (ObjectName name : server.queryNames(pattern, null)) {
        return (Long) server.getAttribute(name, "CacheHits");
      }
      return -1;
    } catch (JMException e) {
      throw new IllegalStateException("the statistics of " + implementation + " can't be read", e);
    }
  }
}
