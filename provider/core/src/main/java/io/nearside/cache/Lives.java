package io.nearside.cache;

import io.nearside.store.Change;
import io.nearside.store.Lifetime;
import io.nearside.store.StoredEntry;
import org.jspecify.annotations.Nullable;

/**
 * The lifetimes that one operation gives: a user's policy is asked once for a creation and once for
 * an update, however often they are tried. Not thread-safe.
 */
final class Lives {
  private final Expiry expiry;
  private @Nullable Lifetime creation;
  private @Nullable Lifetime update;

  Lives(Expiry expiry) {
    this.expiry = expiry;
  }

  /** Stores a value, on the condition that what is there is what was seen: null for nothing. */
  <V> Change<V> put(@Nullable StoredEntry<V> seen, V value) {
    return (seen == null)
        ? Change.putIfAbsent(value, creation())
        : Change.replace(seen, value, update());
  }

  /** Likewise of a key that is marked: on the condition that there is something, or nothing. */
  <V> Change<V> putMarked(@Nullable StoredEntry<V> seen, V value) {
    return (seen == null) ? Change.putIfAbsent(value, creation()) : Change.replace(value, update());
  }

  private Lifetime creation() {
    Lifetime known = (creation == null) ? expiry.creation() : creation;
    creation = known;
    return known;
  }

  private Lifetime update() {
    Lifetime known = (update == null) ? expiry.update() : update;
    update = known;
    return known;
  }
}
