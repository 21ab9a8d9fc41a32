package io.nearside.load;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** Calls a cache's loader, with nothing held. Thread-safe if the loader is. */
public final class Loads<K, V> {
  private final String cache;
  private final CacheLoader<K, V> loader;

  public Loads(String cache, CacheLoader<K, V> loader) {
    this.cache = cache;
    this.loader = loader;
  }

  /** The user's loader. */
  public CacheLoader<K, V> loader() {
    return loader;
  }

  /**
   * @throws CacheLoaderException if the loader throws anything
   */
  public Loaded<V> load(K key) {
    try {
      if (loader instanceof NearsideLoader<K, V> telling) {
        Context context = new Context();
        V value = telling.load(key, context);
        return new Loaded<>(value, context.timeToLive);
      }
      return new Loaded<>(loader.load(key), null);
    } catch (CacheLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /**
   * Loads all keys by one call. Keys without a value, and keys that were not asked for, are left
   * out.
   *
   * @throws CacheLoaderException if the loader throws anything
   */
  public Map<K, V> loadAll(Set<? extends K> keys) {
    Map<K, V> loaded;
    try {
      loaded = loader.loadAll(keys);
    } catch (CacheLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(e);
    }
    Map<K, V> found = new HashMap<>();
    if (loaded != null) {
      for (K key : keys) {
        V value = loaded.get(key);
        if (value != null) {
          found.put(key, value);
        }
      }
    }
    return found;
  }

  private CacheLoaderException failed(RuntimeException e) {
    return new CacheLoaderException("cache \"" + cache + "\": the loader threw " + e, e);
  }

  private static final class Context implements LoadContext {
    private @Nullable Duration timeToLive;

    @Override
    public void timeToLive(Duration timeToLive) {
      if (timeToLive.isZero() || timeToLive.isNegative()) {
        throw new IllegalArgumentException("a loaded timeToLive must be > 0, was " + timeToLive);
      }
      this.timeToLive = timeToLive;
    }
  }
}
