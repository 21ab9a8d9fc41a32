package io.nearside.write;

import io.nearside.VersionedCacheWriter;
import io.nearside.store.Clock;
import io.nearside.store.WriteVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * Calls a cache's writer (JSR-107 section 7) at once. Thread-safe if the writer is. The writer gets
 * copies, since what it is called for is what the cache then keeps.
 */
public final class DirectWrites<K, V> implements Writes<K, V> {
  private final String cache;
  private final CacheWriter<? super K, ? super V> writer;
  private final UnaryOperator<Object> copier;
  private final Versions versions;

  /** If the writer wants to know. */
  private final @Nullable VersionedCacheWriter<? super K, ? super V> versioned;

  /**
   * @param copier makes the writer's own copies; returns what can't change as it is
   */
  public DirectWrites(
      String cache,
      CacheWriter<? super K, ? super V> writer,
      UnaryOperator<Object> copier,
      Clock clock) {
    this.versions = new Versions(clock);
    this.versioned = asVersioned(writer);
    this.cache = cache;
    this.writer = writer;
    this.copier = copier;
  }

  @SuppressWarnings("unchecked") // of the types that the writer has
  private static <K, V> @Nullable VersionedCacheWriter<? super K, ? super V> asVersioned(
      CacheWriter<? super K, ? super V> writer) {
    return (writer instanceof VersionedCacheWriter<?, ?>)
        ? (VersionedCacheWriter<? super K, ? super V>) writer
        : null;
  }

  @Override
  public void write(K key, V value, WriteVersion version) {
    try {
      if (versioned == null) {
        writer.write(new Written<>(key, value, copier));
      } else {
        versioned.write(new Written<>(key, value, copier), versions.of(version));
      }
    } catch (Exception e) { // of other languages it may be a checked one
      throw failed(e);
    }
  }

  @Override
  public void delete(K key, WriteVersion version) {
    try {
      if (versioned == null) {
        writer.delete(copier.apply(key));
      } else {
        versioned.delete(copier.apply(key), versions.of(version));
      }
    } catch (Exception e) { // of other languages it may be a checked one
      throw failed(e);
    }
  }

  /** Writes all by one call; a writer that fails leaves in the collection what it did not write. */
  @Override
  public Bulk<K> writeAll(Map<K, V> entries, Function<? super K, WriteVersion> known) {
    List<Cache.Entry<? extends K, ? extends V>> left = new ArrayList<>(entries.size());
    entries.forEach((key, value) -> left.add(new Written<>(key, value, copier)));
    Set<K> taken = new HashSet<>(entries.keySet());
    CacheWriterException failure = null;
    try {
      if (versioned == null) {
        writer.writeAll(widened(left));
      } else {
        versioned.writeAll(widened(left), versionsOf(entries.keySet(), known));
      }
    } catch (Exception e) { // likewise
      failure = failed(e);
      left.forEach(entry -> taken.remove(entry.getKey()));
    }
    return new Bulk<>(taken, failure);
  }

  /**
   * Deletes all by one call; a writer that fails leaves in the collection what it did not delete.
   */
  @Override
  public Bulk<K> deleteAll(Set<K> keys, Function<? super K, WriteVersion> known) {
    Set<Object> left = new HashSet<>();
    keys.forEach(key -> left.add(copier.apply(key)));
    Set<K> taken = new HashSet<>(keys);
    CacheWriterException failure = null;
    try {
      if (versioned == null) {
        writer.deleteAll(left);
      } else {
        versioned.deleteAll(left, versionsOf(keys, known));
      }
    } catch (Exception e) { // likewise
      failure = failed(e);
      taken.removeAll(left);
    }
    return new Bulk<>(taken, failure);
  }

  private ToLongFunction<Object> versionsOf(Set<K> keys, Function<? super K, WriteVersion> known) {
    Map<Object, Long> all = new HashMap<>();
    keys.forEach(key -> all.put(key, versions.of(known.apply(key))));
    return key -> {
      Long version = all.get(key);
      if (version == null) {
        throw new CacheWriterException(
            "cache \"" + cache + "\": the writer asked for the version of a key it was not given");
      }
      return version;
    };
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the writer takes supertypes of what is in there
  private static <K, V> Collection<Cache.Entry<? extends K, ? extends V>> widened(List<?> entries) {
    return (Collection) entries;
  }

  private CacheWriterException failed(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
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
