package io.nearside.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@link Report}.
 *
 * @param output the folder for the report
 * @param docs the folder whose {@code benchmarks.md} takes the figures, or null
 * @param earlier the report to compare with, or null
 * @param tolerance the factor above which a line is worse than before
 * @param enforced what makes the exit code 1
 * @param time which time counts
 */
record Arguments(
    Suite suite,
    Path output,
    @Nullable Path docs,
    @Nullable Path earlier,
    double tolerance,
    Set<Enforcement> enforced,
    Time time) {

  /** Which time an operation of a single caller costs; several callers always cost wall time. */
  enum Time {
    WALL,
    CPU
  }

  /** What makes the exit code 1. */
  enum Enforcement {
    LIMITS,
    COMPARISON
  }

  static final String USAGE =
      """
      usage: Report [options]
        --suite NAME              smoke, quick (default), full, remote, remote-smoke, two-tier,
                                  two-tier-smoke, loading or loading-smoke
        --output DIRECTORY        where report.md, report.json, chart.png go (default benchmarks/target)
        --docs DIRECTORY          also put figures and chart into DIRECTORY/benchmarks.md
        --compare FILE            compare with an earlier report.json
        --tolerance FACTOR        how much worse a line may be than in FILE (default 2.0)
        --time wall|cpu           cpu: CPU time of the JVM, for a machine that is busy (default wall)
        --enforce WHAT[,WHAT]     exit code 1 when a limit is missed by more than noise (limits),
                                  when a line is worse than the tolerance allows (comparison)
      """;

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if an option is unknown, or its value missing or wrong
   */
  static Arguments parse(List<String> arguments) {
    Options options = Options.parse(arguments, defaults());
    String docs = options.find("--docs");
    String earlier = options.find("--compare");
    return new Arguments(
        Suite.named(options.text("--suite")),
        Path.of(options.text("--output")),
        docs == null ? null : Path.of(docs),
        earlier == null ? null : Path.of(earlier),
        Double.parseDouble(options.text("--tolerance")),
        enforced(options.text("--enforce")),
        Time.valueOf(options.text("--time").toUpperCase(Locale.ROOT)));
  }

  private static Map<String, @Nullable String> defaults() {
    Map<String, @Nullable String> defaults = new HashMap<>();
    defaults.put("--suite", "quick");
    defaults.put("--output", "benchmarks/target");
    defaults.put("--docs", null);
    defaults.put("--compare", null);
    defaults.put("--tolerance", "2.0");
    defaults.put("--enforce", "");
    defaults.put("--time", "wall");
    return defaults;
  }

  private static Set<Enforcement> enforced(String names) {
    return Arrays.stream(names.split(",", -1))
        .filter(name -> !name.isBlank())
        .map(name -> Enforcement.valueOf(name.strip().toUpperCase(Locale.ROOT)))
        .collect(Collectors.toSet());
  }
}
