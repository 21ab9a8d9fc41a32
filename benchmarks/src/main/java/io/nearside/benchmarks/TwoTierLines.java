package io.nearside.benchmarks;

import static io.nearside.benchmarks.TwoTierSubject.JETCACHE;
import static io.nearside.benchmarks.TwoTierSubject.NEARSIDE_LOCAL;
import static io.nearside.benchmarks.TwoTierSubject.NEARSIDE_TWO_TIER;
import static io.nearside.benchmarks.TwoTierSubject.REDISSON_LOCAL_MAP;
import static io.nearside.benchmarks.TwoTierSubject.REDISSON_LOCAL_MAP_OBJECT_KEYS;

import io.nearside.benchmarks.Case.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The lines and the tables of the two-tier topology: hits of copies that are fresh. */
final class TwoTierLines {
  private static final double ALLOCATION_NOISE_BYTES = 0.5;
  private static final List<TwoTierSubject> SUBJECTS = List.of(TwoTierSubject.values());

  private TwoTierLines() {}

  static List<Line> all() {
    Case ours = hit(NEARSIDE_TWO_TIER);
    Case local = hit(NEARSIDE_LOCAL);
    return List.of(
        new Line.Ratio(
            "two-tier-hit",
            "hit, String / the same in the local topology",
            ours,
            List.of(local),
            Limit.atMost(1.3)),
        new Line.Allocation(
            "two-tier-hit-allocation",
            "hit, String: bytes allocated",
            ours,
            Limit.atMost(ALLOCATION_NOISE_BYTES)),
        timesAsFast("two-tier-redisson", "RLocalCachedMap", REDISSON_LOCAL_MAP, 8),
        timesAsFast(
            "two-tier-redisson-object-keys",
            "RLocalCachedMap with keys as objects",
            REDISSON_LOCAL_MAP_OBJECT_KEYS,
            1),
        timesAsFast("two-tier-jetcache", "JetCache with two levels", JETCACHE, 5),
        new Line.RelativeScaling(
            "two-tier-hit-scaling",
            "hit, String: throughput of 2 threads / 1 thread, over the local topology's",
            new Line.RelativeScaling.Pair(ours, ours.callers(2)),
            new Line.RelativeScaling.Pair(local, local.callers(2)),
            Limit.atLeast(0.9)));
  }

  private static Line timesAsFast(String id, String peer, TwoTierSubject subject, double limit) {
    return new Line.Scaling(
        id,
        "hit, String: throughput / that of " + peer,
        hit(subject),
        hit(NEARSIDE_TWO_TIER),
        Limit.atLeast(limit));
  }

  private static Case hit(TwoTierSubject subject) {
    return Case.of(subject, Operation.GET);
  }

  static List<Table> tables() {
    Map<String, UnaryOperator<Case>> hit = Map.of("hit of a String", one -> one);
    Map<String, UnaryOperator<Case>> callers = new LinkedHashMap<>();
    for (int number : new int[] {1, 2, 16}) {
      callers.put(Integer.toString(number), one -> one.callers(number));
    }
    return List.of(
        table("Hits in this JVM", Table.Unit.NANOS, hit),
        table("Allocation", Table.Unit.ALLOCATED_BYTES, hit),
        table("Callers, hit of a String", Table.Unit.MILLIONS_PER_SECOND, callers));
  }

  private static Table table(
      String title, Table.Unit unit, Map<String, UnaryOperator<Case>> columns) {
    return Table.over(
        title,
        unit,
        SUBJECTS,
        columns,
        (subject, column) -> column.apply(Case.of(subject, Operation.GET)));
  }
}
