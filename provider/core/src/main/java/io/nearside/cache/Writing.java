package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.cache.KeyLocks.Held;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Change.Returning;
import io.nearside.store.Lifetime;
import io.nearside.store.StoredEntry;
import io.nearside.write.Writes;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one key: source first, then the store; a user's expiry policy called once, for what
 * the change turns out to be. Keys and values given to it are the cache's own copies.
 *
 * <p>With a writer a key's changes are made under its {@linkplain KeyLocks lock}, so that the
 * source and the store see one order. Without, the store's own atomicity is enough.
 */
final class Writing<K, V> {
  private final CacheParts<K, V> parts;

  /** A field of its own: a call that returns a class which may not be loaded is never inlined. */
  private final @Nullable Writes<K, V> writes;

  Writing(CacheParts<K, V> parts) {
    this.parts = parts;
    this.writes = parts.writes();
  }

  /**
   * @param returning what is wanted of the prior entry
   */
  Applied<V> put(K key, V value, Expiry expiry, Returning returning, long now) {
    if (writes == null) {
      parts.locks().refuseIfHeldHere(key);
      return storeOrRemove(key, value, expiry, returning, now);
    }
    Held held = parts.locks().lock(key);
    try {
      writes.write(key, value);
      return storeWritten(key, value, expiry, returning);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  Applied<V> putIfAbsent(K key, V value, Expiry expiry) {
    if (writes == null) {
      parts.locks().refuseIfHeldHere(key);
      return storeIfAbsent(key, value, expiry);
    }
    Held held = parts.locks().lock(key);
    try {
      StoredEntry<V> live = live(key);
      if (live != null) {
        return new Applied<>(false, live, null);
      }
      writes.write(key, value);
      return store(key, value, expiry);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  /**
   * @param returning what is wanted of the prior entry
   */
  Applied<V> replace(K key, V value, Expiry expiry, Returning returning) {
    if (writes == null) {
      parts.locks().refuseIfHeldHere(key);
      return storeIfPresent(key, value, expiry, returning);
    }
    Held held = parts.locks().lock(key);
    try {
      StoredEntry<V> live = live(key);
      if (live == null) {
        return new Applied<>(false, null, null);
      }
      writes.write(key, value);
      store(key, value, expiry);
      return new Applied<>(true, live, null);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  /** Replaces a live entry whose value equals the expected one; else says what was there. */
  Applied<V> replace(K key, V expected, V value, Expiry expiry) {
    return compareAndChange(key, expected, value, expiry);
  }

  /** Removes a live entry whose value equals the expected one; else says what was there. */
  Applied<V> remove(K key, V expected) {
    return compareAndChange(key, expected, null, parts.expiry());
  }

  /**
   * @param removal says whether the prior entry is wanted
   */
  Applied<V> remove(K key, Change<V> removal) {
    if (writes == null) {
      parts.locks().refuseIfHeldHere(key);
      return parts.store().apply(key, removal, now());
    }
    Held held = parts.locks().lock(key);
    try {
      writes.delete(key);
      return unstore(key, removal);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  private Applied<V> compareAndChange(K key, V expected, @Nullable V value, Expiry expiry) {
    if (writes == null) {
      parts.locks().refuseIfHeldHere(key);
      return compareAndStore(key, expected, value, expiry);
    }
    Held held = parts.locks().lock(key);
    try {
      StoredEntry<V> live = live(key);
      if (live == null || !expected.equals(live.value())) {
        return new Applied<>(false, live, null);
      }
      if (value == null) {
        writes.delete(key);
        unstore(key, Change.remove());
      } else {
        writes.write(key, value);
        store(key, value, expiry);
      }
      return new Applied<>(true, live, null);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  private Applied<V> compareAndStore(K key, V expected, @Nullable V value, Expiry expiry) {
    Lifetime lifetime = null;
    try (Attempts<K> attempts = new Attempts<>(parts.store(), key)) {
      for (; ; ) {
        StoredEntry<V> live = live(key);
        if (live == null || !expected.equals(live.value())) {
          return new Applied<>(false, live, null);
        }
        if (value != null && lifetime == null) {
          lifetime = expiry.update();
        }
        Change<V> change =
            (value == null || lifetime == null)
                ? Change.remove(live)
                : Change.replace(live, value, lifetime);
        Applied<V> applied = parts.store().apply(key, change, now());
        if (applied.done()) {
          return new Applied<>(true, live, applied.current());
        }
        attempts.failed();
      }
    }
  }

  /**
   * Stores what the source has taken, whatever was there before. If the store is unavailable, what
   * is there is older than the source: it is to go.
   */
  Applied<V> store(K key, V value, Expiry expiry) {
    return storeWritten(key, value, expiry, Returning.PRESENCE);
  }

  private Applied<V> storeWritten(K key, V value, Expiry expiry, Returning returning) {
    try {
      return store(key, value, expiry, returning, now());
    } catch (RuntimeException e) { // unavailable, or a value that the store can't hold
      parts.store().removeLater(key);
      throw e;
    }
  }

  /** Removes what the source has deleted, likewise. */
  Applied<V> unstore(K key, Change<V> removal) {
    try {
      return parts.store().apply(key, removal, now());
    } catch (RemoteUnavailableException e) {
      parts.store().removeLater(key);
      throw e;
    }
  }

  /** A put that is forgiven must not leave the old value: a compare-and-set that fails does. */
  private Applied<V> storeOrRemove(K key, V value, Expiry expiry, Returning returning, long now) {
    try {
      return store(key, value, expiry, returning, now);
    } catch (RemoteUnavailableException e) {
      if (parts.degraded().failSafe()) {
        parts.store().removeLater(key);
      }
      throw e;
    }
  }

  private Applied<V> store(K key, V value, Expiry expiry, Returning returning, long now) {
    if (expiry.constant()) {
      return parts
          .store()
          .apply(key, Change.put(value, expiry.creation()).returning(returning), now);
    }
    Lifetime creation = null;
    Lifetime update = null;
    try (Attempts<K> attempts = new Attempts<>(parts.store(), key)) {
      for (; ; ) {
        StoredEntry<V> live = live(key);
        Change<V> change;
        if (live == null) {
          creation = (creation == null) ? expiry.creation() : creation;
          change = Change.putIfAbsent(value, creation);
        } else {
          update = (update == null) ? expiry.update() : update;
          change = Change.replace(live, value, update);
        }
        Applied<V> applied = parts.store().apply(key, change, now());
        if (applied.done()) {
          return new Applied<>(true, live, applied.current());
        }
        attempts.failed();
      }
    } catch (RemoteUnavailableException e) {
      if (parts.degraded().failSafe() || e.reason() == Reason.FULL) {
        parts.store().removeLater(key); // the store can't know that nothing depended on what it met
      }
      throw e;
    }
  }

  private Applied<V> storeIfAbsent(K key, V value, Expiry expiry) {
    if (!expiry.constant()) {
      StoredEntry<V> live = live(key);
      if (live != null) {
        return new Applied<>(false, live, null);
      }
    }
    return parts.store().apply(key, Change.putIfAbsent(value, expiry.creation()), now());
  }

  private Applied<V> storeIfPresent(K key, V value, Expiry expiry, Returning returning) {
    if (!expiry.constant() && live(key) == null) {
      return new Applied<>(false, null, null);
    }
    Change<V> change = Change.replace(value, expiry.update());
    return parts.store().apply(key, change.returning(returning), now());
  }

  private @Nullable StoredEntry<V> live(K key) {
    return Degraded.required(parts.store().read(key, now()));
  }

  private long now() {
    return parts.clock().nanos();
  }
}
