package io.nearside.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Figures side by side: a row per subject, a column per value of a dimension.
 *
 * @param rows per label one case for each column
 */
public record Table(String title, Unit unit, List<String> columns, Map<String, List<Case>> rows) {

  /** How figures are shown. */
  public enum Unit {
    NANOS("ns per operation") {
      @Override
      String format(Measurement figure) {
        return String.format(Locale.ROOT, figure.cost() < 1000 ? "%.1f" : "%,.0f", figure.cost());
      }
    },
    MILLIONS_PER_SECOND("million operations per second, all callers together") {
      @Override
      String format(Measurement figure) {
        return String.format(Locale.ROOT, "%.2f", figure.operationsPerSecond() / 1e6);
      }
    },
    ALLOCATED_BYTES("bytes allocated per operation") {
      @Override
      String format(Measurement figure) {
        return String.format(Locale.ROOT, "%,.0f", Math.abs(figure.allocatedBytes()));
      }
    },
    HEAP_BYTES("bytes of heap per entry, key and value left out") {
      @Override
      String format(Measurement figure) {
        return String.format(Locale.ROOT, "%.1f", figure.cost());
      }
    };

    private final String text;

    Unit(String text) {
      this.text = text;
    }

    abstract String format(Measurement figure);
  }

  /** A table of the subjects over the values of one dimension. */
  static <T> Table over(
      String title,
      Unit unit,
      List<? extends Subject> subjects,
      Map<String, T> columns,
      BiFunction<Subject, T, Case> cases) {
    Map<String, List<Case>> rows = new LinkedHashMap<>();
    for (Subject subject : subjects) {
      Function<T, Case> inColumn = value -> cases.apply(subject, value);
      rows.put(subject.label(), columns.values().stream().map(inColumn).toList());
    }
    return new Table(title, unit, new ArrayList<>(columns.keySet()), rows);
  }

  Stream<Case> cases() {
    return rows.values().stream().flatMap(List::stream);
  }

  /** Rows that have no figure at all are left out. */
  String markdown(Map<Case, Measurement> figures) {
    StringBuilder text = new StringBuilder("**" + title + "** (" + unit.text + ")\n\n| |");
    columns.forEach(column -> text.append(' ').append(column).append(" |"));
    text.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    rows.forEach((label, cases) -> appendRow(text, label, cases, figures));
    return text.append('\n').toString();
  }

  private void appendRow(
      StringBuilder text, String label, List<Case> cases, Map<Case, Measurement> figures) {
    if (cases.stream().noneMatch(figures::containsKey)) {
      return;
    }
    text.append("| ").append(label).append(" |");
    for (Case one : cases) {
      Measurement figure = figures.get(one);
      text.append(' ').append(figure == null ? "–" : unit.format(figure)).append(" |");
    }
    text.append('\n');
  }
}
