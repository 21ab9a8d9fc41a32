package io.nearside.benchmarks;

import static io.nearside.benchmarks.CaffeineVariant.CREATION_EXPIRY;
import static io.nearside.benchmarks.JCacheImplementation.CACHE2K_JCACHE;
import static io.nearside.benchmarks.JCacheImplementation.CAFFEINE_JCACHE;
import static io.nearside.benchmarks.JCacheImplementation.EHCACHE_JCACHE;
import static io.nearside.benchmarks.JCacheImplementation.NEARSIDE;
import static io.nearside.benchmarks.JCacheImplementation.NEARSIDE_STATISTICS_OFF;

import io.nearside.benchmarks.Case.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is measured, for how long. */
public enum Suite {
  /** Under 90 seconds, to see a regression: every line once, too short to judge its limit. */
  SMOKE(Area.LOCAL, 1, new Effort(1, Duration.ofSeconds(1), 2, Duration.ofMillis(500)), 200_000),
  /** Every line in three rounds. */
  QUICK(Area.LOCAL, 3, new Effort(3, Duration.ofSeconds(1), 3, Duration.ofSeconds(1)), 1_000_000),
  /** Every line in five rounds, and all implementations over every dimension once. */
  FULL(Area.LOCAL, 5, new Effort(4, Duration.ofSeconds(1), 4, Duration.ofSeconds(1)), 1_000_000),
  /** The lines of the remote topology in three rounds, against a Redis. */
  REMOTE(Area.REMOTE, 3, new Effort(4, Duration.ofSeconds(1), 3, Duration.ofSeconds(1)), 0),
  /** The same once, and short, to see a regression. */
  REMOTE_SMOKE(Area.REMOTE, 1, new Effort(2, Duration.ofSeconds(1), 1, Duration.ofSeconds(1)), 0),
  /** The lines of the two-tier topology in three rounds, against a Redis. */
  TWO_TIER(Area.TWO_TIER, 3, new Effort(4, Duration.ofSeconds(1), 3, Duration.ofSeconds(1)), 0),
  /** The same once, and short, to see a regression. */
  TWO_TIER_SMOKE(
      Area.TWO_TIER, 1, new Effort(2, Duration.ofSeconds(1), 1, Duration.ofSeconds(1)), 0),
  /** The lines of misses that are loaded, in three rounds, against a Redis where it needs one. */
  LOADING(Area.LOADING, 3, new Effort(4, Duration.ofSeconds(1), 3, Duration.ofSeconds(1)), 0),
  /** The same once, and short, to see a regression. */
  LOADING_SMOKE(Area.LOADING, 1, new Effort(2, Duration.ofSeconds(1), 1, Duration.ofSeconds(1)), 0),
  /** What statistics and meters cost, in five rounds, with a Redis. */
  METRICS(Area.METRICS, 5, new Effort(4, Duration.ofSeconds(1), 4, Duration.ofSeconds(1)), 0),
  /** The same once, and short, to see a regression. */
  METRICS_SMOKE(Area.METRICS, 1, new Effort(2, Duration.ofSeconds(1), 1, Duration.ofSeconds(1)), 0);

  /** What a suite is about. */
  private enum Area {
    LOCAL,
    REMOTE,
    TWO_TIER,
    LOADING,
    METRICS
  }

  /**
   * The iterations of one JVM.
   *
   * @param warmups iterations that don't count
   * @param measurements iterations that do
   */
  public record Effort(
      int warmups, Duration warmupTime, int measurements, Duration measurementTime) {}

  private static final double ALLOCATION_NOISE_BYTES = 0.5;

  private final Area area;
  private final int rounds;
  private final Effort effort;
  private final int heapEntries;

  Suite(Area area, int rounds, Effort effort, int heapEntries) {
    this.area = area;
    this.rounds = rounds;
    this.effort = effort;
    this.heapEntries = heapEntries;
  }

  static Suite named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  int rounds() {
    return rounds;
  }

  Effort effort() {
    return effort;
  }

  /** Whether it measures against a Redis. */
  boolean needsRedis() {
    return area != Area.LOCAL;
  }

  /** In file names and pages. */
  String prefix() {
    return switch (area) {
      case LOCAL -> "";
      case REMOTE -> "remote-";
      case TWO_TIER -> "two-tier-";
      case LOADING -> "loading-";
      case METRICS -> "metrics-";
    };
  }

  int heapEntries() {
    return heapEntries;
  }

