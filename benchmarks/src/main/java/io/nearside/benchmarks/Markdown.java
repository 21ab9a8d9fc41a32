package io.nearside.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as people read it. */
final class Markdown {
  private Markdown() {}

  static String of(RunReport report, Suite suite, Map<Case, Measurement> figures) {
    StringBuilder text = new StringBuilder();
    text.append("Suite `").append(report.suite().toLowerCase(Locale.ROOT)).append("`, ");
    text.append(report.machine()).append(", ");
    text.append(report.rounds()).append(report.rounds() == 1 ? " round.\n\n" : " rounds.\n\n");
    text.append(lines(report.lines())).append('\n');
    for (Table table : suite.tables()) {
      text.append(table.markdown(figures));
    }
    return text.toString();
  }

  private static String lines(List<LineResult> lines) {
    StringBuilder text =
        new StringBuilder("| line | measured | rounds | limit | |\n|---|---:|---|---|---|\n");
    for (LineResult line : lines) {
      text.append(line(line));
    }
    return text.toString();
  }

  private static String line(LineResult line) {
    return "| %s | %s | %s | %s | %s |%n"
        .formatted(
            line.description(),
            line.value() == null ? "failed" : number(line.value()),
            line.value() == null ? "–" : number(line.lowest()) + " – " + number(line.highest()),
            line.limit().text(),
            verdict(line.verdict()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String verdict(Limit.Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case WITHIN_NOISE -> "within noise";
      case MISSED -> "**missed**";
    };
  }
}
