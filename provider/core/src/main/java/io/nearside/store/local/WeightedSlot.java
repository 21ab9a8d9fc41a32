package io.nearside.store.local;

import io.nearside.store.StoredEntry;
import java.util.concurrent.atomic.AtomicInteger;

/** A slot that knows what it weighs, so that Caffeine never runs an estimate under its locks. */
final class WeightedSlot<K, V> extends Slot<K, V> {
  private final AtomicInteger weight;

  WeightedSlot(K key, StoredEntry<V> entry, int weight) {
    super(key, entry);
    this.weight = new AtomicInteger(weight);
  }

  int weight() {
    return weight.get();
  }

  /** Returns what it weighed before. */
  int reweigh(int bytes) {
    return weight.getAndSet(bytes);
  }
}
