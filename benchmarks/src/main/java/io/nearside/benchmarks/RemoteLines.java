package io.nearside.benchmarks;

import static io.nearside.benchmarks.RemoteSubject.NEARSIDE_REMOTE;
import static io.nearside.benchmarks.RemoteSubject.REDISSON;
import static io.nearside.benchmarks.RemoteSubject.REDISSON_JCACHE;

import io.nearside.benchmarks.Case.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The lines and the table of the remote topology. */
final class RemoteLines {
  private static final int CALLERS = 64;
  private static final int VIRTUAL_THREADS_SINCE = 21;

  private RemoteLines() {}

  static List<Line> all() {
    List<Line> lines = new ArrayList<>();
    lines.add(ratio("remote-get", "get / RBucket.get", Operation.GET, Operation.GET, 1.15));
    lines.add(ratio("remote-put", "put / RBucket.set", Operation.PUT, Operation.PUT, 1.25));
    lines.add(
        ratio(
            "remote-get-all",
            "getAll of 100 / RBuckets.get of 100",
            Operation.GET_ALL,
            Operation.GET_ALL,
            1.3));
    lines.add(
        ratio(
            "remote-put-all",
            "putAll of 100 / RBuckets.set of 100",
            Operation.PUT_ALL,
            Operation.PUT_ALL,
            4));
    lines.add(
        ratio(
            "remote-invoke",
            "invoke that reads and sets / RBucket.get",
            Operation.INVOKE,
            Operation.GET,
            2.7));
    lines.add(
        many("remote-64-callers", "64 threads, get: throughput / RBucket.get's", Threads.PLATFORM));
    if (Runtime.version().feature() >= VIRTUAL_THREADS_SINCE) {
      lines.add(
          many(
              "remote-64-virtual-callers",
              "64 virtual threads, get: throughput / RBucket.get's",
              Threads.VIRTUAL));
    }
    return lines;
  }

  private static Line ratio(
      String id, String description, Operation ours, Operation raw, double limit) {
    return new Line.Ratio(
        id,
        description,
        Case.of(NEARSIDE_REMOTE, ours),
        List.of(Case.of(REDISSON, raw)),
        Limit.atMost(limit));
  }

  private static Line many(String id, String description, Threads threads) {
    return new Line.Scaling(
        id,
        description,
        Case.of(REDISSON, Operation.GET).callers(CALLERS).threads(threads),
        Case.of(NEARSIDE_REMOTE, Operation.GET).callers(CALLERS).threads(threads),
        Limit.atLeast(2.5));
  }

  static Table table() {
    Map<String, UnaryOperator<Case>> columns = new LinkedHashMap<>();
    columns.put("get", one -> one);
    columns.put("put", one -> one.operation(Operation.PUT));
    columns.put("getAll of 100", one -> one.operation(Operation.GET_ALL));
    columns.put("putAll of 100", one -> one.operation(Operation.PUT_ALL));
    columns.put("invoke", one -> one.operation(Operation.INVOKE));
    return Table.over(
        "Operations over Redis",
        Table.Unit.NANOS,
        List.<Subject>of(REDISSON, REDISSON_JCACHE, NEARSIDE_REMOTE),
        columns,
        (subject, column) -> column.apply(Case.of(subject, Operation.GET)));
  }
}
