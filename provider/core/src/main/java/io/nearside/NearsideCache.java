package io.nearside;

import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

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

  /**
   * What there is of a key, and what is known of it: for looking at a cache, not for working with
   * it. Loads nothing, counts nothing, is no access for expiry or eviction.
   *
   * @return null if there is nothing, or a fail-safe cache can't tell
   * @throws NullPointerException if the key is null
   * @throws IllegalStateException if the cache is closed
   * @throws RemoteUnavailableException if Redis can't be asked and the cache is fail-fast
   */
  @Nullable EntryView<V> entry(K key);
}
