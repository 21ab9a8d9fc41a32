package io.nearside.benchmarks;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Hits in this JVM of caches over Redis; the server's address is in the system property {@value
 * RemoteBenchmark#ADDRESS}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in parameters, and the set-up the rest
public class TwoTierBenchmark extends Workload {
  /**
   * By one caller, before many begin: 16 callers on two cores leave the compiler none, and for up
   * to ten seconds what they measure is code that is not compiled yet.
   */
  private static final int WARMING_ROUNDS = 200;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  @Param public TwoTierSubject cache;

  private Calls calls;

  @Setup
  public void open() {
    String address = RemoteBenchmark.address();
    calls = cache.open(address, prepare());
    try {
      for (int entry = 0; entry < ENTRIES; entry++) {
        calls.put(key(entry), storedValue(entry));
      }
      requireThatHitsAreLocal(address);
      for (int round = 0; round < WARMING_ROUNDS; round++) {
        readEverything();
      }
      // A copy comes with kilobytes of garbage; until that is collected, each hit is on a page of
      // its own, as it is not in a JVM that has run for a while.
      System.gc();
    } catch (RuntimeException e) {
      calls.close(); // its threads would keep the JVM
      throw e;
    }
  }

  @TearDown
  public void close() {
    calls.close();
  }

  @Benchmark
  public @Nullable Object get(Cursor cursor) {
    return calls.get(request(cursor));
  }

  /**
   * A cache that asks Redis would make the figures void. It may take a few reads of each key until
   * a copy is kept; so the caches are read until Redis hears hardly anything of it.
   */
  private void requireThatHitsAreLocal(String address) {
    try (ServerLoad.Source server = new ServerLoad.Source(address)) {
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      long heard;
      do {
        long before = server.read().commands();
        readEverything();
        heard = server.read().commands() - before;
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "%s is expected to answer from this JVM; %d reads were %d commands"
                  .formatted(cache, ENTRIES, heard));
        }
      } while (heard > ENTRIES / 10);
    }
  }

  private void readEverything() {
    for (int entry = 0; entry < ENTRIES; entry++) {
      Object found = calls.get(key(entry));
      if (found == null) {
        // A put that Redis did not answer in time, which happens while a JVM is warming up, is
        // lost.
        calls.put(key(entry), storedValue(entry));
      } else if (!storedValue(entry).equals(found)) {
        throw new IllegalStateException(cache + " does not give back what it was given");
      }
    }
  }
}
