package io.nearside.benchmarks;

import static io.nearside.benchmarks.LoadSubject.CAFFEINE_LOADING;
import static io.nearside.benchmarks.LoadSubject.NEARSIDE_LOCAL_LOADER;
import static io.nearside.benchmarks.LoadSubject.NEARSIDE_TWO_TIER_LOADER;
import static io.nearside.benchmarks.LoadSubject.REDISSON_ABSENT;

import io.nearside.benchmarks.Case.Operation;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The lines of misses that a loader serves. */
final class LoadLines {
  private static final Map<String, UnaryOperator<Case>> EACH =
      Map.of("a key of its own for each", UnaryOperator.identity());

  private LoadLines() {}

  static List<Line> all() {
    return List.of(
        new Line.Ratio(
            "local-miss",
            "distinct misses of 2 callers, local / Caffeine's LoadingCache",
            miss(NEARSIDE_LOCAL_LOADER).callers(2),
            List.of(miss(CAFFEINE_LOADING).callers(2)),
            Limit.atMost(1.5)),
        new Line.Ratio(
            "two-tier-miss",
            "miss that is loaded and stored, two-tier (2 round trips) / raw Redisson get (1)",
            miss(NEARSIDE_TWO_TIER_LOADER),
            List.of(miss(REDISSON_ABSENT)),
            Limit.atMost(2.8)));
  }

  private static Case miss(Subject subject) {
    return Case.of(subject, Operation.GET);
  }

  static List<Table> tables() {
    List<LoadSubject> subjects = List.of(LoadSubject.values());
    return List.of(
        Table.over(
            "Misses, one caller",
            Table.Unit.NANOS,
            subjects,
            EACH,
            (subject, column) -> column.apply(miss(subject))),
        Table.over(
            "Allocation of a miss",
            Table.Unit.ALLOCATED_BYTES,
            subjects,
            EACH,
            (subject, column) -> column.apply(miss(subject))));
  }
}
