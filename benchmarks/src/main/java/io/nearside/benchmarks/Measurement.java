package io.nearside.benchmarks;

/**
 * What one run of a case gave.
 *
 * @param cost nanoseconds per operation: wall time with all callers together, or CPU time; for
 *     {@link Case.Operation#HEAP} the bytes per entry
 * @param allocatedBytes allocated per operation
 * @param operationsPerSecond of all callers together, by wall time
 */
public record Measurement(double cost, double allocatedBytes, double operationsPerSecond) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** A measurement by wall time alone. */
  Measurement(double cost, double allocatedBytes) {
    this(cost, allocatedBytes, NANOS_PER_SECOND / cost);
  }

  static Measurement ofThroughput(double operationsPerSecond, double allocatedBytes) {
    return new Measurement(
        NANOS_PER_SECOND / operationsPerSecond, allocatedBytes, operationsPerSecond);
  }
}
