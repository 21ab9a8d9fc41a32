package io.nearside.cache;

import io.nearside.load.Patience;
import io.nearside.store.StoredEntry;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * One caller who waits for loads no longer than {@code load.softTimeout} if something that has
 * expired may stand in for all of them. It asks for that once, when the time has come. What it
 * leaves goes on. For one thread; only {@link #failed} is for others.
 */
final class Impatience<K, V> {
  private final CacheParts<K, V> parts;
  private final BiConsumer<K, RuntimeException> failures;
  private long nanos;
  private volatile boolean gone;

  /**
   * @param failures is told of loads that fail when nobody waits for them any more
   */
  Impatience(CacheParts<K, V> parts, long nanos, BiConsumer<K, RuntimeException> failures) {
    this.parts = parts;
    this.nanos = nanos;
    this.failures = failures;
  }

  /** While it waits for those keys. */
  Patience of(Collection<K> keys) {
    return new Patience(nanos, () -> tired(keys));
  }

  private void tired(Collection<K> keys) {
    nanos = 0; // it waits for nothing else from now on, unless nothing stands in
    Map<K, StoredEntry<V>> kept = parts.store().keptAll(keys, parts.clock().nanos());
    if (kept.keySet().containsAll(keys)) {
      gone = true;
      throw new StoodIn(parts.settings().name(), kept);
    }
  }

  /** A load that it sent has failed. */
  void failed(K key, RuntimeException failure) {
    if (gone) {
      failures.accept(key, failure);
    }
  }
}
