package io.nearside.benchmarks;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@link Report}.
 *
 * @param output the folder for the report
 * @param docs the folder whose {@code benchmarks.md} takes the figures, or null
 * @param earlier the report to compare with, or null
 * @param tolerance the factor above which a line is worse than before
 */
record Arguments(
    Suite suite,
    Path output,
    @Nullable Path docs,
    @Nullable Path earlier,
    double tolerance,
    boolean enforceLimits,
    boolean enforceComparison) {
  static final String USAGE =
      """
      usage: Report [options]
        --suite smoke|quick|full  what is measured (default quick)
        --output DIRECTORY        where report.md, report.json, chart.png go (default benchmarks/target)
        --docs DIRECTORY          also put figures and chart into DIRECTORY/benchmarks.md
        --compare FILE            compare with an earlier report.json
        --tolerance FACTOR        how much worse a line may be than in FILE (default 2.0)
        --enforce limits          exit code 1 when a limit is missed by more than noise
        --enforce comparison      exit code 1 when a line is worse than the tolerance allows
      """;

  static Arguments parse(List<String> arguments) {
    Arguments parsed =
        new Arguments(Suite.QUICK, Path.of("benchmarks", "target"), null, null, 2.0, false, false);
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException("option " + option + " needs a value");
      }
      parsed = parsed.with(option, rest.next());
    }
    return parsed;
  }

  private Arguments with(String option, String value) {
    return switch (option) {
      case "--suite" ->
          new Arguments(
              Suite.named(value), output, docs, earlier, tolerance, enforceLimits, enforceComparison);
      case "--output" ->
          new Arguments(
              suite, Path.of(value), docs, earlier, tolerance, enforceLimits, enforceComparison);
      case "--docs" ->
          new Arguments(
              suite, output, Path.of(value), earlier, tolerance, enforceLimits, enforceComparison);
      case "--compare" ->
          new Arguments(
              suite, output, docs, Path.of(value), tolerance, enforceLimits, enforceComparison);
      case "--tolerance" ->
          new Arguments(
              suite,
              output,
              docs,
              earlier,
              Double.parseDouble(value),
              enforceLimits,
              enforceComparison);
      case "--enforce" -> enforcing(value);
      default -> throw new IllegalArgumentException("unknown option " + option);
    };
  }

  private Arguments enforcing(String what) {
    return switch (what) {
      case "limits" ->
          new Arguments(suite, output, docs, earlier, tolerance, true, enforceComparison);
      case "comparison" ->
          new Arguments(suite, output, docs, earlier, tolerance, enforceLimits, true);
      default ->
          throw new IllegalArgumentException(
              "--enforce must be limits or comparison, was " + what);
    };
  }
}
