package io.nearside.config;

import org.jspecify.annotations.Nullable;

/**
 * The local tier, bounded either by entry count or by weight.
 *
 * @param maximumSize the most entries, or {@link #UNBOUNDED} when the bound is a weight
 * @param maximumWeight the most bytes, estimated, or {@link #UNBOUNDED} when the bound is a count
 * @param copies of entries of Redis; null when the tier holds the entries themselves
 */
public record LocalSettings(long maximumSize, long maximumWeight, @Nullable CopySettings copies) {
  /** Marks the bound that is not in force. */
  public static final long UNBOUNDED = -1;

  /** The entries that a cache holds when nothing is configured. */
  public static final long DEFAULT_MAXIMUM_SIZE = 10_000;

  /** Evicts nothing, not even where the manager weighs its caches. */
  static final LocalSettings ALL = new LocalSettings(Long.MAX_VALUE, UNBOUNDED);

  /** Of a remote cache, which keeps nothing in this JVM. */
  public static final LocalSettings NONE = new LocalSettings(0, UNBOUNDED);

  /** Of a tier that holds the entries themselves. */
  public LocalSettings(long maximumSize, long maximumWeight) {
    this(maximumSize, maximumWeight, null);
  }

  public boolean weighted() {
    return maximumWeight != UNBOUNDED;
  }
}
