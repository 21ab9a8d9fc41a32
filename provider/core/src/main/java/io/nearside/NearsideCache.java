package io.nearside;

import java.util.Set;
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
   * Gets a value, and loads it by the given loader if there is none, whether or not the cache has a
   * loader of its own. Callers of one JVM that miss the same key at the same time share one load:
   * of theirs, the loader that came first is called. Counted as a get.
   *
   * @return null if the loader has none; nothing is stored then
   * @throws NullPointerException if an argument is null
   * @throws IllegalStateException if the cache is closed
   * @throws javax.cache.integration.CacheLoaderException if the loader fails, or takes longer than
   *     {@code load.hardTimeout}
   */
  @Nullable V getOrLoad(K key, NearsideLoader<K, V> loader);

  /**
   * Gets several values as {@link #getAll(Set)} does, but a key whose load fails does not hide
   * those of others. The keys that one call of {@link javax.cache.integration.CacheLoader#loadAll}
   * is for fail together.
   *
   * @throws NullPointerException if the keys are null or contain null
   * @throws IllegalStateException if the cache is closed
   */
  PartialResult<K, V> getAllPartial(Set<? extends K> keys);

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

  /**
   * The writes that the source has not taken yet, where an operator can look at parked ones, replay
   * and drop them.
   *
   * @return null if the cache has no write-behind
   */
  @Nullable WriteQueue<K, V> writeQueue();
}
