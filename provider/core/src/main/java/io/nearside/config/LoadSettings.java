package io.nearside.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a cache loads.
 *
 * @param hardTimeout how long a caller waits for a load; null: until it ends, and the loader runs
 *     in the caller's thread
 * @param maximumConcurrent the loads of this cache under way at a time; {@link #UNBOUNDED}: any
 * @param acrossNodes whether those of all nodes count, not of this JVM alone
 * @param lease how long a load's right to store outlives its node
 * @param refresh whether entries are loaded anew before they expire; null: they are not
 * @param autoRefresh whether chosen keys are loaded anew at intervals; null: they are not
 * @param stale whether entries whose time is over stand in for loads that fail; null: they do not
 * @param record where it is kept which keys are read, to warm from; null: nowhere
 */
public record LoadSettings(
    @Nullable Duration hardTimeout,
    int maximumConcurrent,
    boolean acrossNodes,
    Duration lease,
    @Nullable RefreshSettings refresh,
    @Nullable AutoRefreshSettings autoRefresh,
    @Nullable StaleSettings stale,
    @Nullable WarmRecordSettings record) {
  /** Marks that callers' threads alone bound the loads. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(5);

  /** What a cache does when nothing is configured. */
  public static final LoadSettings DEFAULT = new LoadSettings(null, UNBOUNDED, DEFAULT_LEASE, null);

  /**
   * Of a cache that bounds the loads of its own JVM alone, loads nothing at intervals, has nothing
   * stale stand in, and records nothing.
   */
  public LoadSettings(
      @Nullable Duration hardTimeout,
      int maximumConcurrent,
      Duration lease,
      @Nullable RefreshSettings refresh) {
    this(hardTimeout, maximumConcurrent, false, lease, refresh, null, null, null);
  }

  /** The same with other loads at intervals. */
  public LoadSettings with(@Nullable AutoRefreshSettings other) {
    return new LoadSettings(
        hardTimeout, maximumConcurrent, acrossNodes, lease, refresh, other, stale, record);
  }

  /** The same with something else that stands in for loads that fail. */
  public LoadSettings with(@Nullable StaleSettings other) {
    return new LoadSettings(
        hardTimeout, maximumConcurrent, acrossNodes, lease, refresh, autoRefresh, other, record);
  }

  /** The same with another record of what is read. */
  public LoadSettings with(@Nullable WarmRecordSettings other) {
    return new LoadSettings(
        hardTimeout, maximumConcurrent, acrossNodes, lease, refresh, autoRefresh, stale, other);
  }
}
