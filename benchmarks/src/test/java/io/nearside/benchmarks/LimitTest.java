package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.benchmarks.Limit.Verdict;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitTest {
  @ParameterizedTest
  @CsvSource({"0.9, MET", "1.15, MET", "1.2, WITHIN_NOISE", "1.21, MISSED"})
  void judgesAnUpperBound(double value, Verdict verdict) {
    assertThat(Limit.atMost(1.15).judge(value)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({"1.9, MET", "1.8, MET", "1.72, WITHIN_NOISE", "1.7, MISSED"})
  void judgesALowerBound(double value, Verdict verdict) {
    assertThat(Limit.atLeast(1.8).judge(value)).isEqualTo(verdict);
  }

  @Test
  void worseningIsAFactorOnEitherSide() {
    assertThat(Limit.atMost(1).worsening(3, 1.5)).isEqualTo(2);
    assertThat(Limit.atLeast(1.8).worsening(0.9, 1.8)).isEqualTo(2);
    assertThat(Limit.atLeast(1.8).worsening(1.8, 0.9)).isEqualTo(0.5);
  }

  @Test
  void valuesAroundZeroAreNoRegression() {
    assertThat(Limit.atMost(0.5).worsening(0.2, 0.0001)).isEqualTo(1);
    assertThat(Limit.atMost(0.5).worsening(24, 0)).isCloseTo(96, Offset.offset(1e-9));
  }
}