  /** What each round measures, in this order: the cases of a line stand side by side. */
  List<Case> casesOfRound() {
    return lines().stream().flatMap(line -> line.cases().stream()).distinct().toList();
  }

  /** What is measured once, for the tables. */
  List<Case> casesOfTables() {
    boolean all = List.of(FULL, REMOTE, TWO_TIER, LOADING, METRICS).contains(this);
    Stream<Case> cases = all ? tables().stream().flatMap(Table::cases) : Stream.empty();
    List<Case> measured = casesOfRound();
    return cases.filter(one -> !measured.contains(one)).distinct().toList();
  }

  List<Table> tables() {
    return switch (area) {
      case LOCAL -> Tables.all();
      case REMOTE -> List.of(RemoteLines.table());
      case TWO_TIER -> TwoTierLines.tables();
      case LOADING -> LoadLines.tables();
      case METRICS -> MetricsLines.tables();
    };
  }

  /** The lines, each with its limit. */
  List<Line> lines() {
    return switch (area) {
      case LOCAL -> localLines();
      case REMOTE -> RemoteLines.all();
      case TWO_TIER -> TwoTierLines.all();
      case LOADING -> LoadLines.all();
      case METRICS -> MetricsLines.all();
    };
  }

  private static List<Line> localLines() {
    List<Line> lines = new ArrayList<>(readLines());
    lines.addAll(writeLines());
    lines.add(
        new Line.Difference(
            "heap-per-entry",
            "heap per entry over raw Caffeine with the same bound and expiry, bytes",
            Case.of(NEARSIDE, Operation.HEAP),
            Case.of(CREATION_EXPIRY, Operation.HEAP),
            Limit.atMost(48)));
    return lines;
  }

  private static List<Line> readLines() {
    Case raw = Case.of(CREATION_EXPIRY, Operation.GET);
    Case ours = Case.of(NEARSIDE, Operation.GET);
    Case uncounted = Case.of(NEARSIDE_STATISTICS_OFF, Operation.GET);
    Case ourDto = ours.payload(Payload.DTO);
    return List.of(
        new Line.Ratio(
            "get-string",
            "get, String, by value, statistics on / raw Caffeine",
            ours,
            List.of(raw),
            Limit.atMost(1.15)),
        new Line.Ratio(
            "get-string-statistics-off",
            "get, String, by value, statistics off / raw Caffeine",
            uncounted,
            List.of(raw),
            Limit.atMost(1.05)),
        new Line.Allocation(
            "get-string-allocation",
            "get, String, by value, statistics on: bytes allocated",
            ours,
            Limit.atMost(ALLOCATION_NOISE_BYTES)),
        new Line.Scaling(
            "get-string-scaling",
            "get, String: throughput of 2 threads / 1 thread",
            ours,
            ours.callers(2),
            Limit.atLeast(1.8)),
        new Line.Scaling(
            "raw-get-string-scaling",
            "the machine's own scaling: raw Caffeine, 2 threads / 1 thread",
            raw,
            raw.callers(2),
            Limit.atLeast(1)),
        new Line.Ratio(
            "get-dto-cache2k",
            "get, mutable DTO, by value / cache2k-jcache",
            ourDto,
            List.of(Case.of(CACHE2K_JCACHE, Operation.GET).payload(Payload.DTO)),
            Limit.atMost(0.25)),
        new Line.Ratio(
            "get-dto-caffeine-jcache",
            "get, mutable DTO, by value / caffeine-jcache",
            ourDto,
            List.of(Case.of(CAFFEINE_JCACHE, Operation.GET).payload(Payload.DTO)),
            Limit.atMost(0.10)));
  }

  private static List<Line> writeLines() {
    List<Case> peers =
        Stream.of(CAFFEINE_JCACHE, CACHE2K_JCACHE, EHCACHE_JCACHE)
            .map(peer -> Case.of(peer, Operation.INVOKE))
            .toList();
    return List.of(
        new Line.Ratio(
            "put-string",
            "put, String, by value / raw Caffeine",
            Case.of(NEARSIDE, Operation.PUT),
            List.of(Case.of(CREATION_EXPIRY, Operation.PUT)),
            Limit.atMost(1.5)),
        new Line.Ratio(
            "invoke-set",
            "invoke that sets, String, by value / the best peer",
            Case.of(NEARSIDE, Operation.INVOKE),
            peers,
            Limit.atMost(0.7)));
  }
}
