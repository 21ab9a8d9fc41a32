package io.nearside.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The writes that a cache's source has not taken yet, as its readers must know them. Thread-safe.
 */
public interface ComingWrites<K, V> {

  Coming<V> coming(K key);

  /** As {@link #coming} for each. */
  default Map<K, Coming<V>> comingAll(Collection<? extends K> keys) {
    Map<K, Coming<V>> all = new HashMap<>();
    keys.forEach(key -> all.put(key, coming(key)));
    return all;
  }
}
