package io.nearside.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Runs a suite. Rounds measure every case once each, one after the other, so that a slow minute of
 * the machine hits all sides of a ratio.
 */
final class Session {
  private final Suite suite;
  private final Function<Case, Optional<Measurement>> runner;
  private final PrintStream progress;
  private final List<Round> rounds = new ArrayList<>();

  Session(Suite suite, Function<Case, Optional<Measurement>> runner, PrintStream progress) {
    this.suite = suite;
    this.runner = runner;
    this.progress = progress;
  }

  void run() {
    for (int round = 1; round <= suite.rounds(); round++) {
      rounds.add(measure(suite.casesOfRound(), "round " + round + " of " + suite.rounds()));
    }
    rounds.add(measure(suite.casesOfTables(), "tables"));
  }

  private Round measure(List<Case> cases, String stage) {
    Map<Case, Measurement> found = new LinkedHashMap<>();
    int number = 0;
    for (Case one : cases) {
      progress.printf("%s, %d of %d: %s%n", stage, ++number, cases.size(), one.label());
      runner.apply(one).ifPresent(measurement -> found.put(one, measurement));
    }
    return new Round(found);
  }

  List<LineResult> lines() {
    return suite.lines().stream().map(line -> LineResult.of(line, rounds)).toList();
  }

  /** The median of every case that was measured. */
  Map<Case, Measurement> figures() {
    Map<Case, List<Measurement>> byCase = new LinkedHashMap<>();
    for (Round round : rounds) {
      round
          .found()
          .forEach(
              (one, found) -> byCase.computeIfAbsent(one, key -> new ArrayList<>()).add(found));
    }
    Map<Case, Measurement> medians = new LinkedHashMap<>();
    byCase.forEach((one, found) -> medians.put(one, median(found)));
    return medians;
  }

  private static Measurement median(List<Measurement> found) {
    return new Measurement(
        median(found, Measurement::cost),
        median(found, Measurement::allocatedBytes),
        median(found, Measurement::operationsPerSecond));
  }

  private static double median(List<Measurement> found, ToDoubleFunction<Measurement> part) {
    return LineResult.median(found.stream().mapToDouble(part).toArray());
  }
}
