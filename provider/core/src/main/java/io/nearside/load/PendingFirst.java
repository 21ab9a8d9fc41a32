package io.nearside.load;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import io.nearside.store.Coming;
import io.nearside.store.ComingWrites;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;

/**
 * A loader for a source that is behind: what is still to be written counts, not what the source has
 * yet. Thread-safe if the loader is.
 */
public class PendingFirst<K, V> implements CacheLoader<K, V> {
  private final CacheLoader<K, V> source;
  final ComingWrites<K, V> writes;

  private PendingFirst(CacheLoader<K, V> source, ComingWrites<K, V> writes) {
    this.source = source;
    this.writes = writes;
  }

  /** Of the kind that the loader is. */
  public static <K, V> CacheLoader<K, V> of(CacheLoader<K, V> source, ComingWrites<K, V> writes) {
    return (source instanceof NearsideLoader<K, V> telling)
        ? new Telling<>(telling, writes)
        : new PendingFirst<>(source, writes);
  }

  /** Knows nothing but what waits, for a cache whose misses don't ask its source. */
  public static <K, V> CacheLoader<K, V> only(ComingWrites<K, V> writes) {
    return new PendingFirst<>(new Nowhere<>(), writes);
  }

  @Override
  public @Nullable V load(K key) {
    Coming<V> coming = writes.coming(key);
    return (coming instanceof Coming.Nothing<V>) ? source.load(key) : value(coming);
  }

  private static <V> @Nullable V value(@Nullable Coming<V> coming) {
    return (coming instanceof Coming.Value<V> value) ? value.value() : null;
  }

  @Override
  public Map<K, V> loadAll(Iterable<? extends K> keys) {
    return loadOthers(keys, source::loadAll);
  }

  final Map<K, V> loadOthers(
      Iterable<? extends K> keys, Function<Iterable<? extends K>, @Nullable Map<K, V>> others) {
    List<K> asked = new ArrayList<>();
    keys.forEach(asked::add);
    Map<K, Coming<V>> coming = writes.comingAll(asked);
    Map<K, V> found = new HashMap<>();
    List<K> left = new ArrayList<>();
    for (K key : asked) {
      Coming<V> one = coming.get(key);
      V value = value(one);
      if (value != null) {
        found.put(key, value);
      } else if (one instanceof Coming.Nothing<V>) {
        left.add(key);
      }
    }
    Map<K, V> loaded = left.isEmpty() ? null : others.apply(left);
    if (loaded != null) {
      for (K key : left) { // what it brings unasked may be what a removal that waits takes away
        V value = loaded.get(key);
        if (value != null) {
          found.put(key, value);
        }
      }
    }
    return found;
  }

  /** A source without anything. */
  private static final class Nowhere<K, V> implements CacheLoader<K, V> {
    @Override
    public @Nullable V load(K key) {
      return null;
    }

    @Override
    public Map<K, V> loadAll(Iterable<? extends K> keys) {
      return Map.of();
    }
  }

  /** Of a loader that says more than the value. */
  private static final class Telling<K, V> extends PendingFirst<K, V>
      implements NearsideLoader<K, V> {
    private final NearsideLoader<K, V> telling;

    Telling(NearsideLoader<K, V> telling, ComingWrites<K, V> writes) {
      super(telling, writes);
      this.telling = telling;
    }

    @Override
    public @Nullable V load(K key) {
      return load(key, timeToLive -> {});
    }

    @Override
    public @Nullable V load(K key, LoadContext context) {
      Coming<V> coming = writes.coming(key);
      return (coming instanceof Coming.Nothing<V>) ? telling.load(key, context) : value(coming);
    }

    @Override
    public Map<K, V> loadAll(Iterable<? extends K> keys) {
      return loadOthers(keys, telling::loadAll);
    }

    @Override
    public Map<K, V> loadAll(
        Iterable<? extends K> keys, Function<? super K, ? extends LoadContext> contexts) {
      return loadOthers(keys, some -> telling.loadAll(some, contexts));
    }
  }
}
