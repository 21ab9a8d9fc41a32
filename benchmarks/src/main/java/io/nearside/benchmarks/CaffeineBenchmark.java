package io.nearside.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Caffeine called directly, nothing in between. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in parameters, and the set-up the rest
public class CaffeineBenchmark extends Workload {
  @Param public CaffeineVariant variant;

  private Cache<String, Object> cache;

  @Setup
  public void open() {
    cache = variant.open(prepare());
    for (int entry = 0; entry < ENTRIES; entry++) {
      cache.put(key(entry), storedValue(entry));
    }
  }

  @Benchmark
  public @Nullable Object get(Cursor cursor) {
    return cache.getIfPresent(request(cursor));
  }

  @Benchmark
  public void put(Cursor cursor) {
    cache.put(request(cursor), value(cursor));
  }

  /** What comes nearest to an entry processor that sets. */
  @Benchmark
  public Object invoke(Cursor cursor) {
    Object value = value(cursor);
    return cache.asMap().compute(request(cursor), (key, old) -> value);
  }
}
