package io.nearside.benchmarks;

import io.nearside.benchmarks.Case.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The tables of the full suite: one dimension at a time, all others at their first value. */
final class Tables {
  static final List<Subject> ALL =
      Stream.concat(
              Stream.<Subject>of(CaffeineVariant.values()),
              Stream.<Subject>of(JCacheImplementation.values()))
          .toList();

  /** Raw Caffeine once, with the expiry of the others. */
  private static final List<Subject> SUBJECTS =
      Stream.concat(
              Stream.<Subject>of(CaffeineVariant.CREATION_EXPIRY),
              Stream.<Subject>of(JCacheImplementation.values()))
          .toList();

  private Tables() {}

  static Table operations() {
    Map<String, UnaryOperator<Case>> columns = new LinkedHashMap<>();
    columns.put("get String", one -> one);
    columns.put("get DTO", one -> one.payload(Payload.DTO));
    columns.put("put String", one -> one.operation(Operation.PUT));
    columns.put("put DTO", one -> one.operation(Operation.PUT).payload(Payload.DTO));
    columns.put("invoke that sets", one -> one.operation(Operation.INVOKE));
    return table("Operations", Table.Unit.NANOS, ALL, columns);
  }

  static List<Table> all() {
    Table operations = operations();
    return List.of(
        operations,
        new Table(
            "Allocation", Table.Unit.ALLOCATED_BYTES, operations.columns(), operations.rows()),
        table("Payload, get", Table.Unit.NANOS, SUBJECTS, payloads()),
        table("Misses, get String", Table.Unit.NANOS, SUBJECTS, misses()),
        table("Callers, get String", Table.Unit.MILLIONS_PER_SECOND, SUBJECTS, callers()),
        table(
            "Heap",
            Table.Unit.HEAP_BYTES,
            ALL,
            Map.of("bytes per entry", one -> one.operation(Operation.HEAP))));
  }

  private static Map<String, UnaryOperator<Case>> payloads() {
    Map<String, UnaryOperator<Case>> columns = new LinkedHashMap<>();
    columns.put("small (100 characters)", one -> one);
    columns.put("medium (2,000)", one -> one.payload(Payload.MEDIUM));
    columns.put("large (20,000)", one -> one.payload(Payload.LARGE));
    columns.put("DTO", one -> one.payload(Payload.DTO));
    return columns;
  }

  private static Map<String, UnaryOperator<Case>> misses() {
    Map<String, UnaryOperator<Case>> columns = new LinkedHashMap<>();
    for (int percent : new int[] {0, 1, 10, 50}) {
      columns.put(percent + " %", one -> one.missPercent(percent));
    }
    return columns;
  }

  private static Map<String, UnaryOperator<Case>> callers() {
    Map<String, UnaryOperator<Case>> columns = new LinkedHashMap<>();
    for (int callers : new int[] {1, 2, 50, 200, 1_000}) {
      columns.put(String.valueOf(callers), one -> one.callers(callers));
    }
    return columns;
  }

  private static Table table(
      String title,
      Table.Unit unit,
      List<Subject> subjects,
      Map<String, UnaryOperator<Case>> columns) {
    return Table.over(
        title,
        unit,
        subjects,
        columns,
        (subject, column) -> column.apply(Case.of(subject, Operation.GET)));
  }
}
