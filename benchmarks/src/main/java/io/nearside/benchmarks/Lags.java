package io.nearside.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** Gathers times that something took. Not thread-safe. */
final class Lags {
  private static final int FIRST_CAPACITY = 1 << 16;

  private long[] nanos = new long[FIRST_CAPACITY];
  private int count;

  void add(long lagNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = lagNanos;
  }

  void clear() {
    count = 0;
  }

  Summary summary() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Summary(count, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
  }

  /** The smallest that this share of all does not exceed. */
  private static long at(long[] sorted, double share) {
    if (sorted.length == 0) {
      return 0;
    }
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  /** The figures of the whole; all 0 when there was nothing. */
  record Summary(int count, long medianNanos, long p99Nanos, long maximumNanos) {
    private static final double NANOS_PER_MILLI = 1e6;

    String line() {
      return count + " " + medianNanos + " " + p99Nanos + " " + maximumNanos;
    }

    static Summary parse(String line) {
      String[] parts = line.split(" ");
      return new Summary(
          Integer.parseInt(parts[0]),
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]));
    }

    /** Three columns of a Markdown table. */
    String columns() {
      return (count == 0)
          ? "– | – | –"
          : millis(medianNanos) + " | " + millis(p99Nanos) + " | " + millis(maximumNanos);
    }

    private static String millis(long nanos) {
      return String.format(Locale.ROOT, "%.2f", nanos / NANOS_PER_MILLI);
    }
  }
}
