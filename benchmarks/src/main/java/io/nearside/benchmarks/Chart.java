package io.nearside.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** The table of operations as bars. */
final class Chart {
  private Chart() {}

  /** Writes a PNG; implementations without any figure are left out. */
  static void write(Table table, Map<Case, Measurement> figures, Path file) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(1000)
            .height(520)
            .title(table.title() + ", ns per call (logarithmic, lower is better)")
            .theme(Styler.ChartTheme.XChart)
            .build();
    chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(10.0).setYAxisMax(1e7);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    table.rows().forEach((label, cases) -> addBars(chart, table, label, costs(cases, figures)));
    if (!chart.getSeriesMap().isEmpty()) {
      BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }
  }

  private static void addBars(
      CategoryChart chart, Table table, String label, List<@Nullable Double> costs) {
    if (costs.stream().anyMatch(cost -> cost != null)) {
      chart.addSeries(label, table.columns(), costs);
    }
  }

  private static List<@Nullable Double> costs(List<Case> cases, Map<Case, Measurement> figures) {
    List<@Nullable Double> costs = new ArrayList<>();
    for (Case one : cases) {
      Measurement figure = figures.get(one);
      costs.add(figure == null ? null : figure.cost());
    }
    return costs;
  }
}
