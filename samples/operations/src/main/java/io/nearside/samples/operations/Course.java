package io.nearside.samples.operations;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The main figures of the dashboard, second by second, as a picture. For one thread. */
final class Course {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 280;
  private static final int COLUMNS = 2;
  private static final double NANOS_PER_SECOND = 1e9;

  private final MeterRegistry registry;
  private final List<Panel> panels =
      List.of(
          new Panel("Reads, a second")
              .rate("found", "cache.gets", "cache", "products", "result", "hit")
              .rate("not found", "cache.gets", "cache", "products", "result", "miss"),
          new Panel("Who had what was found, a second")
              .rate("local", "nearside.hits", "cache", "products", "tier", "local")
              .rate("remote", "nearside.hits", "cache", "products", "tier", "remote"),
          new Panel("Loads, a second")
              .rate("ok", "nearside.loads", "cache", "products", "result", "ok")
              .rate("failed", "nearside.loads", "cache", "products", "result", "failed"),
          new Panel("Expired answers, and operations without Redis, a second")
              .rate("expired", "nearside.stale", "cache", "products", "source", "expired")
              .rate("no Redis", "nearside.errors", "cache", "products", "reason", "unavailable"),
          new Panel("Circuit breaker")
              .value("open", "nearside.breakers", "state", "open")
              .value("half open", "nearside.breakers", "state", "half_open"),
          new Panel("Age of the proof that copies are fresh, s")
              .value("age", "nearside.coherence.proof.age"),
          new Panel("Orders that wait for the source").value("depth", "nearside.write.depth"),
          new Panel("Changes that Redis is still to be told")
              .value("products", "nearside.recovery.depth", "cache", "products"));
  private final List<Double> seconds = new ArrayList<>();

  Course(MeterRegistry registry) {
    this.registry = registry;
  }

  /** One chart. */
  private static final class Panel {
    private final String title;
    private final Map<String, Line> lines = new LinkedHashMap<>();

    Panel(String title) {
      this.title = title;
    }

    /** By how much a count grows. */
    Panel rate(String label, String meter, String... tags) {
      lines.put(label, new Line(meter, tags, true));
      return this;
    }

    Panel value(String label, String meter, String... tags) {
      lines.put(label, new Line(meter, tags, false));
      return this;
    }

    XYChart chart(List<Double> seconds) {
      XYChart chart =
          new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle("s").build();
      chart
          .getStyler()
          .setChartBackgroundColor(Color.WHITE)
          .setLegendPosition(Styler.LegendPosition.InsideNW);
      chart.getStyler().setYAxisMin(0.0);
      lines.forEach((label, line) ->
          chart.addSeries(label, seconds, line.points).setMarker(SeriesMarkers.NONE));
      return chart;
    }
  }

  /** One figure, summed over the meters that have the tags. */
  private static final class Line {
    private final String meter;
    private final String[] tags;
    private final boolean rate;
    private final List<Double> points = new ArrayList<>();
    private double last;

    Line(String meter, String[] tags, boolean rate) {
      this.meter = meter;
      this.tags = tags;
      this.rate = rate;
    }

    void note(MeterRegistry registry, double elapsed) {
      double now = 0;
      for (Meter each : registry.find(meter).tags(tags).meters()) {
        now += each.measure().iterator().next().getValue();
      }
      points.add(rate ? Math.max(0, now - last) / elapsed : now);
      last = now;
    }
  }

  /** Looks at all figures. */
  void note(Duration sinceStart) {
    double now = sinceStart.toNanos() / NANOS_PER_SECOND;
    double elapsed = seconds.isEmpty() ? now : now - seconds.get(seconds.size() - 1);
    seconds.add(now);
    panels.forEach(panel -> panel.lines.values().forEach(line -> line.note(registry, elapsed)));
  }

  /** Writes a PNG; there must be a point. */
  void draw(Path file) throws IOException {
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage all =
        new BufferedImage(COLUMNS * WIDTH, rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    for (int i = 0; i < panels.size(); i++) {
      BufferedImage one = BitmapEncoder.getBufferedImage(panels.get(i).chart(seconds));
      graphics.drawImage(one, i % COLUMNS * WIDTH, i / COLUMNS * HEIGHT, null);
    }
    graphics.dispose();
    ImageIO.write(all, "png", file.toFile());
  }
}
