package io.nearside.load;

import io.nearside.store.StoredEntry;
import org.jspecify.annotations.Nullable;

/** What a cache still has of keys that are loaded anew. Thread-safe. */
public interface Stales<K, V> {

  /** The entry of a key; null if there is none. */
  @Nullable StoredEntry<V> find(K key);

  /** The value as a loader is to have it. */
  V copy(V value);

  /** Of keys that are loaded because there is nothing. */
  static <K, V> Stales<K, V> none() {
    return new Stales<>() {
      @Override
      public @Nullable StoredEntry<V> find(K key) {
        return null;
      }

      @Override
      public V copy(V value) {
        return value;
      }
    };
  }
}
