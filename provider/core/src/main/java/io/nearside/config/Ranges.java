package io.nearside.config;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The bounds of single settings beyond those of their kind; the one home of those rules. */
final class Ranges {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A database of Redis is addressed by hash slots, and there are as many. */
  private static final int SLOTS = 16_384;

  /** What one string of Redis can hold. */
  private static final long LONGEST_STRING = 512L << 20;

  private static final Map<Setting, Object> MINIMA = new EnumMap<>(Setting.class);
  private static final Map<Setting, Object> MAXIMA = new EnumMap<>(Setting.class);

  static {
    MINIMA.put(Setting.COHERENCE_BOUND, Duration.ofMillis(500));
    MAXIMA.put(Setting.COHERENCE_BOUND, MINUTE);
    MAXIMA.put(Setting.LOCAL_PROMOTE_AFTER, 15);
    MAXIMA.put(Setting.LOAD_SOFT_TIMEOUT, Duration.ofHours(1));
    MAXIMA.put(Setting.LOAD_HARD_TIMEOUT, Duration.ofHours(1));
    MAXIMA.put(Setting.LOAD_MAXIMUM_CONCURRENT, 10_000);
    MINIMA.put(Setting.LOAD_LEASE, SECOND);
    MAXIMA.put(Setting.LOAD_LEASE, Duration.ofMinutes(5));
    MAXIMA.put(Setting.THROTTLE, Duration.ofHours(1));
    MINIMA.put(Setting.REFRESH_INTERVAL, Duration.ofSeconds(30));
    MAXIMA.put(Setting.REFRESH_INTERVAL, Duration.ofMinutes(5));
    MAXIMA.put(Setting.REFRESH_STOP, Duration.ofHours(24));
    MAXIMA.put(Setting.REFRESH_CONCURRENCY, 64);
    MAXIMA.put(Setting.WARM_RECORD_MAXIMUM_KEYS, 100_000);
    MAXIMA.put(Setting.NOT_FOUND_TIME_TO_LIVE, Duration.ofHours(1));
    MAXIMA.put(Setting.NOT_FOUND_MAXIMUM_SIZE, 10_000_000);
    MAXIMA.put(Setting.STALE_IF_ERROR, Duration.ofDays(30));
    MAXIMA.put(Setting.DEGRADED_MAXIMUM_STALENESS, Duration.ofHours(1));
    MAXIMA.put(Setting.REMOTE_TIMEOUT, MINUTE);
    MAXIMA.put(Setting.REMOTE_CONNECT_TIMEOUT, MINUTE);
    MAXIMA.put(Setting.REMOTE_POOL_MINIMUM_IDLE, 1_000);
    MAXIMA.put(Setting.REMOTE_POOL_MAXIMUM, 1_000);
    MAXIMA.put(Setting.REMOTE_PARTITIONS, SLOTS);
    MAXIMA.put(Setting.REMOTE_MAXIMUM_VALUE_BYTES, LONGEST_STRING);
    MAXIMA.put(Setting.BREAKER_WINDOW, Duration.ofMinutes(10));
    MAXIMA.put(Setting.BREAKER_OPEN_DURATION, Duration.ofHours(1));
    MAXIMA.put(Setting.BREAKER_MAXIMUM_OPEN_DURATION, Duration.ofHours(1));
    MAXIMA.put(Setting.WRITE_BEHIND_FLUSH_INTERVAL, Duration.ofHours(1));
    MAXIMA.put(Setting.WRITE_BEHIND_BATCH_SIZE, 10_000);
    MAXIMA.put(Setting.WRITE_BEHIND_MAX_ATTEMPTS, 1_000);
    MAXIMA.put(Setting.WRITE_BEHIND_MAXIMUM_DEPTH, 10_000_000);
    MAXIMA.put(Setting.WRITE_BEHIND_WHEN_FULL, Duration.ofHours(1));
    MINIMA.put(Setting.METRICS_SUMMARY, SECOND);
    MAXIMA.put(Setting.METRICS_SUMMARY, Duration.ofHours(24));
    MINIMA.put(Setting.METRICS_SERVER, SECOND);
    MAXIMA.put(Setting.METRICS_SERVER, Duration.ofHours(1));
    MINIMA.put(Setting.REMOTE_TLS_RELOAD, SECOND);
    MINIMA.put(Setting.BREAKER_WINDOW, SECOND);
  }

  /** What can be done about too small a value, where a bound is not plain. */
  private static final Map<Setting, String> REMEDIES =
      Map.of(
          Setting.COHERENCE_BOUND,
          ": with less, copies would hardly ever be proved fresh; give more, or topology: remote to"
              + " caches that must be fresher");

  private Ranges() {}

  /**
   * @throws IllegalArgumentException in words that follow the setting's name: {@code must be …}
   */
  static void check(Setting setting, Object value) {
    Object minimum = MINIMA.get(setting);
    Object maximum = MAXIMA.get(setting);
    if (minimum != null && compare(value, minimum) < 0) {
      throw refused("at least " + minimum, value, REMEDIES.getOrDefault(setting, ""));
    }
    if (maximum != null && compare(value, maximum) > 0) {
      throw refused("at most " + maximum, value, "");
    }
    if (setting == Setting.BREAKER_FAILURE_RATE && value.equals(0.0)) {
      throw refused("> 0", value, "");
    }
    if (setting == Setting.BREAKER_WINDOW && ((Duration) value).getNano() != 0) {
      throw refused("whole seconds", value, "");
    }
  }

  @SuppressWarnings("unchecked") // the value is of the setting's kind, and so is the bound
  private static int compare(Object value, Object bound) {
    return ((Comparable<Object>) value).compareTo(bound);
  }

  private static IllegalArgumentException refused(String range, Object value, String remedy) {
    return new IllegalArgumentException("must be " + range + ", was " + value + remedy);
  }
}
