package io.nearside.store.local;

import io.nearside.store.KeptEntry;
import io.nearside.store.StoredEntry;
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

  /** Null if an entry whose time is over is not kept any longer. */
  <V> @Nullable KeptEntry<V> keep(StoredEntry<V> entry, long now) {
    long life = entry.hasOwnLife() ? ownNanos : nanos;
    if (life == 0) {
      return null;
    }
    long expiresAt = entry.expiresAt();
    // One that was sealed for a change that was not made does not tell any more when it expired.
    long ended = (expiresAt < 0) ? now : Math.min(expiresAt, now);
    return (ended + life > now) ? new KeptEntry<>(entry.value(), ended + life) : null;
  }
}
