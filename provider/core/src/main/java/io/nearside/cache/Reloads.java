package io.nearside.cache;

import io.nearside.load.Loads;
import io.nearside.store.Change;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import java.util.Set;

/** Loads anew what is there, where no caller waits for it. Thread-safe. */
final class Reloads<K, V> {
  private final CacheParts<K, V> parts;
  private final BulkReadThrough<K, V> bulk;
  private final Loads<K, V> loads;

  Reloads(CacheParts<K, V> parts, BulkReadThrough<K, V> bulk, Loads<K, V> loads) {
    this.parts = parts;
    this.bulk = bulk;
    this.loads = loads;
  }

  /**
   * Loads a key in place of its entry; if the source has none any more the entry goes, and that is
   * remembered where the cache does.
   *
   * @throws RuntimeException of the loader, or of who stores
   */
  void reload(K key, StoredEntry<V> entry, Reservation reserved) {
    K own = parts.copier().copy(key);
    if (bulk.reload(own, reserved, loads).all().isEmpty()) {
      parts.store().apply(key, Change.forget(entry), parts.clock().nanos());
      if (parts.notFound().isOn()) { // its removal has voided this load, so another one must tell
        bulk.load(Set.of(parts.copier().copy(key)), loads);
      }
    }
  }
}
