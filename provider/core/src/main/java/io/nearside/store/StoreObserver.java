package io.nearside.store;

import io.nearside.EvictionCause;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what a store does. Called in the order of the changes of a key, once for each, by the
 * thread that made the change, and under the store's lock: implementations must be quick, must not
 * call user code and must not call the store.
 */
public interface StoreObserver<K, V> {

  /**
   * Whether changes are to be told, and in order. A store may skip its ordering while this is
   * false.
   */
  boolean wantsChanges();

  /** {@code current} took the place of {@code prior}; at most one of them is null. */
  void changed(K key, @Nullable StoredEntry<V> prior, @Nullable StoredEntry<V> current);

  /**
   * Whether the store may remove expired entries now; else it is to ask again soon. Called with
   * nothing held.
   */
  default boolean admitsExpiry() {
    return true;
  }

  /** The entry's time was over; told once for each entry, even if changes are not. */
  void expired(K key, StoredEntry<V> entry);

  /** As {@link #expired}, of an entry that another node's store has removed and counted. */
  default void expiredElsewhere(K key, StoredEntry<V> entry) {}

  /**
   * A thread of the store's own has told something, and holds nothing: whoever hears of it through
   * this observer is to be served by others.
   */
  default void toldInBackground() {}

  /** Something was met in place of an entry that can't be read; told even if changes are not. */
  default void unreadable() {}

  /** A value was not stored since the store is full, as if it had been; told likewise. */
  default void notStored() {}

  /** The entry had to make room; told even if changes are not, and in no order. */
  void evicted(K key, StoredEntry<V> entry, EvictionCause cause);
}
