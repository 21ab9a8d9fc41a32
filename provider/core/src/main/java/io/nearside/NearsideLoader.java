package io.nearside;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
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

  /**
   * Loads several values, one by one unless overridden. This is what a cache calls, unless a loader
   * overrides only {@link #loadAll(Iterable)}.
   *
   * @param contexts tells what to say of a key's value to
   * @return without the keys that the source has no value for
   * @throws javax.cache.integration.CacheLoaderException if the source fails
   */
  default Map<K, V> loadAll(
      Iterable<? extends K> keys, Function<? super K, ? extends LoadContext> contexts) {
    Map<K, V> loaded = new HashMap<>();
    for (K key : keys) {
      V value = load(key, contexts.apply(key));
      if (value != null) {
        loaded.put(key, value);
      }
    }
    return loaded;
  }

  @Override
  default Map<K, V> loadAll(Iterable<? extends K> keys) {
    return loadAll(keys, key -> timeToLive -> {});
  }
}
