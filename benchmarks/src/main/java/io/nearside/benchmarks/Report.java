package io.nearside.benchmarks;

import io.nearside.benchmarks.Arguments.Enforcement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures all implementations side by side in one run, sets the figures against their limits and
 * writes {@code report.md}, {@code report.json} and {@code chart.png}.
 */
public final class Report {
  private Report() {}

  /** See {@link Arguments#USAGE}. Exit code 2 means wrong arguments. */
  public static void main(String[] arguments) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Arguments parsed;
    try {
      parsed = Arguments.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Arguments.USAGE);
      System.exit(2);
      return;
    }
    System.exit(run(parsed));
  }

  private static int run(Arguments arguments) throws IOException {
    Suite suite = arguments.suite();
    // read first: a wrong file name must not show only after minutes
    RunReport earlier = earlier(arguments.earlier());
    Path output = Files.createDirectories(arguments.output());
    if (RunReport.machineIsBusy()) {
      System.out.println(
          "the machine is busy with something else: expect noise; --time cpu has less");
    }
    Session session = measured(suite, arguments.time(), output.resolve("logs"));
    Map<Case, Measurement> figures = session.figures();
    RunReport report =
        new RunReport(
            suite.name(),
            RunReport.thisMachine(arguments.time()),
            suite.rounds(),
            session.lines(),
            figures.entrySet().stream().map(RunReport::figure).toList());
    write(arguments, report, figures);
    boolean asBefore = earlier == null || compare(earlier, report, arguments.tolerance());
    boolean failed =
        (arguments.enforced().contains(Enforcement.LIMITS) && !limitsKept(report))
            || (arguments.enforced().contains(Enforcement.COMPARISON) && !asBefore);
    return failed ? 1 : 0;
  }

  private static Session measured(Suite suite, Arguments.Time time, Path logs) throws IOException {
    try (Redis redis = suite.needsRedis() ? Redis.open() : null) {
      String address = (redis == null) ? null : redis.address();
      Session session =
          new Session(suite, new CaseRunner(suite, time, logs, address)::run, System.out);
      session.run();
      return session;
    }
  }

  private static boolean limitsKept(RunReport report) {
    return report.lines().stream().noneMatch(line -> line.verdict() == Limit.Verdict.MISSED);
  }

  private static @Nullable RunReport earlier(@Nullable Path file) throws IOException {
    return file == null ? null : RunReport.read(file);
  }

  private static void write(Arguments arguments, RunReport report, Map<Case, Measurement> figures)
      throws IOException {
    Path output = arguments.output();
    String text = Markdown.of(report, arguments.suite(), figures);
    System.out.println("\n" + text);
    String prefix = arguments.suite().prefix();
    report.write(output.resolve(prefix + "report.json"));
    Files.writeString(output.resolve(prefix + "report.md"), text);
    Path chart = output.resolve(prefix + "chart.png");
    Chart.write(arguments.suite().tables().get(0), figures, chart);
    if (arguments.docs() != null) {
      Docs.publish(arguments.docs(), prefix, text, chart);
    }
  }

  private static boolean compare(RunReport earlier, RunReport now, double tolerance) {
    Comparison comparison = Comparison.of(earlier.lines(), now.lines(), tolerance);
    System.out.println(comparison.markdown());
    return !comparison.regressed();
  }
}
