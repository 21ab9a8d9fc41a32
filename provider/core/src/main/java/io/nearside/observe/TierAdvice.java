package io.nearside.observe;

import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Warns when the copies of a cache cost more than they save: when over a minute the node has heard
 * more announcements of changes than it has answered reads from copies. Once, and again only after
 * a minute in which it was otherwise. For one thread.
 */
public final class TierAdvice {
  static final long WINDOW_NANOS = 60_000_000_000L;

  /** Less in a window costs nobody anything. */
  static final long LEAST = 600;

  private final String cacheName;
  private final CacheRecorder recorder;
  private final TierCounts counts;
  private final LongSupplier nanos;
  private final Consumer<String> warnings;
  private long begun;
  private long announcements;
  private long hits;
  private boolean warned;

  /**
   * @param nanos the clock
   */
  public TierAdvice(
      String cacheName,
      CacheRecorder recorder,
      TierCounts counts,
      LongSupplier nanos,
      Consumer<String> warnings) {
    this.cacheName = cacheName;
    this.recorder = recorder;
    this.counts = counts;
    this.nanos = nanos;
    this.warnings = warnings;
    begin(nanos.getAsLong());
  }

  private void begin(long now) {
    begun = now;
    announcements = counts.get(TierCount.ANNOUNCEMENTS);
    hits = recorder.copyHits();
  }

  /** To be called several times in a window. */
  public void tick() {
    long now = nanos.getAsLong();
    if (now - begun < WINDOW_NANOS) {
      return;
    }
    long heard = counts.get(TierCount.ANNOUNCEMENTS) - announcements;
    long saved = recorder.copyHits() - hits;
    begin(now);
    if (heard < 0 || saved < 0) {
      return; // they were cleared
    }
    boolean costly = heard >= LEAST && heard > saved;
    if (costly && !warned) {
      warnings.accept(
          "cache \""
              + cacheName
              + "\": in the last minute this node has heard "
              + heard
              + " announcements of changes, and answered "
              + saved
              + " reads from copies: topology: remote would be cheaper");
    }
    warned = costly;
  }
}
