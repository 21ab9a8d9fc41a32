package io.nearside.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The keys in the order in which they are asked for, and the values; the same for every cache. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills in parameters, and the set-up the rest
public abstract class Workload {
  /** The entries that the cache holds; below every bound, so that nothing is evicted. */
  static final int ENTRIES = 4_096;

  private static final int REQUESTS = 1 << 14;
  private static final long SEED = 20_261_121;

  @Param({"SMALL"})
  public Payload payload;

  /** How many of a hundred requests ask for a key that is not there. */
  @Param({"0"})
  public int missPercent;

  @Param({"10000"})
  public int maximumSize;

  private String[] requests;
  private Object[] values;

  final CacheShape prepare() {
    values = IntStream.range(0, ENTRIES).mapToObj(payload::value).toArray();
    List<String> order =
        IntStream.range(0, REQUESTS).mapToObj(this::request).collect(Collectors.toList());
    Collections.shuffle(order, new Random(SEED));
    requests = order.stream().map(String::intern).toArray(String[]::new);
    return new CacheShape(payload, maximumSize);
  }

  private String request(int number) {
    boolean miss = number % 100 < missPercent;
    return (miss ? "absent:" : "product:") + number % ENTRIES;
  }

  static String key(int entry) {
    return ("product:" + entry).intern();
  }

  final String request(Cursor cursor) {
    return requests[cursor.next() & (REQUESTS - 1)];
  }

  final Object value(Cursor cursor) {
    return values[cursor.position() & (ENTRIES - 1)];
  }

  final Object storedValue(int entry) {
    return values[entry];
  }
}
