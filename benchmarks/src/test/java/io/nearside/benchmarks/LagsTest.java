package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagsTest {
  @Test
  void percentilesAreLagsThatWereMeasured() {
    Lags lags = new Lags();
    for (long millis = 100; millis >= 1; millis--) {
      lags.add(millis * 1_000_000);
    }

    Lags.Summary summary = lags.summary();

    assertThat(summary).isEqualTo(new Lags.Summary(100, 50_000_000, 99_000_000, 100_000_000));
    assertThat(summary.columns()).isEqualTo("50.00 | 99.00 | 100.00");
    assertThat(Lags.Summary.parse(summary.line())).isEqualTo(summary);
  }

  @Test
  void nothingHasNoFigures() {
    Lags lags = new Lags();
    lags.add(1);
    lags.clear();

    assertThat(lags.summary()).isEqualTo(new Lags.Summary(0, 0, 0, 0));
    assertThat(lags.summary().columns()).isEqualTo("– | – | –");
  }

  @Test
  void thereIsRoomForMany() {
    Lags lags = new Lags();
    for (int lag = 1; lag <= 200_000; lag++) {
      lags.add(lag);
    }

    assertThat(lags.summary()).isEqualTo(new Lags.Summary(200_000, 100_000, 198_000, 200_000));
  }

  @Test
  void stampIsReadBackFromAHundredCharacters() {
    Stamp stamp = new Stamp(4711, -123_456_789);

    assertThat(stamp.text()).hasSize(100);
    assertThat(Stamp.parse(stamp.text())).isEqualTo(stamp);
  }
}
