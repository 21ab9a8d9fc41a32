package io.nearside.store.tiered;

/**
 * Knows the keys that are written so often that a copy would not live to be read: they are not
 * copied for a while. Thread-safe.
 */
final class WriteHeat {
  private static final int SIZE = 4096;
  private static final int MOST_WRITES = 10;
  private static final long SECOND = 1_000_000_000L;
  private static final long WHILE = 10 * SECOND;

  private final Tally writes = new Tally(SIZE, SECOND);
  private final Tally hot = new Tally(SIZE, WHILE);

  void written(Object key, long now) {
    if (writes.count(key, now) > MOST_WRITES) {
      hot.count(key, now);
    }
  }

  boolean isHot(Object key, long now) {
    return hot.counted(key, now) > 0;
  }
}
