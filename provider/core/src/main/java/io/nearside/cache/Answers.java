package io.nearside.cache;

import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.store.Applied;
import io.nearside.store.StoredEntry;
import org.jspecify.annotations.Nullable;

/**
 * What callers are told of changes, and how that is counted, however the change was made.
 * Thread-safe.
 *
 * @param <K> of the parts
 */
record Answers<K, V>(CacheParts<K, V> parts) {

  void put(Applied<V> applied, long start) {
    if (applied.current() != null) {
      parts.recorder().puts(1);
    }
    parts.recorder().took(Timed.PUT, start);
  }

  @Nullable V getAndPut(Applied<V> applied, long start) {
    put(applied, start);
    countHit(applied.prior() != null);
    parts.recorder().took(Timed.GET, start);
    return value(applied.prior());
  }

  boolean putIfAbsent(Applied<V> applied, long start) {
    boolean stored = applied.current() != null;
    countHit(applied.existed());
    countPut(stored, start);
    return stored;
  }

  boolean remove(Applied<V> applied, long start) {
    return removed(applied.existed(), start);
  }

  @Nullable V getAndRemove(Applied<V> applied, long start) {
    countHit(applied.prior() != null);
    boolean unused = removed(applied.prior() != null, start);
    return value(applied.prior());
  }

  boolean replace(Applied<V> applied, long start) {
    countHit(applied.done());
    countPut(applied.done(), start);
    return applied.done();
  }

  @Nullable V getAndReplace(Applied<V> applied, long start) {
    boolean unused = replace(applied, start);
    return value(applied.prior());
  }

  void countHit(boolean hit) {
    if (hit) {
      parts.recorder().hits(1);
    } else {
      parts.recorder().misses(1);
    }
  }

  void countPut(boolean done, long start) {
    if (done) {
      parts.recorder().puts(1);
      parts.recorder().took(Timed.PUT, start);
    }
  }

  /** Counts a removal if it was one. */
  boolean removed(boolean done, long start) {
    if (done) {
      parts.recorder().removals(1);
      parts.recorder().took(Timed.REMOVE, start);
    }
    return done;
  }

  private @Nullable V value(@Nullable StoredEntry<V> entry) {
    return (entry == null) ? null : parts.valueFor(entry);
  }
}
