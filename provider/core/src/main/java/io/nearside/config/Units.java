package io.nearside.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the units of a configuration: durations, sizes, ratios and counts. Every method refuses
 * what it can't read, and what is out of range, with an {@link IllegalArgumentException} whose
 * message says what is expected and what was there. Thread-safe.
 */
public final class Units {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d[\\d_]*)([A-Za-z]*)");
  private static final Pattern RATIO = Pattern.compile("(\\d+(?:\\.\\d+)?|\\.\\d+)(%?)");
  private static final Map<String, Duration> DURATIONS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZES =
      Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

  /** The longest that the clock of a cache can count, in whole days of nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(106_751);

  /** Longer texts are no number of any unit; the bound keeps conversions cheap. */
  private static final int LONGEST_TEXT = 64;

  private static final String DURATION = "a duration such as 250ms, 10s, 5m, 1h, 7d or PT5M";
  private static final String SIZE = "a size such as 64KiB, 8MiB, 1GiB or a number of bytes";
  private static final String RATIO_TEXT = "a ratio from 0 to 1, such as 0.1 or 10%";
  private static final String COUNT = "a whole number such as 100 or 10_000";

  private Units() {}

  /** Reads {@code 250ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 7d} or ISO-8601; over 0. */
  public static Duration duration(String text) {
    return duration(readDuration(text));
  }

  /** Hands on a duration that a cache can count: over 0 and at most 106,751 days. */
  public static Duration duration(Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("must be > 0, was " + duration);
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "must be at most 106751d (what never ends is eternal), was " + duration);
    }
    return duration;
  }

  /** Reads {@code 64KiB}, {@code 8MiB}, {@code 1GiB} or plain bytes; at least 1. */
  public static long size(String text) {
    Matcher matcher = number(text, SIZE);
    Long unit = SIZES.get(matcher.group(2));
    if (unit == null) {
      throw expected(SIZE, text);
    }
    return positive(multiply(digits(matcher.group(1), SIZE, text), unit, SIZE, text));
  }

  /** Reads {@code 0.1} or {@code 10%}; from 0 to 1. */
  public static double ratio(String text) {
    Matcher matcher = RATIO.matcher(text);
    if (text.length() > LONGEST_TEXT || !matcher.matches()) {
      throw expected(RATIO_TEXT, text);
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    BigDecimal ratio = matcher.group(2).isEmpty() ? number : number.movePointLeft(2);
    if (ratio.compareTo(BigDecimal.ONE) > 0) {
      throw expected(RATIO_TEXT, text);
    }
    return ratio.doubleValue();
  }

  /** Hands on a ratio from 0 to 1. */
  public static double ratio(double ratio) {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("must be " + RATIO_TEXT + ", was " + ratio);
    }
    return ratio;
  }

  /** Reads {@code 100} or {@code 10_000}; at least 1. */
  public static long count(String text) {
    Matcher matcher = number(text, COUNT);
    if (!matcher.group(2).isEmpty()) {
      throw expected(COUNT, text);
    }
    return positive(digits(matcher.group(1), COUNT, text));
  }

  /** Hands on a number over 0. */
  public static long positive(long number) {
    if (number <= 0) {
      throw new IllegalArgumentException("must be > 0, was " + number);
    }
    return number;
  }

  private static Duration readDuration(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw expected(DURATION, text);
    }
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    Duration unit = matcher.matches() ? DURATIONS.get(matcher.group(2)) : null;
    if (unit == null) {
      return isoDuration(text);
    }
    try {
      return unit.multipliedBy(digits(matcher.group(1), DURATION, text));
    } catch (ArithmeticException tooLong) {
      throw expected(DURATION, text);
    }
  }

  private static Duration isoDuration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException unreadable) {
      throw expected(DURATION, text);
    }
  }

  private static Matcher number(String text, String expectation) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (text.length() > LONGEST_TEXT || !matcher.matches()) {
      throw expected(expectation, text);
    }
    return matcher;
  }

  private static long digits(String digits, String expectation, String text) {
    try {
      return Long.parseLong(digits.replace("_", ""));
    } catch (NumberFormatException tooLarge) {
      throw expected(expectation, text);
    }
  }

  private static long multiply(long number, long unit, String expectation, String text) {
    try {
      return Math.multiplyExact(number, unit);
    } catch (ArithmeticException tooLarge) {
      throw expected(expectation, text);
    }
  }

  private static IllegalArgumentException expected(String expectation, String text) {
    return new IllegalArgumentException("must be " + expectation + ", was " + Texts.quote(text));
  }
}
