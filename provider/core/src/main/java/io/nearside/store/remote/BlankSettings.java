package io.nearside.store.remote;

import io.nearside.config.NotFoundSettings;

/**
 * How many keys Redis remembers that the source had nothing for.
 *
 * @param most of a partition in one window, so at most twice as many at any time; over 0
 * @param windowMillis no shorter than any of them is kept
 */
record BlankSettings(int most, long windowMillis) {
  /** How much longer they are kept than they count, so that no copy outlives them. */
  private static final long GRACE_MILLIS = 1_000;

  /** A cache's bound, shared evenly by its partitions. */
  static BlankSettings of(NotFoundSettings settings, int partitions) {
    long longest = settings.timeToLive().multipliedBy(2).toMillis(); // whatever the jitter
    return new BlankSettings(1 + (settings.maximumSize() - 1) / partitions, longest + GRACE_MILLIS);
  }
}
