package io.nearside;

import java.util.HashMap;
import java.util.Map;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CacheLoader} (JSR-107 section 7) that can say more than the value, such as how long it
 * lives. Must be thread-safe.
 */
@FunctionalInterface
public interface NearsideLoader<K, V> extends CacheLoader<K, V> {

  /**
   * Loads a value.
   *
   * @return null if the source has none
   * @throws javax.cache.integration.CacheLoaderException if the source fails
   */
  @Nullable V load(K key, LoadContext context);

  @Override
  default @Nullable V load(K key) {
    return load(key, timeToLive -> {});
  }

  @Override
  default Map<K, V> loadAll(Iterable<? extends K> keys) {
    Map<K, V> loaded = new HashMap<>();
    for (K key : keys) {
      V value = load(key);
      if (value != null) {
        loaded.put(key, value);
      }
    }
    return loaded;
  }
}
