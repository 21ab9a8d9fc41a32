package io.nearside.cache;

import io.nearside.load.Loads;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.StoredEntry;
import io.nearside.write.Writes;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Operations on many keys. Atomic per key; one call of the loader or writer for all of them. */
final class Bulk<K, V> {
  private final CacheParts<K, V> parts;
  private final Writing<K, V> writing;
  private final Reading<K, V> reading;

  Bulk(CacheParts<K, V> parts, Writing<K, V> writing, Reading<K, V> reading) {
    this.parts = parts;
    this.writing = writing;
    this.reading = reading;
  }

  void putAll(Map<? extends K, ? extends V> entries) {
    Map<K, V> own = new LinkedHashMap<>();
    entries.forEach((key, value) -> {
      Types.check(parts.settings(), key, value);
      own.put(parts.copier().copy(key), parts.copier().copy(value));
    });
    Writes<K, V> writes = parts.writes();
    if (writes == null) {
      own.forEach(this::putCounted);
      return;
    }
    try (KeyLocks.Many<K> locks = parts.locks().lockAll(own.keySet())) {
      Writes.Bulk<K> result = writes.writeAll(own);
      own.keySet().retainAll(result.taken());
      own.forEach(this::storeCounted);
      if (result.failure() != null) {
        throw result.failure();
      }
    }
  }

  private void putCounted(K key, V value) {
    parts.events().admit();
    count(writing.put(key, value, parts.expiry(), parts.clock().nanos()));
  }

  private void storeCounted(K key, V value) {
    parts.events().admit();
    count(writing.store(key, value, parts.expiry()));
  }

  private void count(Applied<V> applied) {
    parts.recorder().puts(applied.current() == null ? 0 : 1);
  }

  /** Removes all entries that are there, one by one, each with its event. */
  void removeAll() {
    parts.store().releaseAll();
    Set<K> own = new HashSet<>();
    Iterator<Map.Entry<K, StoredEntry<V>>> entries = parts.store().iterator();
    entries.forEachRemaining(entry -> own.add(entry.getKey()));
    removeOwn(own);
  }

  void removeAll(Set<? extends K> keys) {
    Set<K> own = new HashSet<>();
    for (K key : keys) {
      Types.checkKey(parts.settings(), key);
      own.add(parts.copier().copy(key));
    }
    removeOwn(own);
  }

  private void removeOwn(Set<K> own) {
    Writes<K, V> writes = parts.writes();
    if (own.isEmpty()) {
      return;
    }
    own.forEach(parts.locks()::refuseIfHeldHere);
    if (writes == null) {
      own.forEach(this::removeCounted);
      return;
    }
    try (KeyLocks.Many<K> locks = parts.locks().lockAll(own)) {
      Writes.Bulk<K> result = writes.deleteAll(own);
      result.taken().forEach(this::removeCounted);
      if (result.failure() != null) {
        throw result.failure();
      }
    }
  }

  private void removeCounted(K key) {
    parts.events().admit();
    Applied<V> applied = parts.store().apply(key, Change.remove(), parts.clock().nanos());
    parts.recorder().removals(applied.prior() == null ? 0 : 1);
  }

  /**
   * Loads what is missing, or everything.
   *
   * @param wanted the keys, copies that may be given to the loader; taken over
   */
  void loadAll(Set<K> wanted, Loads<K, V> loads, boolean replace) {
    if (!replace) {
      long now = parts.clock().nanos();
      wanted.removeIf(key -> parts.store().peek(key, now) instanceof StoredEntry<V>);
    }
    if (!wanted.isEmpty()) {
      reading.loadAll(wanted, loads, replace);
    }
  }
}
