package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.load.Loads;
import io.nearside.observe.Thrown;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.AsyncStore;
import io.nearside.store.Change;
import io.nearside.store.Change.Returning;
import io.nearside.store.Lifetime;
import io.nearside.store.Marked;
import io.nearside.store.Outcome;
import io.nearside.store.StoredEntry;
import io.nearside.store.WriteVersion;
import io.nearside.write.Writes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operations on many keys. Atomic per key; one call of the loader or writer for all of them. */
final class Bulk<K, V> {
  /** The changes that are made at once, and the keys held in memory while all are removed. */
  private static final int AT_ONCE = 500;

  private final CacheParts<K, V> parts;
  private final Writing<K, V> writing;
  private final Reading<K, V> reading;
  private final WriteThrough<K, V> through;

  Bulk(CacheParts<K, V> parts, Writing<K, V> writing, Reading<K, V> reading) {
    this.parts = parts;
    this.writing = writing;
    this.reading = reading;
    this.through = writing.through();
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
      boolean seeing = !parts.expiry().constant();
      Map<K, Marked<V>> marked =
          through.markAll(own.keySet(), seeing ? WriteThrough.SEEING : WriteThrough.BLIND);
      Writes.Bulk<K> result = told(marked, () -> writes.writeAll(own, versions(marked)));
      own.keySet().retainAll(result.taken());
      storeAllMarked(own, marked);
      if (result.failure() != null) {
        throw result.failure();
      }
    }
  }

  private static <K> Function<K, WriteVersion> versions(Map<K, ? extends Marked<?>> marked) {
    return key -> {
      Marked<?> one = marked.get(key);
      return (one == null) ? WriteVersion.UNKNOWN : one.version();
    };
  }

  /** Tells the source; ends the marks of those keys that it did not take. */
  private Writes.Bulk<K> told(Map<K, Marked<V>> marked, Supplier<Writes.Bulk<K>> writer) {
    Map<K, Marked<V>> left = new HashMap<>(marked);
    try {
      Writes.Bulk<K> result = writer.get();
      left.keySet().removeAll(result.taken());
      return result;
    } finally {
      through.releaseAll(left);
    }
  }

  private void storeAllMarked(Map<K, V> own, Map<K, Marked<V>> marked) {
    if (parts.store().batches() && parts.expiry().constant()) {
      applyAll(puts(own), marked, this::countPut);
      return;
    }
    storeEach(
        own,
        (key, value) -> {
          Marked<V> one = Objects.requireNonNull(marked.get(key));
          return through.put(key, value, parts.expiry(), Returning.PRESENCE, one);
        });
  }

  private void countPut(Applied<V> applied) {
    parts.recorder().puts(applied.current() == null ? 0 : 1);
  }

  private Map<K, Change<V>> puts(Map<K, V> own) {
    Lifetime lifetime = parts.expiry().creation();
    Map<K, Change<V>> changes = new LinkedHashMap<>();
    own.forEach((key, value) -> changes.put(key, Change.put(value, lifetime)));
    return changes;
  }

  private void storeAll(Map<K, V> own) {
    if (parts.store().batches() && parts.expiry().constant()) {
      applyAll(puts(own), Map.of(), this::countPut);
      return;
    }
    storeEach(own, (key, value) -> writing.store(key, value, parts.expiry()));
  }

  private void storeEach(Map<K, V> own, BiFunction<K, V, Applied<V>> store) {
    BulkProgress<K, V> progress = new BulkProgress<>(parts);
    own.forEach((key, value) -> {
      if (progress.goesOn(Set.of(key))) {
        parts.events().admit();
        try {
          countPut(store.apply(key, value));
        } catch (RemoteUnavailableException e) {
          progress.failed(List.of(e));
        }
      }
    });
    progress.end();
  }

  /**
   * @param marked of the keys; empty without a writer
   */
  private void applyAll(
      Map<K, Change<V>> changes, Map<K, Marked<V>> marked, Consumer<Applied<V>> each) {
    if (!parts.store().batches()) {
      changes.forEach((key, change) -> {
        parts.events().admit();
        each.accept(parts.store().apply(key, change, parts.clock().nanos()));
      });
      return;
    }
    BulkProgress<K, V> progress = new BulkProgress<>(parts);
    for (Map<K, Change<V>> step : steps(changes)) {
      if (progress.goesOn(step.keySet())) {
        parts.events().admit();
        AppliedAll<K, V> result =
            (parts.writes() == null)
                ? parts.store().applyAll(step, parts.clock().nanos())
                : through.applyAll(step, marked);
        result.applied().values().forEach(each);
        progress.failed(result.failed().values());
      }
    }
    progress.end();
  }

  /** What is changed at once. */
  private List<Map<K, Change<V>>> steps(Map<K, Change<V>> changes) {
    // A step must fit into what listeners' queues keep free for those that have been let in.
    int most = Math.max(1, Math.min(AT_ONCE, parts.settings().maximumQueuedEvents() / 16));
    List<Map<K, Change<V>>> steps = new ArrayList<>();
    changes.forEach((key, change) -> {
      if (steps.isEmpty() || steps.get(steps.size() - 1).size() == most) {
        steps.add(new LinkedHashMap<>());
      }
      steps.get(steps.size() - 1).put(key, change);
    });
    return steps;
  }

  /**
   * As {@link #putAll(Map)} without waiting, if each is {@linkplain Writing#isOneChange one change}
   * that no listener is told of.
   *
   * @param own copies, taken over
   * @return done when all is done; {@linkplain BulkProgress#end what happened} is for the caller
   */
  CompletableFuture<BulkProgress<K, V>> putAll(
      Map<K, V> own, AsyncStore<K, V> store, Executor executor) {
    return new Walk(store, executor, this::countPut).over(puts(own));
  }

  /** As {@link #removeAll(Set)}, likewise. */
  CompletableFuture<BulkProgress<K, V>> removeAll(
      Set<K> own, AsyncStore<K, V> store, Executor executor) {
    return new Walk(store, executor, this::countRemoval).over(removals(own));
  }

  /** One operation's steps, none of which a thread waits for. By one thread after the other. */
  private final class Walk {
    private final AsyncStore<K, V> store;
    private final Executor executor;
    private final Consumer<Applied<V>> each;
    private final BulkProgress<K, V> progress = new BulkProgress<>(parts);
    private final CompletableFuture<BulkProgress<K, V>> end = new CompletableFuture<>();

    Walk(AsyncStore<K, V> store, Executor executor, Consumer<Applied<V>> each) {
      this.store = store;
      this.executor = executor;
      this.each = each;
    }

    CompletableFuture<BulkProgress<K, V>> over(Map<K, Change<V>> changes) {
      changes.keySet().forEach(parts.locks()::refuseIfHeldHere);
      go(null, steps(changes).iterator());
      return end;
    }

    /**
     * @param asked the step that is under way or has been made; null for none
     */
    private void go(
        @Nullable CompletableFuture<AppliedAll<K, V>> asked, Iterator<Map<K, Change<V>>> steps) {
      CompletableFuture<AppliedAll<K, V>> step = asked;
      try {
        while (step == null || step.isDone()) {
          if (step != null) {
            take(step.join());
          }
          if (!steps.hasNext()) {
            end.complete(progress);
            return;
          }
          step = begun(steps.next());
        }
      } catch (RuntimeException | Error e) {
        end.completeExceptionally(Thrown.first(e));
        return;
      }
      CompletableFuture<AppliedAll<K, V>> awaited = step;
      awaited.whenComplete((result, failure) -> go(awaited, steps));
    }

    private @Nullable CompletableFuture<AppliedAll<K, V>> begun(Map<K, Change<V>> step) {
      return progress.goesOn(step.keySet())
          ? store.applyAll(step, parts.clock().nanos(), executor)
          : null;
    }

    private void take(AppliedAll<K, V> result) {
      result.applied().values().forEach(each);
      progress.failed(result.failed().values());
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
      parts.store().forgetKept(parts.clock().nanos());
    } catch (RemoteUnavailableException e) {
      if (parts.writes() != null || parts.degraded().queues()) {
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
      unstoreAll(own, Map.of());
      return;
    }
    try (KeyLocks.Many<K> locks = parts.locks().lockAll(own)) {
      Map<K, Marked<V>> marked = through.markAll(own, WriteThrough.BLIND);
      Writes.Bulk<K> result = told(marked, () -> writes.deleteAll(own, versions(marked)));
      unstoreAll(result.taken(), marked);
      if (result.failure() != null) {
        throw result.failure();
      }
    }
  }

  private void unstoreAll(Collection<? extends K> own, Map<K, Marked<V>> marked) {
    applyAll(removals(own), marked, this::countRemoval);
  }

  private Map<K, Change<V>> removals(Collection<? extends K> own) {
    Map<K, Change<V>> changes = new LinkedHashMap<>();
    own.forEach(key -> changes.put(key, Change.remove()));
    return changes;
  }

  private void countRemoval(Applied<V> applied) {
    parts.recorder().removals(applied.existed() ? 1 : 0);
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
      reading.bulkReadThrough().reload(wanted, loads).all();
    } else {
      reading.bulkReadThrough().load(wanted, loads).all();
    }
  }

  /** Throws if the store can't tell, and the cache may not go on without it. */
  private boolean isThere(@Nullable Outcome<V> outcome) {
    return outcome != null && parts.degraded().entry(outcome) != null;
  }
}
