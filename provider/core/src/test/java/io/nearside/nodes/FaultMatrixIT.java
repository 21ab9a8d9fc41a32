package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideHealth.Status;
import io.nearside.RemoteUnavailableException;
import io.nearside.Topology;
import io.nearside.nodes.FaultBed.Kind;
import io.nearside.nodes.FaultBed.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation in each mode while something fails: what comes of it, what is counted, how long it
 * takes, what the node says is the matter, and what is there of its key when all is well again. The
 * tables of the operators' page on failures are the expectation; {@code -Dtest.writeDocs=true}
 * writes there what was observed, and what was observed is in {@code target/faults.md} in any case.
 */
@Timeout(120)
@Tag("soak")
class FaultMatrixIT {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));
  private static final Map<Topology, Path> PAGES =
      Map.of(
          Topology.TWO_TIER, BASE.resolve("../../docs/operations/failures.md"),
          Topology.REMOTE, BASE.resolve("../../docs/operations/failures-remote.md"));
  private static final Path REPORT = BASE.resolve("target/faults.md");
  private static final Duration SLACK = Duration.ofMillis(20);
  private static final int TRIES = 3;
  private static final Duration HEALTH_WAIT = Duration.ofSeconds(20);
  private static final Duration HEALTH_STAYS = Duration.ofSeconds(3);

  /** What is counted beside, by the letter that tells so in the tables. */
  private static final Map<String, String> COUNTERS =
      new TreeMap<>(
          Map.of(
              "u", "UnavailableOperations",
              "s", "StaleHits",
              "b", "BypassedReads",
              "n", "UnstoredValues",
              "x", "UnreadableEntries"));

  private static final Map<String, String> OBSERVED = new TreeMap<>();
  private static final Map<String, Long> BLOCKED = new TreeMap<>();

  /** After how many milliseconds calls and copies were as usual, at most. */
  private static final Map<String, Long> RECOVERED = new TreeMap<>();

  private static Hiccups hiccups;
  private static @Nullable FaultBed bed;
  private static @Nullable String bedOf;

  /** What a caller does, and in one word what came of it. */
  private enum Deed {
    GET("get", Kind.PLAIN, (cache, keys) -> word(cache.get(keys.get(0)))),
    GET_ALL("getAll", Kind.PLAIN, (cache, keys) -> all(cache.getAll(Set.copyOf(keys)))),
    CONTAINS_KEY(
        "containsKey",
        Kind.PLAIN,
        (cache, keys) -> cache.containsKey(keys.get(0)) ? "value" : "miss"),
    ITERATOR(
        "iterator", Kind.PLAIN, (cache, keys) -> cache.iterator().hasNext() ? "value" : "miss"),
    LOAD("get, loader", Kind.LOADED, (cache, keys) -> word(cache.get(keys.get(0)))),
    LOAD_ALL("getAll, loader", Kind.LOADED, (cache, keys) -> all(cache.getAll(Set.copyOf(keys)))),
    LOAD_KEPT(
        "get, loader, expired, staleIfError",
        Kind.KEPT,
        (cache, keys) -> {
          String word = word(cache.get(keys.get(0)));
          return word.equals("value") ? "expired value" : word;
        }),
    PUT(
        "put",
        Kind.PLAIN,
        "new",
        (cache, keys) -> {
          cache.put(keys.get(0), "new");
          return DONE;
        }),
    PUT_ALL(
        "putAll",
        Kind.PLAIN,
        "new",
        (cache, keys) -> {
          cache.putAll(Map.of(keys.get(0), "new", keys.get(1), "new"));
          return DONE;
        }),
    REMOVE("remove", Kind.PLAIN, "null", (cache, keys) -> done(cache.remove(keys.get(0)))),
    CLEAR(
        "clear",
        Kind.CLEARED,
        "null",
        (cache, keys) -> {
          cache.clear();
          return DONE;
        }),
    WRITE(
        "put, writer",
        Kind.WRITTEN,
        "new",
        (cache, keys) -> {
          cache.put(keys.get(0), "new");
          return DONE;
        }),
    DELETE(
        "remove, writer", Kind.WRITTEN, "null", (cache, keys) -> done(cache.remove(keys.get(0)))),
    WRITE_IF_THERE(
        "replace, writer",
        Kind.WRITTEN,
        "new",
        (cache, keys) -> done(cache.replace(keys.get(0), "new"))),
    PUT_IF_ABSENT(
        "putIfAbsent",
        Kind.PLAIN,
        "new",
        (cache, keys) -> cache.putIfAbsent(keys.get(0), "new") ? DONE : REFUSED),
    REPLACE("replace", Kind.PLAIN, "new", (cache, keys) -> done(cache.replace(keys.get(0), "new"))),
    COMPARE(
        "replace of three",
        Kind.PLAIN,
        "new",
        (cache, keys) -> done(cache.replace(keys.get(0), "old", "new"))),
    GET_AND_PUT(
        "getAndPut",
        Kind.PLAIN,
        "new",
        (cache, keys) -> {
          cache.getAndPut(keys.get(0), "new");
          return DONE;
        }),
    INVOKE(
        "invoke",
        Kind.PLAIN,
        "new",
        (cache, keys) -> {
          return cache.invoke(
              keys.get(0),
              (entry, arguments) -> {
                entry.setValue("new");
                return DONE;
              });
        });

    final String title;
    final Kind kind;

    /** What is there of the key when it was done; null if it changes nothing. */
    final @Nullable String after;

    final BiFunction<Cache<String, String>, List<String>, String> on;

    Deed(String title, Kind kind, BiFunction<Cache<String, String>, List<String>, String> on) {
      this(title, kind, null, on);
    }

    Deed(
        String title,
        Kind kind,
        @Nullable String after,
        BiFunction<Cache<String, String>, List<String>, String> on) {
      this.title = title;
      this.kind = kind;
      this.after = after;
      this.on = on;
    }

    /** No two try with the same keys. */
    List<String> keys(FaultBed of, Mode mode, int attempt) {
      long others = Arrays.stream(values()).filter(deed -> deed.kind == kind).count();
      long before =
          Arrays.stream(values())
              .filter(deed -> deed.kind == kind && deed.ordinal() < ordinal())
              .count();
      return of.keys(mode, kind, 2 * (int) (attempt * others + before), 2);
    }
  }

  private static final String DONE = "done";
  private static final String REFUSED = "no";

  private static String done(boolean done) {
    return done ? DONE : REFUSED;
  }

  private static String word(@Nullable String value) {
    return value == null ? "miss" : value.equals("old") ? "value" : value;
  }

  private static String all(Map<String, String> found) {
    return found.isEmpty()
        ? "miss"
        : found.size() < 2 ? "some" : word(found.values().iterator().next());
  }

  /** What came of one deed. */
  private record Cell(String text, long blockedMillis, List<String> keys) {

    /** Whether Redis was not asked although it would have answered, and other than no. */
    boolean isWithoutRedis(Outage outage) {
      return text.contains("UNREACHABLE") || !outage.isRefusal() && text.matches(".*\\(.*u.*\\)");
    }
  }

  /** In an order in which beds are made anew as seldom as can be. */
  static Stream<Arguments> cases() {
    return Stream.of(Topology.TWO_TIER, Topology.REMOTE)
        .flatMap(topology ->
            Arrays.stream(Outage.values())
                .filter(
                    outage -> topology == Topology.TWO_TIER || Outage.OF_THE_WAY.contains(outage))
                .sorted(Comparator.comparing(FaultMatrixIT::bedFor))
                .map(outage -> Arguments.of(topology, outage)));
  }

  private static String bedFor(Outage outage) {
    return Outage.OF_CLUSTER.contains(outage)
        ? "cluster"
        : outage == Outage.BREAKER ? "breaker" : "";
  }

  @BeforeAll
  static void start() {
    hiccups = new Hiccups();
  }

  @AfterAll
  static void stop() throws IOException {
    hiccups.close();
    closeBed();
    StringBuilder report = new StringBuilder("# Fault matrix, as observed\n");
    OBSERVED.forEach((name, table) ->
        report
            .append("\n## ")
            .append(name)
            .append("\n\n")
            .append(table)
            .append("\nLongest call but for what the machine explains: ")
            .append(BLOCKED.get(name))
            .append(" ms; all as usual after ")
            .append(RECOVERED.get(name))
            .append(" ms\n"));
    Files.writeString(REPORT, report);
    System.out.println(report);
  }

  private static void closeBed() throws IOException {
    if (bed != null) {
      bed.close();
      bed = null;
    }
  }

  /** Beds are dear, so as many faults as can be share one. */
  private static FaultBed bed(Topology topology, Outage outage) throws IOException {
    String wanted = bedFor(outage);
    if (bed == null || bed.topology != topology || !wanted.equals(bedOf)) {
      closeBed();
      bedOf = wanted;
      bed =
          switch (wanted) {
            case "cluster" -> FaultBed.ofCluster(topology, WITHOUT_BREAKER);
            case "breaker" -> FaultBed.ofOneServer(topology, BREAKER);
            default -> FaultBed.ofOneServer(topology, WITHOUT_BREAKER);
          };
    }
    return bed;
  }

  /** Each call waits as long as it would for the first time. */
  private static final Map<String, String> WITHOUT_BREAKER =
      Map.of("remote.circuitBreaker.minimumCalls", "1000000");

  private static final Map<String, String> BREAKER =
      Map.of(
          "remote.circuitBreaker.failureThreshold", "3",
          "remote.circuitBreaker.openDuration", "1m",
          "remote.circuitBreaker.maximumOpenDuration", "1m");

  @ParameterizedTest
  @MethodSource("cases")
  void eachOperationInEachMode(Topology topology, Outage outage) throws Exception {
    String name = topology + ": " + outage.title;
    FaultBed on = bed(topology, outage);
    on.prepare(outage != Outage.UNREADABLE);
    Path page = PAGES.get(topology);
    String documented = Tables.of(Files.readString(page)).get(outage);
    Map<Mode, Map<Deed, Cell>> cells = new TreeMap<>();
    String health;
    try {
      outage.begin(on);
      cells.putAll(observe(on, outage));
      health = health(on, documented);
    } finally {
      outage.end(on);
    }
    long ended = System.nanoTime();
    String table = table(cells) + health;
    OBSERVED.put(name, table);
    BLOCKED.put(
        name,
        cells.values().stream()
            .flatMap(of -> of.values().stream())
            .mapToLong(Cell::blockedMillis)
            .max()
            .orElseThrow());
    on.awaitRecovery();
    RECOVERED.put(name, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ended));
    on.awaitHealthy();
    if (Boolean.getBoolean("test.writeDocs")) {
      Tables.write(page, outage, table);
    } else {
      assertThat(table).as(name).isEqualTo(documented);
    }
    assertInTime(outage, cells);
    cells.forEach(
        (mode, of) -> of.forEach((deed, cell) -> assertAfterwards(on, outage, mode, deed, cell)));
  }

  /** The row of what the node says is the matter, once that is what it is to say, or stays so. */
  private static String health(FaultBed on, String documented) {
    AtomicReference<String> row = new AtomicReference<>("none");
    AtomicLong since = new AtomicLong();
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(FaultBed.PAUSE)
        .atMost(HEALTH_WAIT)
        .until(() -> {
          String now = row(on.troubles());
          if (!now.equals(row.getAndSet(now))) {
            since.set(System.nanoTime());
          }
          return documented.endsWith("\n" + now)
              || System.nanoTime() - since.get() > HEALTH_STAYS.toNanos();
        });
    return row.get();
  }

  private static String row(Map<Mode, Set<String>> troubles) {
    StringBuilder row = new StringBuilder("| health |");
    troubles
        .values()
        .forEach(kinds ->
            row.append(' ')
                .append(kinds.isEmpty() ? Status.UP.name() : String.join(", ", kinds))
                .append(" |"));
    return row.append('\n').toString();
  }

  private static Map<Mode, Map<Deed, Cell>> observe(FaultBed on, Outage outage) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(on.modes().size());
    try {
      Map<Mode, Future<Map<Deed, Cell>>> all = new LinkedHashMap<>();
      for (Mode mode : on.modes()) {
        Callable<Map<Deed, Cell>> caller =
            () -> {
              Map<Deed, Cell> cells = new TreeMap<>();
              for (Deed deed : Deed.values()) {
                cells.put(deed, best(on, outage, mode, deed));
              }
              return cells;
            };
        all.put(mode, callers.submit(caller));
      }
      Map<Mode, Map<Deed, Cell>> cells = new TreeMap<>();
      for (Map.Entry<Mode, Future<Map<Deed, Cell>>> each : all.entrySet()) {
        cells.put(each.getKey(), each.getValue().get(60, TimeUnit.SECONDS));
      }
      return cells;
    } finally {
      callers.shutdownNow();
    }
  }

  /** A busy machine delays any call, so there are more tries, with other keys. */
  private static Cell best(FaultBed on, Outage outage, Mode mode, Deed deed) throws IOException {
    Cell best = null;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      best = one(on, outage, mode, deed, attempt);
      boolean late = outage.isInTime() && best.isWithoutRedis(outage);
      if (!late && best.blockedMillis <= bound(outage).toMillis()) {
        break;
      }
    }
    return java.util.Objects.requireNonNull(best);
  }

  private static Cell one(FaultBed on, Outage outage, Mode mode, Deed deed, int attempt)
      throws IOException {
    List<String> keys = deed.keys(on, mode, attempt);
    Map<String, Long> before = counts(on, mode, deed);
    String word;
    long blocked;
    try (Stopwatch stopwatch = new Stopwatch(hiccups)) {
      stopwatch.start();
      String said;
      try {
        said = deed.on.apply(on.here(mode, deed.kind), keys);
      } catch (RuntimeException e) {
        said = thrown(e);
      }
      stopwatch.stop();
      word = said;
      blocked = stopwatch.longestUnexplained();
    }
    Map<String, Long> after = counts(on, mode, deed);
    StringBuilder marks = new StringBuilder();
    COUNTERS.forEach((letter, name) -> {
      boolean told = !(letter.equals("b") && outage.mayBypass());
      marks.append(told && after.get(name) > before.get(name) ? letter : "");
    });
    if (deed.after != null && !word.startsWith("!") && marks.toString().matches(".*[un].*")) {
      word = "queued";
    }
    if (word.equals("value") && marks.indexOf("s") >= 0) {
      word = "stale copy";
    }
    return new Cell(word + (marks.isEmpty() ? "" : " (" + marks + ")"), blocked, keys);
  }

  private static Map<String, Long> counts(FaultBed on, Mode mode, Deed deed) {
    Map<String, Long> counts = new TreeMap<>();
    COUNTERS.values().forEach(name -> counts.put(name, on.count(mode, deed.kind, name)));
    return counts;
  }

  private static String thrown(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof RemoteUnavailableException e) {
        return "!" + e.reason();
      }
      if (each instanceof CacheLoaderException || each instanceof CacheWriterException) {
        return "!" + each.getClass().getSimpleName();
      }
    }
    return "!" + failure;
  }

  private static Duration bound(Outage outage) {
    Duration bound = FaultBed.TIMEOUT.plus(SLACK);
    return outage == Outage.LOADER_HANGS ? bound.plus(SourceOfFaults.HARD_TIMEOUT) : bound;
  }

  private static void assertInTime(Outage outage, Map<Mode, Map<Deed, Cell>> cells) {
    cells.forEach((mode, of) ->
        of.forEach((deed, cell) ->
            assertThat(Duration.ofMillis(cell.blockedMillis))
                .as("%s, %s, %s", outage, mode, deed)
                .isLessThanOrEqualTo(bound(outage))));
  }

  /** What was done is there, what was queued is gone, and nodes agree on all else. */
  private static void assertAfterwards(
      FaultBed on, Outage outage, Mode mode, Deed deed, Cell cell) {
    if (deed.after == null || outage.mayDiffer() && !cell.text.startsWith(DONE)) {
      return;
    }
    Set<String> allowed =
        switch (cell.text.split(" ")[0]) {
          case "done" -> Set.of(deed.after);
          case "queued" -> Set.of("null");
          case "!CacheWriterException" -> Set.of("old");
          default -> Set.of("old", "new", "null");
        };
    on.awaitSeen(mode, deed.kind, cell.keys.get(0), allowed);
  }

  /** Deeds of which the same came share a line. */
  private static String table(Map<Mode, Map<Deed, Cell>> cells) {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (Deed deed : Deed.values()) {
      List<String> row = new ArrayList<>();
      cells.values().forEach(of -> row.add(of.get(deed).text.replace("!", "")));
      lines.computeIfAbsent(String.join(" | ", row), l -> new ArrayList<>()).add(deed.title);
    }
    StringBuilder table = new StringBuilder("| operation |");
    cells.keySet().forEach(mode -> table.append(' ').append(mode.title).append(" |"));
    table.append("\n|---|").append("---|".repeat(cells.size())).append('\n');
    lines.forEach((row, deeds) ->
        table
            .append("| ")
            .append(String.join("; ", deeds))
            .append(" | ")
            .append(row)
            .append(" |\n"));
    return table.toString();
  }
}
