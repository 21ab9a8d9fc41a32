package io.nearside;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one entry has of its own instead of its cache's settings. Immutable.
 *
 * @param timeToLive counted from this write, over zero; null leaves it to the cache
 */
public record EntryOptions(@Nullable Duration timeToLive) {
  /** Nothing of its own. */
  public static final EntryOptions NONE = new EntryOptions(null);

  /**
   * @throws IllegalArgumentException if the time to live is zero or negative
   */
  public EntryOptions {
    if (timeToLive != null && (timeToLive.isZero() || timeToLive.isNegative())) {
      throw new IllegalArgumentException(
          "an entry's timeToLive must be > 0, was " + timeToLive + "; to remove, call remove");
    }
  }

  /** An entry that lives that long, counted from this write, whatever its cache's settings say. */
  public static EntryOptions timeToLive(Duration timeToLive) {
    return new EntryOptions(timeToLive);
  }
}
