package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final double TOLERANCE = 2;

  @Test
  void worseByMoreThanTheToleranceIsARegression() {
    assertThat(compare(line("get", 1.1), line("get", 2.1)).regressed()).isFalse();
    assertThat(compare(line("get", 1.1), line("get", 2.3)).regressed()).isTrue();
  }

  @Test
  void lineThatFailsNowIsARegression() {
    Comparison comparison = compare(line("get", 1.1), line("get", null));

    assertThat(comparison.regressed()).isTrue();
    assertThat(comparison.markdown()).contains("| get | 1.10 | failed |");
  }

  @Test
  void lineThatIsNewOrFailedBeforeIsNoRegression() {
    assertThat(compare(line("put", 1.0), line("get", 9.0)).changes()).isEmpty();
    assertThat(compare(line("get", null), line("get", 9.0)).changes()).isEmpty();
  }

  @Test
  void reportComesBackFromItsFile(@TempDir Path folder) throws IOException {
    RunReport report =
        new RunReport(
            "SMOKE",
            RunReport.thisMachine(Arguments.Time.WALL),
            1,
            List.of(line("get", 1.1), line("put", null)),
            List.of(
                new RunReport.Figure(
                    "NEARSIDE", Case.Operation.GET, Payload.SMALL, 0, 1, 42.5, 0.001)));
    Path file = folder.resolve("report.json");

    report.write(file);

    assertThat(RunReport.read(file)).isEqualTo(report);
  }

  private static Comparison compare(LineResult earlier, LineResult now) {
    return Comparison.of(List.of(earlier), List.of(now), TOLERANCE);
  }

  private static LineResult line(String id, @Nullable Double value) {
    return new LineResult(id, id + " of something", Limit.atMost(1.15), value, 1, 3);
  }
}
