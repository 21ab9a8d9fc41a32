package io.nearside;

import java.util.Collection;
import java.util.Iterator;
import java.util.function.ToLongFunction;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * A {@link CacheWriter} (JSR-107 section 7) that is told the version of each change, so that the
 * source can refuse what is older than what it has: {@code update … where version < ?}. That keeps
 * the order of a key where nothing else can: a JVM that stood still, or a statement that outlived
 * its client, goes on after another node has written a newer value. Must be thread-safe.
 *
 * <p>Versions of a key grow with its changes, over all nodes of a cache. They are positive, at most
 * 2<sup>53</sup>, and near the microseconds since 1970; nothing else is to be read from them. With
 * a remote tier they come from Redis, else from the JVM's clock. A change that is written again,
 * since it failed or its node died, has the version that it had. A change that is refused as older
 * counts as written: the writer returns as usual.
 */
public interface VersionedCacheWriter<K, V> extends CacheWriter<K, V> {

  /**
   * Writes a value, unless the source has a newer version of its key.
   *
   * @throws CacheWriterException if the source fails; then the change is refused, or tried again
   */
  void write(Cache.Entry<? extends K, ? extends V> entry, long version);

  /**
   * Deletes, unless the source has a newer version of the key. The source should remember the
   * version, or an older write of the key may come back.
   *
   * @throws CacheWriterException if the source fails; then the change is refused, or tried again
   */
  void delete(Object key, long version);

  /**
   * Writes several values, one by one unless overridden.
   *
   * @param entries those that were written are taken out
   * @param versions tells the version of a key
   * @throws CacheWriterException if the source fails; what is left in the collection was not
   *     written
   */
  default void writeAll(
      Collection<Cache.Entry<? extends K, ? extends V>> entries, ToLongFunction<Object> versions) {
    Iterator<Cache.Entry<? extends K, ? extends V>> left = entries.iterator();
    while (left.hasNext()) {
      Cache.Entry<? extends K, ? extends V> entry = left.next();
      write(entry, versions.applyAsLong(entry.getKey()));
      left.remove();
    }
  }

  /**
   * Deletes several keys, one by one unless overridden.
   *
   * @param keys those that were deleted are taken out
   * @param versions tells the version of a key
   * @throws CacheWriterException if the source fails; what is left in the collection was not
   *     deleted
   */
  default void deleteAll(Collection<?> keys, ToLongFunction<Object> versions) {
    Iterator<?> left = keys.iterator();
    while (left.hasNext()) {
      Object key = left.next();
      delete(key, versions.applyAsLong(key));
      left.remove();
    }
  }

  /** Not called by this provider. */
  @Override
  default void write(Cache.Entry<? extends K, ? extends V> entry) {
    throw unversioned();
  }

  /** Not called by this provider. */
  @Override
  default void writeAll(Collection<Cache.Entry<? extends K, ? extends V>> entries) {
    throw unversioned();
  }

  /** Not called by this provider. */
  @Override
  default void delete(Object key) {
    throw unversioned();
  }

  /** Not called by this provider. */
  @Override
  default void deleteAll(Collection<?> keys) {
    throw unversioned();
  }

  private CacheWriterException unversioned() {
    return new CacheWriterException(
        getClass().getName()
            + " is to be called with versions, as Nearside does: override what CacheWriter has, to"
            + " use it elsewhere");
  }
}
