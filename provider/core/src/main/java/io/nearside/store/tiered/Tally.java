package io.nearside.store.tiered;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts how often something happens to a key within a window of time. Keys share counters where
 * their hashes agree, so a count may be too high, never too low within a window. Thread-safe.
 */
final class Tally {
  private static final int COUNT_BITS = 20;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  private final AtomicLongArray cells;
  private final long window;

  /**
   * @param size a power of two
   * @param window in nanoseconds, over 0
   */
  Tally(int size, long window) {
    this.cells = new AtomicLongArray(size);
    this.window = window;
  }

  /** Counts once more and returns how often it was in this window. */
  int count(Object key, long now) {
    int index = index(key);
    for (; ; ) {
      long seen = cells.get(index);
      long next = isCurrent(seen, now) ? seen + 1 : stamp(now) << COUNT_BITS | 1;
      if ((seen & COUNT_MASK) == COUNT_MASK && isCurrent(seen, now)) {
        return (int) COUNT_MASK;
      }
      if (cells.compareAndSet(index, seen, next)) {
        return (int) (next & COUNT_MASK);
      }
    }
  }

  private boolean isCurrent(long cell, long now) {
    return cell >>> COUNT_BITS == stamp(now);
  }

  /** Of the window that a time lies in; never 0, the stamp of an empty cell. */
  private long stamp(long now) {
    return (now / window + 1) & (-1L >>> COUNT_BITS);
  }

  private int index(Object key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash ^ (hash >>> 16)) & (cells.length() - 1);
  }
}
