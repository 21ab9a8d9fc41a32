package io.nearside.benchmarks;

import java.util.concurrent.TimeUnit;
import javax.cache.expiry.Duration;

/**
 * What every cache of one comparison has in common.
 *
 * @param payload what the values are
 * @param maximumSize the most entries
 */
public record CacheShape(Payload payload, int maximumSize) {
  /** The expiry of all: this long after the entry's creation. */
  public static final Duration TIME_TO_LIVE = Duration.ONE_HOUR;

  static final long TIME_TO_LIVE_NANOS = TimeUnit.HOURS.toNanos(1);
}
