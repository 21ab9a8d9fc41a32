package io.nearside.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** This run's lines against those of an earlier report. */
public record Comparison(List<Change> changes) {

  /**
   * One line in both reports.
   *
   * @param worsening the factor by which it is worse; infinite when the line has no value any more
   */
  public record Change(
      String id,
      @Nullable Double earlier,
      @Nullable Double now,
      double worsening,
      boolean regressed) {}

  /**
   * Compares line by line; lines that the earlier report doesn't know, or had no value for, are
   * left out.
   *
   * @param tolerance the factor above which a line counts as a regression
   */
  static Comparison of(List<LineResult> earlier, List<LineResult> now, double tolerance) {
    List<Change> changes = new ArrayList<>();
    for (LineResult before : earlier) {
      now.stream()
          .filter(after -> before.value() != null && after.id().equals(before.id()))
          .map(after -> change(before, after, tolerance))
          .forEach(changes::add);
    }
    return new Comparison(changes);
  }

  private static Change change(LineResult earlier, LineResult now, double tolerance) {
    Double before = earlier.value();
    Double after = now.value();
    double worsening =
        before == null || after == null
            ? Double.POSITIVE_INFINITY
            : now.limit().worsening(after, before);
    return new Change(now.id(), before, after, worsening, worsening > tolerance);
  }

  boolean regressed() {
    return changes.stream().anyMatch(Change::regressed);
  }

  String markdown() {
    StringBuilder text =
        new StringBuilder("| line | earlier | now | worse by | |\n|---|---:|---:|---:|---|\n");
    for (Change change : changes) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %s | × %.2f | %s |%n",
              change.id(),
              change.earlier(),
              change.now() == null ? "failed" : String.format(Locale.ROOT, "%.2f", change.now()),
              change.worsening(),
              change.regressed() ? "regression" : "ok"));
    }
    return text.toString();
  }
}
