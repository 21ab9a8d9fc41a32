package io.nearside.benchmarks;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line over all rounds.
 *
 * @param value the median of the rounds, or null when a case of the line failed in every round
 * @param lowest of the rounds
 * @param highest of the rounds
 */
public record LineResult(
    String id,
    String description,
    Limit limit,
    @Nullable Double value,
    double lowest,
    double highest) {

  /**
   * The median over rounds of values made within one round, so that a drift of the machine cancels.
   */
  static LineResult of(Line line, List<Round> rounds) {
    double[] values =
        rounds.stream()
            .filter(round -> round.holds(line.cases()))
            .mapToDouble(line::value)
            .sorted()
            .toArray();
    if (values.length == 0) {
      return new LineResult(line.id(), line.description(), line.limit(), null, 0, 0);
    }
    double highest = values[values.length - 1];
    return new LineResult(
        line.id(), line.description(), line.limit(), median(values), values[0], highest);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** A line without a value has missed its limit. */
  Limit.Verdict verdict() {
    return value == null ? Limit.Verdict.MISSED : limit.judge(value);
  }
}
