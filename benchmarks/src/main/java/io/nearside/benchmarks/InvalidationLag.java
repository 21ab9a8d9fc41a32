package io.nearside.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How late a node sees what another one has written: this JVM writes, another one holds copies of
 * all keys, reads a few of them over and over, and notes how old each change of these is when a
 * read first gives it, fetching it from Redis included. One that watched all keys would fetch all
 * day, and its lags would tell of its own queue. Prints a table.
 */
public final class InvalidationLag {
  private static final double GOAL_P99_MILLIS = 2;
  private static final int WATCH_EVERY_MICROS = 10;
  private static final double NANOS_PER_MILLI = 1e6;

  private InvalidationLag() {}

  /**
   * Options: {@code --writes} a second, {@code --keys} (keys that are written more often than ten
   * times a second are not copied, so more keys are needed for more writes), {@code --watched} of
   * them, {@code --reads} of each key in a second beside the watching, {@code --seconds} after
   * those of {@code --warm-up} (on few cores it takes most of a minute until all that a change
   * passes through is compiled), {@code --topology}, {@code --docs} for the folder of the page that
   * takes the table. Exit code 1 when a copy was never invalidated or the trial could not run, 2
   * when arguments are wrong.
   */
  public static void main(String[] arguments) {
    Map<String, @Nullable String> known = new HashMap<>();
    known.put("--writes", "1000");
    known.put("--keys", "200");
    known.put("--watched", "8");
    known.put("--reads", "1");
    known.put("--warm-up", "60");
    known.put("--seconds", "20");
    known.put(Node.Fleet.TOPOLOGY, "two-tier");
    known.put("--docs", null);
    Program.run(List.of(arguments), known, InvalidationLag::table, "lag-");
  }

  private static String table(Options options) throws IOException, InterruptedException {
    int writes = options.number("--writes");
    try (Redis redis = Redis.open()) {
      Node.Fleet fleet =
          new Node.Fleet(
              redis.address(),
              "lag-" + UUID.randomUUID(),
              Node.Fleet.topology(options.text(Node.Fleet.TOPOLOGY)),
              options.number(Node.Fleet.KEYS));
      List<MemberProcess.Role> roles =
          List.of(
              new MemberProcess.Role(
                  "watcher",
                  1,
                  options.number("--watched"),
                  WATCH_EVERY_MICROS,
                  options.number("--reads")));
      System.err.println("starting the JVM that watches");
      try (Trial trial = new Trial(fleet, roles)) {
        Duration warmUp = Duration.ofSeconds(options.number("--warm-up"));
        Duration time = Duration.ofSeconds(options.number("--seconds"));
        System.err.printf("writing %,d times a second%n", writes);
        return table(trial.run(writes, warmUp, time));
      }
    }
  }

  private static String table(Trial.Result result) {
    Lags.Summary lags = result.lags();
    boolean met = lags.p99Nanos() < GOAL_P99_MILLIS * NANOS_PER_MILLI;
    return """
    | writes/s | changes seen | p50, ms | p99, ms | max, ms | goal: p99 < %.0f ms |
    |---:|---:|---:|---:|---:|---|
    | %,.0f | %,d | %s | %s |
    """
        .formatted(
            GOAL_P99_MILLIS,
            result.writes(),
            lags.count(),
            lags.columns(),
            met ? "met" : "**missed**");
  }
}
