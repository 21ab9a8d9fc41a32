package io.nearside.benchmarks;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/** Misses: each request asks for a key of its own, which is loaded and stored. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills in parameters, and the set-up the rest
public class LoadBenchmark {
  @Param public LoadSubject loading;

  private LoadSubject.Calls calls;

  /** The keys of one caller. */
  @State(Scope.Thread)
  public static class Keys {
    private static final int CALLER_BITS = 40;

    private long last;

    @Setup
    public void start(ThreadParams threads) {
      last = (long) threads.getThreadIndex() << CALLER_BITS;
    }

    private long next() {
      return ++last;
    }
  }

  @Setup
  public void open() {
    calls = loading.open(RemoteBenchmark.address());
  }

  @TearDown
  public void close() {
    calls.close().run();
  }

  @Benchmark
  public @Nullable Object get(Keys keys) {
    return calls.get().of(keys.next());
  }
}
