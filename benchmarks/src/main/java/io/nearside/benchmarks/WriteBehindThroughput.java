package io.nearside.benchmarks;

import io.nearside.Nearside;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.WriteQueue;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * Puts of as many different keys, written through and written behind to the same database, whose
 * statements take a millisecond each. The time ends when the database has all: what merely waits
 * does not count. Prints a table.
 */
public final class WriteBehindThroughput {
  private static final double GOAL = 5;
  private static final int DEPTH = 10_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final String VALUE = "x".repeat(100);

  private WriteBehindThroughput() {}

  /** How changes reach the database. */
  private enum Way {
    THROUGH("write-through"),
    BEHIND("write-behind"),
    JOURNAL("write-behind, journal");

    private final String label;

    Way(String label) {
      this.label = label;
    }
  }

  /**
   * Options: {@code --writes} of each run, of which the write-through runs do a tenth, {@code
   * --callers} that put at the same time, {@code --topologies}, {@code --docs} for the folder of
   * the page that takes the table. Exit code 1 when a write is missing in the database or the runs
   * could not be done, 2 when arguments are wrong.
   */
  public static void main(String[] arguments) {
    Map<String, @Nullable String> known = new HashMap<>();
    known.put("--writes", "50000");
    known.put("--callers", "1,8");
    known.put("--topologies", "local,two-tier");
    known.put("--docs", null);
    Program.run(List.of(arguments), known, WriteBehindThroughput::table, "write-behind-");
  }

  /** What a run is made of. */
  private record Run(Topology topology, Way way, int callers, int writes) {}

  /** What came of it. */
  private record Result(double acknowledged, double written, long statements, int deepest) {}

  private static String table(Options options) throws IOException, InterruptedException {
    StringBuilder table =
        new StringBuilder(
            """
            | topology | way | callers | puts/s | reach the database/s | statements | deepest queue | of write-through | goal: ≥ %.0f × |
            |---|---|---:|---:|---:|---:|---:|---:|---|
            """
                .formatted(GOAL));
    int writes = options.number("--writes");
    try (Redis redis = Redis.open()) {
      for (String name : options.text("--topologies").split(",", -1)) {
        Topology topology = Node.Fleet.topology(name);
        for (int callers : options.numbers("--callers")) {
          rows(table, redis, topology, callers, writes);
        }
      }
    }
    return table.toString();
  }

  private static void rows(
      StringBuilder table, Redis redis, Topology topology, int callers, int writes)
      throws IOException, InterruptedException {
    double through = 0;
    for (Way way : Way.values()) {
      if (way == Way.JOURNAL && topology != Topology.LOCAL) {
        continue;
      }
      Run run = new Run(topology, way, callers, way == Way.THROUGH ? writes / 10 : writes);
      System.err.println("running " + run);
      Result warm = run(redis, new Run(topology, way, callers, Math.max(callers, writes / 10)));
      Result result = run(redis, run);
      System.err.println(warm + ", then " + result);
      through = (way == Way.THROUGH) ? result.written : through;
      double ratio = result.written / through;
      table.append(
          "| %s | %s | %d | %,.0f | %,.0f | %,d | %,d | %.1f × | %s |\n"
              .formatted(
                  topology.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                  way.label,
                  callers,
                  result.acknowledged,
                  result.written,
                  result.statements,
                  result.deepest,
                  ratio,
                  way == Way.THROUGH ? "" : ratio >= GOAL ? "met" : "**missed**"));
    }
  }

  private static Result run(Redis redis, Run run) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("nearside-journal");
    try (SlowTable table = new SlowTable(PAUSE_NANOS);
        CacheManager manager = manager(redis, run)) {
      @SuppressWarnings("unchecked")
      NearsideCache<Integer, String> cache =
          manager
              .createCache("sink", configuration(run, table, folder))
              .unwrap(NearsideCache.class);
      return measured(run, table, cache);
    } catch (SQLException e) {
      throw new IllegalStateException("the database failed", e);
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static CacheManager manager(Redis redis, Run run) {
    return (run.topology == Topology.LOCAL)
        ? Nearside.builder().build()
        : Nearside.builder()
            .address(redis.address())
            .namespace("write-behind-" + UUID.randomUUID())
            .set("remote.timeout", "2s")
            .build();
  }

  private static NearsideConfiguration<Integer, String> configuration(
      Run run, SlowTable table, Path folder) {
    NearsideConfigurationBuilder<Integer, String> builder =
        NearsideConfiguration.builder(Integer.class, String.class)
            .topology(run.topology)
            .timeToLive(Duration.ofHours(1))
            .writer(table);
    if (run.way != Way.THROUGH) {
      builder.writeBehind(queue -> {
        queue.maximumDepth(DEPTH).block(Duration.ofMinutes(1));
        if (run.way == Way.JOURNAL) {
          queue.journal(folder);
        }
      });
    }
    return builder.build();
  }

  private static Result measured(Run run, SlowTable table, NearsideCache<Integer, String> cache)
      throws InterruptedException, SQLException {
    long start = System.nanoTime();
    List<Thread> callers = new ArrayList<>();
    int each = run.writes / run.callers;
    for (int i = 0; i < run.callers; i++) {
      int first = i * each;
      Thread caller =
          new Thread(() -> {
            for (int key = first; key < first + each; key++) {
              cache.put(key, VALUE);
            }
          });
      callers.add(caller);
      caller.start();
    }
    WriteQueue<Integer, String> queue = cache.writeQueue();
    int deepest = 0;
    while (callers.stream().anyMatch(Thread::isAlive)) {
      deepest = Math.max(deepest, depth(queue));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    long acknowledged = System.nanoTime() - start;
    int total = each * run.callers;
    while (depth(queue) > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    long written = System.nanoTime() - start;
    if (table.rows() != total) {
      throw new IllegalStateException(
          "the database has " + table.rows() + " of " + total + " keys: " + run);
    }
    return new Result(
        perSecond(total, acknowledged), perSecond(total, written), table.statements(), deepest);
  }

  private static int depth(@Nullable WriteQueue<Integer, String> queue) {
    return (queue == null) ? 0 : queue.depth();
  }

  private static double perSecond(int count, long nanos) {
    return count * 1e9 / nanos;
  }
}
