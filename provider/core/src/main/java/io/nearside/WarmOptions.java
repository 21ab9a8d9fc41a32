package io.nearside;

/**
 * How gently a cache is warmed. Immutable.
 *
 * @param concurrency the loads at a time; 1 to 64
 * @param keysPerSecond the keys that are begun in a second at most; 1 to 1,000,000
 * @param maximumKeys the keys that are begun at all; over 0
 */
public record WarmOptions(int concurrency, int keysPerSecond, long maximumKeys) {
  /** Four loads at a time, a thousand keys in a second, all keys. */
  public static final WarmOptions GENTLE = new WarmOptions(4, 1_000);

  private static final int MAXIMUM_CONCURRENCY = 64;
  private static final int MAXIMUM_KEYS_PER_SECOND = 1_000_000;

  /**
   * @throws IllegalArgumentException if one is out of its range
   */
  public WarmOptions {
    require("concurrency", concurrency, MAXIMUM_CONCURRENCY);
    require("keysPerSecond", keysPerSecond, MAXIMUM_KEYS_PER_SECOND);
    if (maximumKeys < 1) {
      throw new IllegalArgumentException("maximumKeys must be > 0, was " + maximumKeys);
    }
  }

  /**
   * For all keys.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public WarmOptions(int concurrency, int keysPerSecond) {
    this(concurrency, keysPerSecond, Long.MAX_VALUE);
  }

  private static void require(String name, int value, int maximum) {
    if (value < 1 || value > maximum) {
      throw new IllegalArgumentException(name + " must be 1 to " + maximum + ", was " + value);
    }
  }

  /** The same with another number of loads at a time. */
  public WarmOptions withConcurrency(int loads) {
    return new WarmOptions(loads, keysPerSecond, maximumKeys);
  }

  /** The same with another pace. */
  public WarmOptions withKeysPerSecond(int keys) {
    return new WarmOptions(concurrency, keys, maximumKeys);
  }

  /** The same for the first keys only. */
  public WarmOptions withMaximumKeys(long keys) {
    return new WarmOptions(concurrency, keysPerSecond, keys);
  }
}
