package io.nearside.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/** What is in all the other figures: the harness's choice of a key, and the machine's clock. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GroundBenchmark extends Workload {
  @Setup
  public void open() {
    prepare();
  }

  /** The part of every figure that is the harness. */
  @Benchmark
  public String chooseKey(Cursor cursor) {
    return request(cursor);
  }

  /** The part of every get from a cache with expiry that asks for the time. */
  @Benchmark
  public long readClock() {
    return System.nanoTime();
  }
}
