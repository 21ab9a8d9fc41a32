package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Mark;
import io.nearside.store.Marked;
import io.nearside.store.MarkedChange;
import io.nearside.store.Marks.Company;
import io.nearside.store.Marks.Terms;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The source first, then the store: the key is {@linkplain io.nearside.store.Marks marked} before
 * the writer is called, so that nodes which write at the same time leave nothing behind that the
 * source does not have. The caller holds the key's lock. Thread-safe.
 */
final class WriteThrough<K, V> {
  /** Nothing is asked of what is there. */
  static final Terms BLIND = new Terms(Condition.NONE, Company.BORNE, Returning.PRESENCE);

  /** What is there decides over a lifetime, and nothing else. */
  static final Terms SEEING = new Terms(Condition.NONE, Company.BORNE, Returning.ENTRY);

  /** The caller is told what was there, or decides by it. */
  static final Terms COMPOUND = new Terms(Condition.NONE, Company.REFUSED, Returning.ENTRY);

  static final Terms IF_ABSENT = new Terms(Condition.ABSENT, Company.REFUSED, Returning.ENTRY);
  static final Terms IF_PRESENT = new Terms(Condition.PRESENT, Company.REFUSED, Returning.ENTRY);

  private final CacheParts<K, V> parts;

  WriteThrough(CacheParts<K, V> parts) {
    this.parts = parts;
  }

  /** Of a plain put or remove whose caller may want to know what was there. */
  static Terms terms(Returning returning, boolean seeing) {
    return (returning == Returning.ENTRY) ? COMPOUND : seeing ? SEEING : BLIND;
  }

  /**
   * @return unavailable, and without a mark, if the store can't be asked and the source is to be
   *     told all the same
   * @throws RemoteUnavailableException if the store can't be asked, and the source is not to be
   *     told
   */
  Marked<V> mark(K key, Terms terms) {
    return Objects.requireNonNull(markAll(List.of(key), terms).get(key));
  }

  /** As {@link #mark} for each key. */
  Map<K, Marked<V>> markAll(Collection<? extends K> keys, Terms terms) {
    Map<K, Marked<V>> marked = parts.store().marks().markAll(keys, terms, now());
    boolean needed = terms.company() == Company.REFUSED || !parts.degraded().failSafe();
    for (Marked<V> one : marked.values()) {
      if (needed && one.prior() instanceof Unavailable<V> away) {
        releaseAll(marked);
        throw away.cause();
      }
    }
    return marked;
  }

  /** Calls the writer; if it fails nothing is changed. */
  void tell(K key, Marked<V> marked, Runnable writer) {
    boolean told = false;
    try {
      writer.run();
      told = true;
    } finally {
      if (!told) {
        release(key, marked);
      }
    }
  }

  void release(K key, Marked<V> marked) {
    releaseAll(Map.of(key, marked));
  }

  void releaseAll(Map<? extends K, Marked<V>> all) {
    Map<K, Mark> marks = new HashMap<>();
    all.forEach((key, marked) -> {
      if (marked.mark() != null) {
        marks.put(key, marked.mark());
      }
    });
    if (!marks.isEmpty()) {
      marker(marks.values()).marks().releaseAll(marks);
    }
  }

  /** A value that the source has taken. */
  Applied<V> put(K key, V value, Expiry expiry, Returning returning, Marked<V> marked) {
    if (expiry.constant()) {
      return apply(key, Change.put(value, expiry.creation()).returning(returning), marked);
    }
    Lives lives = new Lives(expiry);
    StoredEntry<V> seen = marked.live();
    for (; ; ) {
      Applied<V> applied =
          apply(key, lives.putMarked(seen, value).returning(Returning.ENTRY), marked);
      if (applied.done()) {
        return new Applied<>(true, seen, applied.current());
      }
      seen = applied.prior(); // it has expired meanwhile, or a load has filled it
    }
  }

  /** If the store is unavailable, what is there is older than the source: it is to go. */
  Applied<V> apply(K key, Change<V> change, Marked<V> marked) {
    AppliedAll<K, V> all = applyAll(Map.of(key, change), Map.of(key, marked));
    RemoteUnavailableException failure = all.failed().get(key);
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(all.applied().get(key));
  }

  /** As {@link #apply} for each key. */
  AppliedAll<K, V> applyAll(Map<K, Change<V>> changes, Map<K, Marked<V>> all) {
    Map<K, MarkedChange<V>> standing = new HashMap<>();
    Map<K, RemoteUnavailableException> away = new HashMap<>();
    changes.forEach((key, change) -> {
      Marked<V> marked = Objects.requireNonNull(all.get(key));
      if (marked.mark() != null) {
        standing.put(key, new MarkedChange<>(marked.mark(), change));
      } else if (marked.prior() instanceof Unavailable<V> unavailable) {
        away.put(key, unavailable.cause());
      }
    });
    Store<K, V> store = marker(standing.values().stream().map(MarkedChange::mark).toList());
    try {
      AppliedAll<K, V> result = store.marks().applyAll(standing, now());
      away.putAll(result.failed());
      away.keySet().forEach(store::removeLater);
      return new AppliedAll<>(result.applied(), away);
    } catch (RuntimeException e) { // a value that the store can't hold
      changes.keySet().forEach(store::removeLater);
      throw e;
    }
  }

  /** The store that has made the marks: the cache may have been switched since. */
  private Store<K, V> marker(Collection<Mark> marks) {
    boolean bypassed = marks.stream().anyMatch(BypassStore::isOwn);
    return bypassed ? parts.control().bypass() : parts.control().tiers();
  }

  /** Whether what was there is what an operation saw before it marked. */
  static boolean isSame(@Nullable StoredEntry<?> seen, Marked<?> marked) {
    StoredEntry<?> live = marked.live();
    if (seen instanceof VersionedEntry<?> versioned) {
      return versioned.isSame(live);
    }
    // What no other node writes is kept by the key's lock.
    return !(live instanceof VersionedEntry<?>);
  }

  private long now() {
    return parts.clock().nanos();
  }
}
