package io.nearside.cache;

import io.nearside.store.StoredEntry;
import javax.cache.expiry.Duration;

/** Times to live as nanoseconds, saturating. */
final class Durations {
  /** Never over. */
  static final long ETERNAL = Long.MAX_VALUE;

  private Durations() {}

  static long nanos(Duration duration) {
    return duration.isEternal()
        ? ETERNAL
        : duration.getTimeUnit().toNanos(duration.getDurationAmount());
  }

  static long nanos(java.time.Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) { // over 292 years
      return ETERNAL;
    }
  }

  /** When a time to live that starts now is over. */
  static long after(long now, long nanos) {
    return (nanos >= StoredEntry.NEVER - now) ? StoredEntry.NEVER : now + nanos;
  }
}
