package io.nearside.cache;

import io.nearside.store.StoredEntry;
import java.util.Map;
import javax.cache.integration.CacheLoaderException;

/** Ends a caller's wait for loads that take long: there are entries that stand in for them. */
final class StoodIn extends CacheLoaderException {
  private static final long serialVersionUID = 1;

  private final transient Map<?, ? extends StoredEntry<?>> entries;

  /**
   * @param entries for each of the keys
   */
  StoodIn(String cache, Map<?, ? extends StoredEntry<?>> entries) {
    super(
        "cache \""
            + cache
            + "\": a load takes longer than load.softTimeout, and something that has expired"
            + " stands in");
    this.entries = entries;
  }

  /** Those that stand in, by the cache's own keys. */
  @SuppressWarnings("unchecked") // each cache catches its own
  <K, V> Map<K, StoredEntry<V>> entries() {
    return (Map<K, StoredEntry<V>>) entries;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this; // it never leaves the cache that made it
  }
}
