package io.nearside.cache;

import io.nearside.load.Loaded;
import io.nearside.load.Stales;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.OperationTime;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of entries that were to be loaded anew, and whose source has no other value.
 * Thread-safe.
 */
final class Revivals<K, V> implements Stales<K, V> {
  private final CacheParts<K, V> parts;
  private final ReadThrough<K, V> single;

  Revivals(CacheParts<K, V> parts, ReadThrough<K, V> single) {
    this.parts = parts;
    this.single = single;
  }

  @Override
  public @Nullable StoredEntry<V> find(K key) {
    K own = parts.copier().copy(key);
    return parts.store().inspect(own, parts.clock().nanos()) instanceof StoredEntry<V> entry
        ? entry
        : null;
  }

  @Override
  public V copy(V value) {
    return parts.copier().copy(value);
  }

  /**
   * Lets the entry live on, or stores what it had if its life has ended during the load; neither if
   * somebody has changed the key meanwhile.
   *
   * @return the value; the cache's own
   */
  V revive(K key, StoredEntry<V> entry, Loaded<V> loaded, Reservation reservation) {
    K own = parts.copier().copy(key);
    V value = entry.value();
    Expiry expiry = single.expiry(loaded.timeToLive(), loaded.notes());
    parts.events().admit();
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own);
        OperationTime.Use use = attempts.use()) {
      long now = parts.clock().nanos();
      Applied<V> unused =
          entry.isLive(now)
              ? parts.store().revive(own, reservation, entry, expiry.update(), now)
              : parts
                  .store()
                  .fill(own, reservation, Change.putIfAbsent(value, expiry.creation()), now);
    }
    return value;
  }
}
