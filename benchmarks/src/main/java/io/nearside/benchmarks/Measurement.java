package io.nearside.benchmarks;

/**
 * What one run of a case gave.
 *
 * @param cost nanoseconds of wall time per operation, all callers together; for {@link
 *     Case.Operation#HEAP} the bytes per entry
 * @param allocatedBytes allocated per operation
 */
public record Measurement(double cost, double allocatedBytes) {
  private static final double NANOS_PER_SECOND = 1e9;

  static Measurement ofThroughput(double operationsPerSecond, double allocatedBytes) {
    return new Measurement(NANOS_PER_SECOND / operationsPerSecond, allocatedBytes);
  }

  double operationsPerSecond() {
    return NANOS_PER_SECOND / cost;
  }
}
