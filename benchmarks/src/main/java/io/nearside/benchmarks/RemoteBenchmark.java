package io.nearside.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Stores in Redis; the server's address is in the system property {@value #ADDRESS}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in parameters, and the set-up the rest
public class RemoteBenchmark extends Workload {
  /** The keys of one bulk call. */
  static final int BATCH = 100;

  static final String ADDRESS = "benchmarks.redis";

  @Param public RemoteSubject store;

  private final List<Map<String, Object>> batches = new ArrayList<>();
  private RemoteCalls calls;

  @Setup
  public void open() {
    prepare();
    calls = store.open(address());
    for (int start = 0; start + BATCH <= ENTRIES; start += BATCH) {
      Map<String, Object> batch = new HashMap<>();
      for (int entry = start; entry < start + BATCH; entry++) {
        batch.put(key(entry), storedValue(entry));
      }
      batches.add(batch);
      calls.putAll(batch);
    }
    for (int entry = 0; entry < ENTRIES; entry++) {
      calls.put(key(entry), storedValue(entry));
      if (!storedValue(entry).equals(calls.get(key(entry)))) {
        throw new IllegalStateException(store + " does not give back what it was given");
      }
    }
    if (calls.getAll(batches.get(0).keySet()).size() != BATCH) {
      throw new IllegalStateException(store + " loses entries");
    }
  }

  /** The server's. */
  static String address() {
    String address = System.getProperty(ADDRESS);
    if (address == null) {
      throw new IllegalStateException("-D" + ADDRESS + "=redis://host:port is needed");
    }
    return address;
  }

  @TearDown
  public void close() {
    calls.close();
  }

  @Benchmark
  public @Nullable Object get(Cursor cursor) {
    return calls.get(request(cursor));
  }

  @Benchmark
  public void put(Cursor cursor) {
    calls.put(request(cursor), value(cursor));
  }

  @Benchmark
  public @Nullable Object invoke(Cursor cursor) {
    return calls.invoke(request(cursor), value(cursor));
  }

  @Benchmark
  public Object getAll(Cursor cursor) {
    return calls.getAll(batch(cursor).keySet());
  }

  @Benchmark
  public void putAll(Cursor cursor) {
    calls.putAll(batch(cursor));
  }

  private Map<String, Object> batch(Cursor cursor) {
    return batches.get(Math.floorMod(cursor.next(), batches.size()));
  }
}
