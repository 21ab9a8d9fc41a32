package io.nearside.cache;

import io.nearside.store.Lifetime;
import io.nearside.store.NotedEntry;
import io.nearside.store.Notes;
import io.nearside.store.StoredEntry;
import io.nearside.store.TrackedEntry;

/** An expiry of entries that remember more than their value. */
record NotedExpiry(Expiry expiry, Notes notes) implements Expiry {

  private record Noted(Lifetime lifetime, Notes notes) implements Lifetime {
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
          ? new TrackedEntry<>(tracked, notes)
          : new NotedEntry<>(entry, notes);
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
    return new Noted(expiry.creation(), notes);
  }

  @Override
  public Lifetime update() {
    return new Noted(expiry.update(), notes);
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
