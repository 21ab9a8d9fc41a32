package io.nearside.write;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * Calls a cache's writer (JSR-107 section 7) at once. Thread-safe if the writer is. The writer gets
 * copies, since what it is called for is what the cache then keeps.
 */
public final class DirectWrites<K, V> implements Writes<K, V> {
  private final String cache;
  private final CacheWriter<? super K, ? super V> writer;
  private final UnaryOperator<Object> copier;

  /**
   * @param copier makes the writer's own copies; returns what can't change as it is
   */
  public DirectWrites(
      String cache, CacheWriter<? super K, ? super V> writer, UnaryOperator<Object> copier) {
    this.cache = cache;
    this.writer = writer;
    this.copier = copier;
  }

  @Override
  public void write(K key, V value) {
    try {
      writer.write(new Written<>(key, value, copier));
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  @Override
  public void delete(K key) {
    try {
      writer.delete(copier.apply(key));
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /** Writes all by one call; a writer that fails leaves in the collection what it did not write. */
  @Override
  public Bulk<K> writeAll(Map<K, V> entries) {
    List<Cache.Entry<? extends K, ? extends V>> left = new ArrayList<>(entries.size());
    entries.forEach((key, value) -> left.add(new Written<>(key, value, copier)));
    Set<K> taken = new HashSet<>(entries.keySet());
    CacheWriterException failure = null;
    try {
      writer.writeAll(widened(left));
    } catch (RuntimeException e) {
      failure = failed(e);
      left.forEach(entry -> taken.remove(entry.getKey()));
    }
    return new Bulk<>(taken, failure);
  }

  /**
   * Deletes all by one call; a writer that fails leaves in the collection what it did not delete.
   */
  @Override
  public Bulk<K> deleteAll(Set<K> keys) {
    Set<Object> left = new HashSet<>();
    keys.forEach(key -> left.add(copier.apply(key)));
    Set<K> taken = new HashSet<>(keys);
    CacheWriterException failure = null;
    try {
      writer.deleteAll(left);
    } catch (RuntimeException e) {
      failure = failed(e);
      taken.removeAll(left);
    }
    return new Bulk<>(taken, failure);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the writer takes supertypes of what is in there
  private static <K, V> Collection<Cache.Entry<? extends K, ? extends V>> widened(List<?> entries) {
    return (Collection) entries;
  }

  private CacheWriterException failed(RuntimeException e) {
    return (e instanceof CacheWriterException known)
        ? known
        : new CacheWriterException("cache \"" + cache + "\": the writer threw " + e, e);
  }

  private record Written<K, V>(K key, V value, UnaryOperator<Object> copier)
      implements Cache.Entry<K, V> {
    @Override
    @SuppressWarnings("unchecked") // a copy is of its original's class
    public K getKey() {
      return (K) copier.apply(key);
    }

    @Override
    @SuppressWarnings("unchecked") // a copy is of its original's class
    public V getValue() {
      return (V) copier.apply(value);
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
