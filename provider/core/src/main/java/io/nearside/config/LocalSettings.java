package io.nearside.config;

/**
 * The bound of the local tier: either by entry count or by weight.
 *
 * @param maximumSize the most entries, or {@link #UNBOUNDED} when the bound is a weight
 * @param maximumWeight the most bytes, estimated, or {@link #UNBOUNDED} when the bound is a count
 */
public record LocalSettings(long maximumSize, long maximumWeight) {
  /** Marks the bound that is not in force. */
  public static final long UNBOUNDED = -1;

  /** The entries that a cache holds when nothing is configured. */
  public static final long DEFAULT_MAXIMUM_SIZE = 10_000;

  /** Of a remote cache, which keeps nothing in this JVM. */
  public static final LocalSettings NONE = new LocalSettings(0, UNBOUNDED);

  public boolean weighted() {
    return maximumWeight != UNBOUNDED;
  }
}
