package io.nearside.benchmarks;

import io.nearside.benchmarks.MemberProcess.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What announcements cost Redis and the nodes when there are many nodes: several JVMs, each with
 * several cache managers, over one server, while this JVM writes at several rates. Prints a table.
 */
public final class Fleet {
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  /** Rarely enough to be no load, where keys are written so often that they are not copied. */
  private static final int WATCH_EVERY_MICROS = 2_000;

  private Fleet() {}

  /**
   * Options: {@code --jvms}, {@code --managers} in each of them, {@code --keys}, {@code --writes} a
   * second, with commas between the rates, {@code --seconds} for each rate, {@code --reads} of each
   * key at each node in a second, {@code --topology}, {@code --docs} for the folder of the page
   * that takes the table. Ctrl-C ends all. Exit code 1 when a copy was never invalidated or the
   * trial could not run, 2 when arguments are wrong.
   */
  public static void main(String[] arguments) {
    Map<String, @Nullable String> known = new HashMap<>();
    known.put("--jvms", "8");
    known.put("--managers", "25");
    known.put("--keys", "10");
    known.put("--writes", "0,100,1000,5000");
    known.put("--seconds", "15");
    known.put("--reads", "1");
    known.put(Node.Fleet.TOPOLOGY, "two-tier");
    known.put("--docs", null);
    Program.run(List.of(arguments), known, Fleet::table, "capacity-");
  }

  private static String table(Options options) throws IOException, InterruptedException {
    int jvms = options.number("--jvms");
    int managers = options.number("--managers");
    List<Role> roles = new ArrayList<>();
    for (int jvm = 0; jvm < jvms; jvm++) {
      int watched = (jvm == 0) ? options.number(Node.Fleet.KEYS) : 0;
      int reads = options.number("--reads");
      roles.add(new Role("jvm-" + jvm, managers, watched, WATCH_EVERY_MICROS, reads));
    }
    try (Redis redis = Redis.open()) {
      Node.Fleet fleet =
          new Node.Fleet(
              redis.address(),
              "fleet-" + UUID.randomUUID(),
              Node.Fleet.topology(options.text(Node.Fleet.TOPOLOGY)),
              options.number(Node.Fleet.KEYS));
      System.err.printf("starting %d JVMs with %d nodes each%n", jvms, managers);
      try (Trial trial = new Trial(fleet, roles)) {
        String head =
            "%d nodes in %d JVMs, one Redis, %d keys, each read by each node every %s.%n%n"
                .formatted(
                    jvms * managers, jvms, fleet.keys(), interval(options.number("--reads")));
        return head + rows(trial, options);
      }
    }
  }

  private static String interval(int reads) {
    return (reads == 1) ? "second" : "1/" + reads + " of a second";
  }

  private static String rows(Trial trial, Options options)
      throws IOException, InterruptedException {
    StringBuilder text =
        new StringBuilder(
            "| writes/s asked for | done | Redis, % of a core | KiB/s out | messages/s per node"
                + " | lag p50, ms | p99 | max |\n|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    Duration time = Duration.ofSeconds(options.number("--seconds"));
    for (int writes : options.numbers("--writes")) {
      System.err.printf("%,d writes/s for %d s%n", writes, time.toSeconds());
      String row = row(writes, trial.run(writes, WARM_UP, time));
      System.err.print(row);
      text.append(row);
    }
    return text.toString();
  }

  private static String row(int writes, Trial.Result result) {
    ServerLoad.Rates load = result.load();
    return "| %,d | %,.0f | %.1f | %,.0f | %,.0f | %s |%n"
        .formatted(
            writes,
            result.writes(),
            load.cpuShare() * 100,
            load.bytesOut() / 1024,
            load.publishes(),
            result.lags().columns());
  }
}
