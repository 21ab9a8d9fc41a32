package io.nearside;

import javax.cache.Cache;

/**
 * A cache, with what Nearside adds to JSR-107: {@code cache.unwrap(NearsideCache.class)}.
 *
 * <p>Thread-safe; every operation is atomic per key.
 */
public interface NearsideCache<K, V> extends Cache<K, V> {

  /**
   * Puts as {@link #put(Object, Object)} does, with options for this entry alone.
   *
   * @throws NullPointerException if an argument is null
   * @throws IllegalStateException if the cache is closed
   * @throws javax.cache.integration.CacheWriterException if writing through fails; nothing is
   *     changed
   */
  void put(K key, V value, EntryOptions options);
}
