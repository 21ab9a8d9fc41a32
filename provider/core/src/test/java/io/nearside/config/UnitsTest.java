package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "10s, PT10S",
    "5m, PT5M",
    "1h, PT1H",
    "7d, P7D",
    "10_000ms, PT10S",
    "PT5M, PT5M",
    "P1D, PT24H",
    "PT0.5S, PT0.5S",
    "106751d, P106751D"
  })
  void durationsAreRead(String text, Duration expected) {
    assertThat(Units.duration(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "5 m",
        "5M",
        "1.5h",
        "h",
        "1w",
        "ten",
        "-5m",
        "5m ",
        "1h30m",
        "_5m",
        "PT",
        "٣m",
        "99999999999999999999d",
        "9223372036854775807d"
      })
  void whatIsNoDurationIsRefusedWithItsText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.duration(text))
        .withMessage(
            "must be a duration such as 250ms, 10s, 5m, 1h, 7d or PT5M, was \"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 'must be > 0, was PT0S'",
    "-PT5M, 'must be > 0, was PT-5M'",
    "106752d, 'must be at most 106751d (what never ends is eternal), was PT2562048H'"
  })
  void durationsOutOfRangeAreRefused(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.duration(text))
        .withMessage(message);
  }

  @Test
  void theLongestDurationFitsIntoNanoseconds() {
    assertThat(Units.duration("106751d").toNanos()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1024, 1024",
    "10_000, 10000",
    "7B, 7",
    "64KiB, 65536",
    "8MiB, 8388608",
    "1GiB, 1073741824",
    "2TiB, 2199023255552"
  })
  void sizesAreRead(String text, long expected) {
    assertThat(Units.size(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64KB", "64kib", "1.5MiB", "-1", "MiB", "9223372036854775807KiB"})
  void whatIsNoSizeIsRefusedWithItsText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.size(text))
        .withMessage(
            "must be a size such as 64KiB, 8MiB, 1GiB or a number of bytes, was \"" + text + "\"");
  }

  @Test
  void nothingIsNoSizeAndNoCount() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.size("0KiB"))
        .withMessage("must be > 0, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.count("0"))
        .withMessage("must be > 0, was 0");
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.1", "10%, 0.1", "12.5%, 0.125", "0, 0", "1, 1", "100%, 1", ".5, 0.5"})
  void ratiosAreRead(String text, double expected) {
    assertThat(Units.ratio(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.1", "101%", "-0.1", "NaN", "1e-3", "10 %", "ten", "0,1", "1e9999"})
  void whatIsNoRatioIsRefusedWithItsText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.ratio(text))
        .withMessage("must be a ratio from 0 to 1, such as 0.1 or 10%, was \"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
  void ratiosOfCodeAreCheckedToo(double ratio) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.ratio(ratio))
        .withMessage("must be a ratio from 0 to 1, such as 0.1 or 10%, was " + ratio);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10_000, 10000", "9223372036854775807, 9223372036854775807"})
  void countsAreRead(String text, long expected) {
    assertThat(Units.count(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.5", "-3", "10k", "9223372036854775808", "0x10", "1,000"})
  void whatIsNoCountIsRefusedWithItsText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.count(text))
        .withMessage("must be a whole number such as 100 or 10_000, was \"" + text + "\"");
  }

  @Test
  void aLongTextIsCutInTheMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Units.count("9".repeat(100_000)))
        .withMessageEndingWith("…\"")
        .satisfies(refused -> assertThat(refused.getMessage().length()).isLessThan(200));
  }
}
