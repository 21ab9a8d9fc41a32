package io.nearside.cache;

import io.nearside.store.StoredEntry;

/**
 * Durations that are known beforehand.
 *
 * @param creation in nanoseconds
 * @param update in nanoseconds, or {@link Expiry#KEEP}
 * @param access in nanoseconds, or {@link Expiry#KEEP}
 * @param jitter shortens or stretches each of them
 */
record FixedExpiry(long creationNanos, long updateNanos, long accessNanos, Jitter jitter)
    implements ConstantExpiry {

  static FixedExpiry eternal() {
    return new FixedExpiry(Durations.ETERNAL, KEEP, KEEP, Jitter.NONE);
  }

  @Override
  public boolean keepsOnUpdate() {
    return updateNanos == KEEP;
  }

  @Override
  public boolean renews() {
    return accessNanos != KEEP;
  }

  @Override
  public long accessed(StoredEntry<?> entry, long now) {
    // Without jitter: half of all reads would shorten the life that the one before them gave.
    return Durations.after(now, accessNanos);
  }

  @Override
  public <V> StoredEntry<V> created(V value, long now) {
    return new StoredEntry<>(value, expiresAt(creationNanos, now));
  }

  @Override
  public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
    long expiresAt = (updateNanos == KEEP) ? prior.expiresAt() : expiresAt(updateNanos, now);
    return new StoredEntry<>(value, expiresAt);
  }

  private long expiresAt(long nanos, long now) {
    return Durations.after(now, jitter.apply(nanos));
  }

  @Override
  public Terms terms() {
    return new Terms(
        jitter.apply(creationNanos),
        updateNanos == KEEP ? Terms.KEEP : jitter.apply(updateNanos),
        Terms.ETERNAL,
        false);
  }
}
