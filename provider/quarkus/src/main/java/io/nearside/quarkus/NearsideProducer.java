package io.nearside.quarkus;

import io.nearside.Nearside;
import io.nearside.NearsideCache;
import io.nearside.NearsideManager;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.eclipse.microprofile.config.Config;

/** Opens the cache manager with the application, so that what is wrong with it is told at once. */
@Singleton
class NearsideProducer {
  private static final String APPLICATION = "quarkus.application.name";

  @Produces
  @Singleton
  @DefaultBean
  NearsideManager manager(
      Config config,
      @Any Instance<CacheLoader<?, ?>> loaders,
      @Any Instance<CacheWriter<?, ?>> writers) {
    ClassLoader loader = applicationLoader();
    Nearside.Builder builder =
        Nearside.builder().classLoader(loader).beans(new ContainerBeans(loaders, writers));
    config
        .getOptionalValue(APPLICATION, String.class)
        .ifPresent(name -> builder.set("application.name", name));
    ConfiguredSettings.of(config).forEach(builder::set);
    return builder.build().unwrap(NearsideManager.class);
  }

  void close(@Disposes NearsideManager manager) {
    manager.close();
  }

  /** The application's as long as it starts; a thread of a pool may have another one later. */
  private static ClassLoader applicationLoader() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader == null ? NearsideProducer.class.getClassLoader() : loader;
  }

  /** Before what applications do when they start. */
  void start(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event,
      CacheManager manager) {
    manager.getCacheNames(); // a bean may be made with its first use only
  }

  @Produces
  @Dependent
  @CacheNamed("")
  <K, V> NearsideCache<K, V> cache(InjectionPoint point, CacheManager manager) {
    String name =
        point.getQualifiers().stream()
            .filter(CacheNamed.class::isInstance)
            .map(qualifier -> ((CacheNamed) qualifier).value())
            .findFirst()
            .orElseThrow();
    Cache<K, V> cache = manager.getCache(name);
    if (cache == null) {
      throw new CacheException(
          ("cache \"%s\" does not exist, but is to be injected into %s: name it in the"
                  + " configuration with one setting at least, such as"
                  + " nearside.caches.%s.timeToLive, or create it in code")
              .formatted(name, point.getMember(), name));
    }
    @SuppressWarnings("unchecked") // its class is not generic
    NearsideCache<K, V> own = cache.unwrap(NearsideCache.class);
    return own;
  }
}
