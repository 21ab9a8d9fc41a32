package io.nearside.micronaut;

import io.micronaut.cache.SyncCache;
import io.micronaut.cache.jcache.JCacheManager;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.scheduling.TaskExecutors;
import io.nearside.NearsideCache;
import io.nearside.NearsideManager;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import javax.cache.Cache;

/** Gives Micronaut's annotations caches for which {@code @Cacheable(atomic = true)} is one load. */
@Singleton
@Primary
@Replaces(JCacheManager.class)
@Requires(beans = NearsideManager.class)
@Requires(property = JCacheManager.JCACHE_ENABLED, value = "true", defaultValue = "true")
@SuppressWarnings("rawtypes") // as Micronaut has it
class LoadingCacheManager extends JCacheManager {
  private final ExecutorService executor;
  private final ConversionService conversions;

  LoadingCacheManager(
      NearsideManager manager,
      @Named(TaskExecutors.IO) ExecutorService executor,
      ConversionService conversions) {
    super(manager, executor, conversions);
    this.executor = executor;
    this.conversions = conversions;
  }

  @Override
  @SuppressWarnings("unchecked") // Micronaut's caches are of any keys and values
  public SyncCache<Cache> getCache(String name) {
    SyncCache<Cache> cache = super.getCache(name);
    return new LoadingCache(
        cache, (NearsideCache<Object, Object>) cache.getNativeCache(), conversions, executor);
  }
}
