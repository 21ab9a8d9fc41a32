package io.nearside.cache;

import io.nearside.store.StoredEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over a cache in constant memory (JSR-107 section 4.3): weakly consistent, one access of
 * the entry for each {@code next}. An entry that has expired since {@code hasNext} found it is
 * skipped, unless it is the last, so that a loop never ends by an exception. Not thread-safe.
 */
final class EntryIterator<K, V> implements Iterator<Cache.Entry<K, V>> {
  private final CacheParts<K, V> parts;
  private final Reading<K, V> reading;
  private final Runnable check;
  private final Consumer<K> remover;
  private final Iterator<Map.Entry<K, StoredEntry<V>>> entries;
  private Map.@Nullable Entry<K, StoredEntry<V>> next;
  private @Nullable K last;

  /**
   * @param check throws if the cache is closed
   * @param remover removes a key, with all that a removal entails
   */
  EntryIterator(
      CacheParts<K, V> parts, Reading<K, V> reading, Runnable check, Consumer<K> remover) {
    this.parts = parts;
    this.reading = reading;
    this.check = check;
    this.remover = remover;
    this.entries = parts.store().iterator();
  }

  @Override
  public boolean hasNext() {
    check.run();
    if (next == null && entries.hasNext()) {
      next = entries.next();
    }
    return next != null;
  }

  @Override
  public Cache.Entry<K, V> next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    Map.Entry<K, StoredEntry<V>> current = next;
    next = null;
    while (!accessed(current) && entries.hasNext()) {
      current = entries.next();
    }
    last = current.getKey();
    parts.recorder().hits(1);
    return new Snapshot<>(
        parts.copier().copy(current.getKey()), parts.valueFor(current.getValue()));
  }

  private boolean accessed(Map.Entry<K, StoredEntry<V>> entry) {
    long now = parts.clock().nanos();
    return entry.getValue().isLive(now) && reading.accessed(entry.getKey(), entry.getValue(), now);
  }

  @Override
  public void remove() {
    K key = last;
    if (key == null) {
      throw new IllegalStateException("nothing to remove: call next first");
    }
    last = null;
    remover.accept(key);
  }

  private record Snapshot<K, V>(K key, V value) implements Cache.Entry<K, V> {
    @Override
    public K getKey() {
      return key;
    }

    @Override
    public V getValue() {
      return value;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
      if (type.isInstance(this)) {
        return type.cast(this);
      }
      throw new IllegalArgumentException("an entry can't be unwrapped to " + type.getName());
    }
  }
}
