package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.load.Loads;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Change;
import io.nearside.store.Lifetime;
import io.nearside.store.Outcome;
import io.nearside.store.StoredEntry;
import io.nearside.write.Writes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operations on many keys. Atomic per key; one call of the loader or writer for all of them. */
final class Bulk<K, V> {
  /** The changes that are made at once, and the keys held in memory while all are removed. */
  private static final int AT_ONCE = 500;

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
      own.keySet().forEach(parts.locks()::refuseIfHeldHere);
      storeAll(own);
      return;
    }
    try (KeyLocks.Many<K> locks = parts.locks().lockAll(own.keySet())) {
      Writes.Bulk<K> result = writes.writeAll(own);
      own.keySet().retainAll(result.taken());
      storeAll(own);
      if (result.failure() != null) {
        throw result.failure();
      }
    }
  }

  private void storeAll(Map<K, V> own) {
    if (parts.store().batches() && parts.expiry().constant()) {
      Lifetime lifetime = parts.expiry().creation();
      Map<K, Change<V>> changes = new LinkedHashMap<>();
      own.forEach((key, value) -> changes.put(key, Change.put(value, lifetime)));
      applyAll(changes, applied -> parts.recorder().puts(applied.current() == null ? 0 : 1));
      return;
    }
    Progress progress = new Progress();
    own.forEach((key, value) ->
        progress.go(
            Set.of(key),
            () -> {
              parts.events().admit();
              try {
                Applied<V> applied = writing.store(key, value, parts.expiry());
                parts.recorder().puts(applied.current() == null ? 0 : 1);
                return Map.of();
              } catch (RemoteUnavailableException e) {
                return Map.of(key, e);
              }
            }));
    progress.end();
  }

  /** One operation's steps. After an outage no more are made: each would wait for its time-out. */
  private final class Progress {
    private final List<RemoteUnavailableException> failures = new ArrayList<>();
    private @Nullable RemoteUnavailableException outage;

    /**
     * @param step changes these keys, and returns those that it could not
     */
    void go(Set<? extends K> keys, Supplier<Map<K, RemoteUnavailableException>> step) {
      RemoteUnavailableException over = outage;
      if (over != null) {
        keys.forEach(this::removeLater);
        keys.forEach(key -> failures.add(over));
        return;
      }
      for (RemoteUnavailableException failure : step.get().values()) {
        failures.add(failure);
        if (failure.reason() == Reason.UNREACHABLE || !parts.degraded().failSafe()) {
          outage = failure;
        }
      }
    }

    private void removeLater(K key) {
      if (parts.writes() != null || parts.degraded().failSafe()) {
        parts.store().removeLater(key);
      }
    }

    /** Throws what happened unless the cache may go on without its store. */
    void end() {
      failures.forEach(parts.degraded()::forgive);
    }
  }

  private void applyAll(Map<K, Change<V>> changes, Consumer<Applied<V>> each) {
    if (!parts.store().batches()) {
      changes.forEach((key, change) -> {
        parts.events().admit();
        each.accept(parts.store().apply(key, change, parts.clock().nanos()));
      });
      return;
    }
    // A batch must fit into what listeners' queues keep free for those that have been let in.
    int most = Math.max(1, Math.min(AT_ONCE, parts.settings().maximumQueuedEvents() / 16));
    Progress progress = new Progress();
    Map<K, Change<V>> batch = new LinkedHashMap<>();
    Iterator<Map.Entry<K, Change<V>>> left = changes.entrySet().iterator();
    while (left.hasNext()) {
      Map.Entry<K, Change<V>> change = left.next();
      batch.put(change.getKey(), change.getValue());
      if (batch.size() == most || !left.hasNext()) {
        progress.go(batch.keySet(), () -> applyBatch(batch, each));
        batch.clear();
      }
    }
    progress.end();
  }

  /** The keys that could not be changed. */
  private Map<K, RemoteUnavailableException> applyBatch(
      Map<K, Change<V>> batch, Consumer<Applied<V>> each) {
    parts.events().admit();
    AppliedAll<K, V> result = appliedAll(batch);
    result.applied().values().forEach(each);
    if (parts.writes() != null) { // the source has changed already
      result.failed().keySet().forEach(parts.store()::removeLater);
    }
    return result.failed();
  }

  private AppliedAll<K, V> appliedAll(Map<K, Change<V>> batch) {
    try {
      return parts.store().applyAll(batch, parts.clock().nanos());
    } catch (RuntimeException e) { // a value that the store can't hold
      if (parts.writes() != null) {
        batch.keySet().forEach(parts.store()::removeLater);
      }
      throw e;
    }
  }

  /** Removes all entries that are there, each with its event. */
  void removeAll() {
    try {
      parts.store().releaseAll();
      Iterator<Map.Entry<K, StoredEntry<V>>> entries = parts.store().iterator();
      int most = (parts.writes() == null) ? AT_ONCE : Integer.MAX_VALUE;
      while (entries.hasNext()) {
        Set<K> own = new HashSet<>();
        while (own.size() < most && entries.hasNext()) {
          own.add(entries.next().getKey());
        }
        removeOwn(own);
      }
    } catch (RemoteUnavailableException e) {
      if (parts.writes() != null) {
        throw e; // the source has not been told, and nobody knows of which keys
      }
      parts.degraded().forgive(e);
      parts.store().clearLater(); // what could not be looked for is to go all the same
    }
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
      unstoreAll(own);
      return;
    }
    try (KeyLocks.Many<K> locks = parts.locks().lockAll(own)) {
      Writes.Bulk<K> result = writes.deleteAll(own);
      unstoreAll(result.taken());
      if (result.failure() != null) {
        throw result.failure();
      }
    }
  }

  private void unstoreAll(Collection<? extends K> own) {
    Map<K, Change<V>> changes = new LinkedHashMap<>();
    own.forEach(key -> changes.put(key, Change.remove()));
    applyAll(changes, applied -> parts.recorder().removals(applied.existed() ? 1 : 0));
  }

  /**
   * Loads what is missing, or everything.
   *
   * @param wanted the keys, copies that may be given to the loader; taken over
   */
  void loadAll(Set<K> wanted, Loads<K, V> loads, boolean replace) {
    if (!replace) {
      long now = parts.clock().nanos();
      Map<K, Outcome<V>> present =
          parts.store().batches() ? parts.store().readAll(wanted, now) : Map.of();
      wanted.removeIf(
          key -> isThere(present.isEmpty() ? parts.store().peek(key, now) : present.get(key)));
    } else if (!parts.degraded().failSafe() && !wanted.isEmpty()) {
      isThere(parts.store().peek(wanted.iterator().next(), parts.clock().nanos()));
    }
    if (wanted.isEmpty()) {
      return;
    }
    if (replace) {
      reading.bulkReadThrough().reload(wanted, loads);
    } else {
      reading.bulkReadThrough().load(wanted, loads).all();
    }
  }

  /** Throws if the store can't tell, and the cache may not go on without it. */
  private boolean isThere(@Nullable Outcome<V> outcome) {
    return outcome != null && parts.degraded().entry(outcome) != null;
  }
}
