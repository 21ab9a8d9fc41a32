package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.cache.KeyLocks.Held;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Change.Returning;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Marked;
import io.nearside.store.StoredEntry;
import io.nearside.write.Writes;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one key: source first, then the store; a user's expiry policy called once, for what
 * the change turns out to be. Keys and values given to it are the cache's own copies.
 *
 * <p>With a writer a key's changes are made under its {@linkplain KeyLocks lock}, and {@linkplain
 * WriteThrough marked} for other nodes, so that the source and the store see one order. Without,
 * the store's own atomicity is enough.
 */
final class Writing<K, V> {
  private final CacheParts<K, V> parts;

  /** A field of its own: a call that returns a class which may not be loaded is never inlined. */
  private final @Nullable Writes<K, V> writes;

  private final WriteThrough<K, V> through;

  Writing(CacheParts<K, V> parts) {
    this.parts = parts;
    this.writes = parts.writes();
    this.through = new WriteThrough<>(parts);
  }

  /** How the source is told before the store. */
  WriteThrough<K, V> through() {
    return through;
  }

  /**
   * @param returning what is wanted of the prior entry
   */
  Applied<V> put(K key, V value, Expiry expiry, Returning returning, long now) {
    if (writes == null) {
      parts.locks().refuseIfHeldHere(key);
      return store(key, value, expiry, returning, now);
    }
    Held held = parts.locks().lock(key);
    try {
      Marked<V> marked = through.mark(key, WriteThrough.terms(returning, !expiry.constant()));
      through.tell(key, marked, () -> writes.write(key, value, marked.version()));
      return through.put(key, value, expiry, returning, marked);
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
      Marked<V> marked = through.mark(key, WriteThrough.IF_ABSENT);
      if (marked.mark() == null) {
        return new Applied<>(false, marked.live(), null);
      }
      through.tell(key, marked, () -> writes.write(key, value, marked.version()));
      return through.put(key, value, expiry, Returning.PRESENCE, marked);
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
      Marked<V> marked = through.mark(key, WriteThrough.IF_PRESENT);
      StoredEntry<V> live = marked.live();
      if (live == null) {
        through.release(key, marked);
        return new Applied<>(false, null, null);
      }
      through.tell(key, marked, () -> writes.write(key, value, marked.version()));
      through.put(key, value, expiry, Returning.PRESENCE, marked);
      return new Applied<>(true, live, null);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  /**
   * Whether a change that stores a value with that expiry, or removes, is one change of the store
   * and nothing else: no source is told, and nobody is asked how long the entry lives.
   *
   * @param expiry null if nothing is stored
   */
  boolean isOneChange(@Nullable Expiry expiry) {
    return writes == null && !parts.degraded().queues() && (expiry == null || expiry.constant());
  }

  /** The operation's calls of the store; to be closed. */
  Attempts<K, V> attempts(K key) {
    return new Attempts<>(parts.store(), key);
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
      Marked<V> marked = through.mark(key, WriteThrough.terms(removal.returning(), false));
      through.tell(key, marked, () -> writes.delete(key, marked.version()));
      return through.apply(key, removal, marked);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  /**
   * Changes a live entry whose value equals the expected one; else says what was there.
   *
   * @param value null removes
   */
  Applied<V> compareAndChange(K key, V expected, @Nullable V value, Attempts<K, V> attempts) {
    if (writes == null) {
      parts.locks().refuseIfHeldHere(key);
      return compareAndStore(expected, value, attempts);
    }
    Held held = parts.locks().lock(key);
    try {
      StoredEntry<V> live = liveIf(expected, attempts);
      if (live == null || !expected.equals(live.value())) {
        return new Applied<>(false, live, null);
      }
      return compareAndWrite(key, expected, value, writes);
    } finally {
      parts.locks().unlock(key, held);
    }
  }

  private Applied<V> compareAndWrite(K key, V expected, @Nullable V value, Writes<K, V> writer) {
    Marked<V> marked = through.mark(key, WriteThrough.IF_PRESENT);
    StoredEntry<V> live = marked.live();
    if (live == null || !expected.equals(live.value())) {
      through.release(key, marked);
      return new Applied<>(false, live, null);
    }
    if (value == null) {
      through.tell(key, marked, () -> writer.delete(key, marked.version()));
      through.apply(key, Change.remove(), marked);
    } else {
      through.tell(key, marked, () -> writer.write(key, value, marked.version()));
      through.put(key, value, parts.expiry(), Returning.PRESENCE, marked);
    }
    return new Applied<>(true, live, null);
  }

  private Applied<V> compareAndStore(V expected, @Nullable V value, Attempts<K, V> attempts) {
    Lives lives = new Lives(parts.expiry());
    for (; ; ) {
      StoredEntry<V> live = liveIf(expected, attempts);
      if (live == null || !expected.equals(live.value())) {
        return new Applied<>(false, live, null);
      }
      Change<V> change = (value == null) ? Change.remove(live) : lives.put(live, value);
      Applied<V> applied = attempts.apply(change, now());
      if (applied.done()) {
        return new Applied<>(true, live, applied.current());
      }
      attempts.failed();
    }
  }

  /** Stores whatever was there before, without a writer. */
  Applied<V> store(K key, V value, Expiry expiry) {
    try (Attempts<K, V> attempts = attempts(key)) {
      return store(key, new Put<>(value, expiry, Returning.PRESENCE), attempts);
    }
  }

  /** What is to be stored, whatever is there. */
  private record Put<V>(V value, Expiry expiry, Returning returning) {}

  private Applied<V> store(K key, V value, Expiry expiry, Returning returning, long now) {
    if (expiry.constant()) {
      return parts
          .store()
          .apply(key, Change.put(value, expiry.creation()).returning(returning), now);
    }
    try (Attempts<K, V> attempts = attempts(key)) {
      return store(key, new Put<>(value, expiry, returning), attempts);
    }
  }

  private Applied<V> store(K key, Put<V> put, Attempts<K, V> attempts) {
    if (put.expiry.constant()) {
      Change<V> change = Change.put(put.value, put.expiry.creation());
      return attempts.apply(change.returning(put.returning), now());
    }
    Lives lives = new Lives(put.expiry);
    try {
      for (; ; ) {
        StoredEntry<V> live = live(attempts);
        Applied<V> applied = attempts.apply(lives.put(live, put.value), now());
        if (applied.done()) {
          return new Applied<>(true, live, applied.current());
        }
        attempts.failed();
      }
    } catch (RemoteUnavailableException e) {
      if (parts.degraded().makesGood() || e.reason() == Reason.FULL && !parts.degraded().queues()) {
        parts.store().removeLater(key); // the store can't know that nothing depended on what it met
      }
      throw e;
    }
  }

  private Applied<V> storeIfAbsent(K key, V value, Expiry expiry) {
    try (Attempts<K, V> attempts = attempts(key)) {
      StoredEntry<V> live = expiry.constant() ? null : confirmed(live(attempts), attempts);
      return (live == null)
          ? attempts.apply(Change.putIfAbsent(value, expiry.creation()), now())
          : new Applied<>(false, live, null);
    }
  }

  private Applied<V> storeIfPresent(K key, V value, Expiry expiry, Returning returning) {
    try (Attempts<K, V> attempts = attempts(key)) {
      if (!expiry.constant() && live(attempts) == null) {
        return new Applied<>(false, null, null);
      }
      Change<V> change = Change.replace(value, expiry.update());
      return attempts.apply(change.returning(returning), now());
    }
  }

  private @Nullable StoredEntry<V> live(Attempts<K, V> attempts) {
    return Degraded.required(attempts.read(now()));
  }

  /**
   * What there is, of now if it is not what is expected: that a copy is what is expected is for its
   * compare-and-set to find out, but that it is not may be over, and nothing else would notice.
   */
  private @Nullable StoredEntry<V> liveIf(V expected, Attempts<K, V> attempts) {
    StoredEntry<V> live = live(attempts);
    return (live == null || expected.equals(live.value())) ? live : confirmed(live, attempts);
  }

  /** What there is now in the place of a copy. */
  private @Nullable StoredEntry<V> confirmed(
      @Nullable StoredEntry<V> live, Attempts<K, V> attempts) {
    return (live instanceof CopiedEntry<V>) ? Degraded.required(attempts.inspect(now())) : live;
  }

  private long now() {
    return parts.clock().nanos();
  }
}
