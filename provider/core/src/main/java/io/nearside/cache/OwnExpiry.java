package io.nearside.cache;

import io.nearside.store.StoredEntry;

/**
 * A life that one entry has of its own, counted from its write; reads do not prolong it.
 *
 * @param nanos in nanoseconds, over 0
 */
record OwnExpiry(long nanos) implements ConstantExpiry {

  @Override
  public boolean keepsOnUpdate() {
    return false;
  }

  @Override
  public boolean renews() {
    return false;
  }

  @Override
  public long accessed(StoredEntry<?> entry, long now) {
    return KEEP;
  }

  @Override
  public <V> StoredEntry<V> created(V value, long now) {
    return StoredEntry.withOwnLife(value, Durations.after(now, nanos));
  }

  @Override
  public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
    return created(value, now);
  }

  @Override
  public Terms terms() {
    return new Terms(nanos, nanos, Terms.ETERNAL, true);
  }
}
