package io.nearside.cache;

import io.nearside.codec.Copier;
import io.nearside.config.CacheSettings;
import io.nearside.event.EventDispatcher;
import io.nearside.load.Gate;
import io.nearside.load.Loads;
import io.nearside.observe.CacheRecorder;
import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import io.nearside.write.Writes;
import org.jspecify.annotations.Nullable;

/**
 * What a cache works with.
 *
 * @param control says how the cache works just now, and by which store
 * @param loads null without a loader
 * @param readThrough what a miss calls; null for nothing
 * @param gate all loads pass it, also those of callers' own loaders
 * @param notFound what is remembered of keys that the source had nothing for
 * @param writes null without write-through
 */
record CacheParts<K, V>(
    CacheSettings<K, V> settings,
    Switch<K, V> control,
    Copier copier,
    EventDispatcher<K, V> events,
    CacheRecorder recorder,
    KeyLocks<K> locks,
    @Nullable Loads<K, V> loads,
    @Nullable Loads<K, V> readThrough,
    Gate gate,
    NotFound<K, V> notFound,
    @Nullable Writes<K, V> writes,
    Degraded degraded,
    Clock clock) {

  /** What operations work with that begin now. */
  Store<K, V> store() {
    return control.store();
  }

  /** How long what is written from now on lives. */
  Expiry expiry() {
    return control.expiry();
  }

  /** The value as the caller is to have it. */
  V valueFor(StoredEntry<V> entry) {
    V value = entry.value();
    if (entry.isShared()) {
      return value;
    }
    V copy = copier.copy(value);
    if (copy == value) {
      entry.markShared();
    }
    return copy;
  }
}
