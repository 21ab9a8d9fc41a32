package io.nearside.store.tiered;

import io.nearside.store.HotEntry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has the marks taken off entries that are read, but have not been written for a while: in the
 * background, once for a key at a time. Thread-safe.
 */
final class Cooling<K, V> {
  /** About as long as the hottest key takes to cool down. */
  static final long PAUSE = 5_000_000_000L;

  private final Tiers<K, V> tiers;
  private final Set<K> underWay = ConcurrentHashMap.newKeySet();

  Cooling(Tiers<K, V> tiers) {
    this.tiers = tiers;
  }

  /** A marked entry has been read. */
  void met(K key, HotEntry<V> entry, long now) {
    if (now - entry.writtenAt() < PAUSE || underWay.contains(key)) {
      return;
    }
    K own = tiers.keys().apply(key);
    if (underWay.add(own) && !tiers.inBackground(() -> cool(own, entry))) {
      underWay.remove(own);
    }
  }

  private void cool(K key, HotEntry<V> entry) {
    try {
      tiers.authority().cool(key, entry);
    } finally {
      underWay.remove(key);
    }
  }
}
