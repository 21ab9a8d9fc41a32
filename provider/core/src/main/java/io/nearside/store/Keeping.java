package io.nearside.store;

import io.nearside.config.LoadSettings;
import org.jspecify.annotations.Nullable;

/**
 * How long entries are kept when their time is over.
 *
 * @param nanos 0 for not at all
 * @param ownNanos of entries that have a life of their own
 */
public record Keeping(long nanos, long ownNanos) {
  /** Not at all. */
  public static final Keeping NONE = new Keeping(0, 0);

  /** By what a cache is to have stand in for loads that fail. */
  public static Keeping of(LoadSettings load) {
    if (load.stale() == null) {
      return NONE;
    }
    long nanos = load.stale().ifError().toNanos();
    long due = (load.refresh() == null) ? 0 : load.refresh().lifeAfter().toNanos();
    return new Keeping(nanos - due, nanos);
  }

  /** How long an entry is kept at most. */
  public long longest() {
    return Math.max(nanos, ownNanos);
  }

  /** How long an entry is kept. */
  public long of(boolean ownLife) {
    return ownLife ? ownNanos : nanos;
  }

  /** Null if an entry whose time is over is not kept any longer. */
  public <V> @Nullable KeptEntry<V> keep(StoredEntry<V> entry, long now) {
    long life = of(entry.hasOwnLife());
    if (life == 0) {
      return null;
    }
    long expiresAt = entry.expiresAt();
    // One that was sealed for a change that was not made does not tell any more when it expired.
    long ended = (expiresAt < 0) ? now : Math.min(expiresAt, now);
    return (ended + life > now)
        ? new KeptEntry<>(entry.value(), ended + life, entry.notes())
        : null;
  }
}
