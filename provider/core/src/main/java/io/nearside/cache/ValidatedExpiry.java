package io.nearside.cache;

import io.nearside.store.Lifetime;
import io.nearside.store.StoredEntry;
import io.nearside.store.TrackedEntry;
import io.nearside.store.ValidatedEntry;

/**
 * An expiry for what was loaded with something that its source knows it by, which the entry
 * remembers.
 */
record ValidatedExpiry(Expiry expiry, String validator) implements Expiry {

  private record Validated(Lifetime lifetime, String validator) implements Lifetime {
    @Override
    public <V> StoredEntry<V> created(V value, long now) {
      return with(lifetime.created(value, now));
    }

    @Override
    public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
      return with(lifetime.updated(value, prior, now));
    }

    private <V> StoredEntry<V> with(StoredEntry<V> entry) {
      return (entry instanceof TrackedEntry<V> tracked)
          ? new TrackedEntry<>(tracked, validator)
          : new ValidatedEntry<>(entry, validator);
    }

    @Override
    public Terms terms() {
      return lifetime.terms();
    }
  }

  @Override
  public boolean constant() {
    return expiry.constant();
  }

  @Override
  public Lifetime creation() {
    return new Validated(expiry.creation(), validator);
  }

  @Override
  public Lifetime update() {
    return new Validated(expiry.update(), validator);
  }

  @Override
  public boolean keepsOnUpdate() {
    return expiry.keepsOnUpdate();
  }

  @Override
  public boolean renews() {
    return expiry.renews();
  }

  @Override
  public long accessed(StoredEntry<?> entry, long now) {
    return expiry.accessed(entry, now);
  }
}
