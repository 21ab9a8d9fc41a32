package io.nearside.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
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

  private static final Set<String> OPTIONS =
      Set.of("--suite", "--output", "--docs", "--compare", "--tolerance", "--enforce", "--time");

  static final String USAGE =
      """
      usage: Report [options]
        --suite smoke|quick|full|remote|remote-smoke  what is measured (default quick)
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
    Map<String, String> options = options(arguments);
    String docs = options.get("--docs");
    String earlier = options.get("--compare");
    return new Arguments(
        Suite.named(options.getOrDefault("--suite", "quick")),
        Path.of(options.getOrDefault("--output", "benchmarks/target")),
        docs == null ? null : Path.of(docs),
        earlier == null ? null : Path.of(earlier),
        Double.parseDouble(options.getOrDefault("--tolerance", "2.0")),
        enforced(options.getOrDefault("--enforce", "")),
        Time.valueOf(options.getOrDefault("--time", "wall").toUpperCase(Locale.ROOT)));
  }

  private static Map<String, String> options(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      if (!OPTIONS.contains(option)) {
        throw new IllegalArgumentException("unknown option " + option);
      }
      if (!rest.hasNext()) {
        throw new IllegalArgumentException("option " + option + " needs a value");
      }
      options.put(option, rest.next());
    }
    return options;
  }

  private static Set<Enforcement> enforced(String names) {
    return Arrays.stream(names.split(",", -1))
        .filter(name -> !name.isBlank())
        .map(name -> Enforcement.valueOf(name.strip().toUpperCase(Locale.ROOT)))
        .collect(Collectors.toSet());
  }
}
