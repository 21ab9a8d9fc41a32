package io.nearside.spring;

import io.nearside.NearsideCache;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/**
 * The caches of a JCache manager, for Spring. One that is not there is made at the first question
 * for it, as the template of its name says. Thread-safe.
 */
final class NearsideSpringCacheManager implements CacheManager {
  private final javax.cache.CacheManager manager;
  private final Set<String> only;
  private final Executor tasks;
  private final UnaryOperator<Cache> decorator;
  private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

  private record Known(javax.cache.Cache<Object, Object> cache, Cache shown) {}

  /**
   * @param only the names of all caches, which are made at once; empty if others may come
   */
  NearsideSpringCacheManager(
      javax.cache.CacheManager manager,
      Collection<String> only,
      Executor tasks,
      UnaryOperator<Cache> decorator) {
    this.manager = manager;
    this.only = Set.copyOf(only);
    this.tasks = tasks;
    this.decorator = decorator;
    only.forEach(this::getCache);
  }

  /** Looked for at each question: a cache may have been destroyed since the last. */
  @Override
  public @Nullable Cache getCache(String name) {
    javax.cache.Cache<Object, Object> cache = there(name);
    if (cache == null) {
      if (!only.isEmpty() && !only.contains(name)) {
        return null;
      }
      cache = made(name);
    }
    Known shown = known.get(name);
    return (shown != null && shown.cache == cache) ? shown.shown : shown(name, cache);
  }

  private Cache shown(String name, javax.cache.Cache<Object, Object> cache) {
    return known.compute(
            name,
            (key, shown) ->
                (shown != null && shown.cache == cache) ? shown : new Known(cache, wrapped(cache)))
        .shown;
  }

  @SuppressWarnings("unchecked") // NearsideCache is generic, its class is not
  private Cache wrapped(javax.cache.Cache<Object, Object> cache) {
    NearsideCache<Object, Object> own = cache.unwrap(NearsideCache.class);
    return decorator.apply(new NearsideSpringCache(own, tasks));
  }

  private javax.cache.@Nullable Cache<Object, Object> there(String name) {
    return manager.getCache(name);
  }

  private javax.cache.Cache<Object, Object> made(String name) {
    try {
      return manager.createCache(name, new MutableConfiguration<>());
    } catch (CacheException e) { // someone else may have made it
      javax.cache.Cache<Object, Object> cache = there(name);
      if (cache == null) {
        throw e;
      }
      return cache;
    }
  }

  @Override
  public Collection<String> getCacheNames() {
    return only.isEmpty()
        ? StreamSupport.stream(manager.getCacheNames().spliterator(), false).toList()
        : List.copyOf(only);
  }
}
