package io.nearside.write;

import io.nearside.store.WriteVersion;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a cache's changes for its source: at once, or to be written later. The caller holds the key
 * lock, so that the source and the cache see the changes of a key in one order. Thread-safe.
 */
public interface Writes<K, V> {

  /**
   * @throws CacheWriterException if the value is not taken; then nothing must change
   */
  void write(K key, V value, WriteVersion version);

  /**
   * @throws CacheWriterException if the removal is not taken; then nothing must change
   */
  void delete(K key, WriteVersion version);

  /** What a bulk call achieved: the keys that were taken, and why the rest was not. */
  record Bulk<K>(Set<K> taken, @Nullable CacheWriterException failure) {}

  Bulk<K> writeAll(Map<K, V> entries, Function<? super K, WriteVersion> versions);

  Bulk<K> deleteAll(Set<K> keys, Function<? super K, WriteVersion> versions);
}
