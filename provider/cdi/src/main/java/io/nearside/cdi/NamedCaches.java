package io.nearside.cdi;

import java.lang.annotation.Annotation;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.GeneratedCacheKey;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Finds caches by their names, and makes those that are not there: as the configuration's templates
 * say, since the code says nothing.
 */
final class NamedCaches implements CacheResolverFactory {
  private final CacheManager manager;

  NamedCaches(CacheManager manager) {
    this.manager = manager;
  }

  @Override
  public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> method) {
    return resolver(method, method.getCacheName());
  }

  @Override
  public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> method) {
    return resolver(method, method.getCacheAnnotation().exceptionCacheName());
  }

  private CacheResolver resolver(CacheMethodDetails<?> method, String name) {
    if (!(method.getCacheAnnotation() instanceof CacheRemoveAll)) {
      requireKeys(method, name);
    }
    return new CacheResolver() {
      @Override
      public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> call) {
        return cache(name);
      }
    };
  }

  /** Looked for by each call: a cache may have been destroyed since the last. */
  private <K, V> Cache<K, V> cache(String name) {
    Cache<K, V> cache = manager.getCache(name);
    return (cache == null) ? made(name) : cache;
  }

  private <K, V> Cache<K, V> made(String name) {
    try {
      return manager.createCache(name, new MutableConfiguration<K, V>());
    } catch (CacheException e) { // someone else may have made it
      @Nullable Cache<K, V> cache = manager.getCache(name);
      if (cache == null) {
        throw e;
      }
      return cache;
    }
  }

  @SuppressWarnings("unchecked") // Configuration is generic, its class is not
  private void requireKeys(CacheMethodDetails<?> method, String name) {
    Class<?> type = cache(name).getConfiguration(Configuration.class).getKeyType();
    if (!type.isAssignableFrom(GeneratedCacheKey.class)
        && !GeneratedCacheKey.class.isAssignableFrom(type)) {
      throw new CacheException(
          ("cache \"%s\": key type is %s, but the keys that annotations make are of %s, for %s;"
                  + " declare no key type, or name another cache")
              .formatted(name, type.getName(), GeneratedCacheKey.class.getName(), method));
    }
  }
}
