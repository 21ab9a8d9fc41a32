package io.nearside.store;

/**
 * Makes the entry for a value that is written: says when it expires. Called by a store at the
 * moment of the change, maybe more than once and maybe under a lock, so it holds no user code.
 * Thread-safe.
 */
public interface Lifetime {

  /** The entry of a key that had no live one. One that is not live at {@code now} is not stored. */
  <V> StoredEntry<V> created(V value, long now);

  /** The entry that follows {@code prior}. One that is not live at {@code now} expires at once. */
  <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now);
}
