package io.nearside.load;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** Calls a cache's loader, with nothing held. Thread-safe if the loader is. */
public final class Loads<K, V> {
  private final String cache;
  private final CacheLoader<K, V> loader;
  private final boolean tellsOfMany;

  public Loads(String cache, CacheLoader<K, V> loader) {
    this(cache, loader, loader instanceof NearsideLoader<K, V> && tellsOfMany(loader.getClass()));
  }

  private Loads(String cache, CacheLoader<K, V> loader, boolean tellsOfMany) {
    this.cache = cache;
    this.loader = loader;
    this.tellsOfMany = tellsOfMany;
  }

  /** Of a loader that is called for one key, and then thrown away. */
  public static <K, V> Loads<K, V> ofOne(String cache, NearsideLoader<K, V> loader) {
    return new Loads<>(cache, loader, true);
  }

  /** False if of the two ways to load many it has changed only that of JSR-107. */
  static boolean tellsOfMany(Class<?> type) {
    return !overrides(type, Iterable.class) || overrides(type, Iterable.class, Function.class);
  }

  private static boolean overrides(Class<?> type, Class<?>... parameters) {
    try {
      return type.getMethod("loadAll", parameters).getDeclaringClass() != NearsideLoader.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("a loader without loadAll: " + type.getName(), e);
    }
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
  public Map<K, Loaded<V>> loadAll(Set<? extends K> keys) {
    try {
      Map<K, Context> contexts = new HashMap<>();
      Map<K, V> loaded =
          (tellsOfMany && loader instanceof NearsideLoader<K, V> telling)
              ? telling.loadAll(keys, key -> contexts.computeIfAbsent(key, k -> new Context()))
              : loader.loadAll(keys);
      return (loaded == null) ? Map.of() : chosen(keys, loaded, contexts);
    } catch (CacheLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private static <K, V> Map<K, Loaded<V>> chosen(
      Set<? extends K> keys, Map<K, V> loaded, Map<K, Context> contexts) {
    Map<K, Loaded<V>> found = new HashMap<>();
    for (K key : keys) {
      V value = loaded.get(key);
      if (value != null) {
        Context context = contexts.get(key);
        found.put(key, new Loaded<>(value, (context == null) ? null : context.timeToLive));
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
