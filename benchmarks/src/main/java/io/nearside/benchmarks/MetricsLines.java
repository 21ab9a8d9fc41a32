package io.nearside.benchmarks;

import static io.nearside.benchmarks.JCacheImplementation.NEARSIDE_METERS;
import static io.nearside.benchmarks.JCacheImplementation.NEARSIDE_STATISTICS_OFF;
import static io.nearside.benchmarks.RemoteSubject.NEARSIDE_REMOTE_METERS;
import static io.nearside.benchmarks.RemoteSubject.NEARSIDE_REMOTE_UNCOUNTED;

import io.nearside.benchmarks.Case.Operation;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The lines of what it costs to be watched: statistics and meters against neither. */
final class MetricsLines {
  private static final double ALLOCATION_NOISE_BYTES = 0.5;
  private static final Map<String, UnaryOperator<Case>> GET =
      Map.of("get of a String", UnaryOperator.identity());

  private MetricsLines() {}

  static List<Line> all() {
    Case watched = get(NEARSIDE_METERS);
    return List.of(
        new Line.Difference(
            "metrics-local-hit",
            "hit in this JVM, statistics and meters - neither, ns",
            watched,
            get(NEARSIDE_STATISTICS_OFF),
            Limit.atMost(5)),
        new Line.Allocation(
            "metrics-local-hit-allocation",
            "hit in this JVM, statistics and meters: bytes allocated",
            watched,
            Limit.atMost(ALLOCATION_NOISE_BYTES)),
        new Line.Ratio(
            "metrics-remote-get",
            "get over Redis, statistics and meters / neither",
            get(NEARSIDE_REMOTE_METERS),
            List.of(get(NEARSIDE_REMOTE_UNCOUNTED)),
            Limit.atMost(1.02)));
  }

  private static Case get(Subject subject) {
    return Case.of(subject, Operation.GET);
  }

  static List<Table> tables() {
    List<Subject> subjects =
        List.of(
            NEARSIDE_STATISTICS_OFF,
            NEARSIDE_METERS,
            NEARSIDE_REMOTE_UNCOUNTED,
            NEARSIDE_REMOTE_METERS);
    return List.of(
        Table.over(
            "Gets, watched and not",
            Table.Unit.NANOS,
            subjects,
            GET,
            (subject, column) -> column.apply(get(subject))),
        Table.over(
            "Allocation, watched and not",
            Table.Unit.ALLOCATED_BYTES,
            subjects,
            GET,
            (subject, column) -> column.apply(get(subject))));
  }
}
