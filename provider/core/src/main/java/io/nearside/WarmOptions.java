package io.nearside;

/**
 * How gently a cache is warmed. Immutable.
 *
 * @param concurrency the loads at a time; 1 to 64
 * @param keysPerSecond the keys that are begun in a second at most; 1 to 1,000,000
 */
public record WarmOptions(int concurrency, int keysPerSecond) {
  /** Four loads at a time, a thousand keys in a second. */
  public static final WarmOptions GENTLE = new WarmOptions(4, 1_000);

  private static final int MAXIMUM_CONCURRENCY = 64;
  private static final int MAXIMUM_KEYS_PER_SECOND = 1_000_000;

  /**
   * @throws IllegalArgumentException if one is out of its range
   */
  public WarmOptions {
    require("concurrency", concurrency, MAXIMUM_CONCURRENCY);
    require("keysPerSecond", keysPerSecond, MAXIMUM_KEYS_PER_SECOND);
  }

  private static void require(String name, int value, int maximum) {
    if (value < 1 || value > maximum) {
      throw new IllegalArgumentException(name + " must be 1 to " + maximum + ", was " + value);
    }
  }

  /** The same with another number of loads at a time. */
  public WarmOptions withConcurrency(int loads) {
    return new WarmOptions(loads, keysPerSecond);
  }

  /** The same with another pace. */
  public WarmOptions withKeysPerSecond(int keys) {
    return new WarmOptions(concurrency, keys);
  }
}
