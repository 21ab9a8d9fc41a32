package io.nearside.quarkus;

import io.nearside.Beans;
import io.nearside.Nearside;
import io.nearside.NearsideCache;
import io.nearside.NearsideManager;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.ShutdownEvent;
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
import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Opens the cache manager with the application, so that what is wrong with it is told at once, and
 * closes it before any bean is destroyed: what write-behind has still to write goes to beans.
 */
@Singleton
class NearsideProducer {
  private static final String APPLICATION = "quarkus.application.name";

  /** Set while the thread opens the manager, and looks for beans. */
  private final ThreadLocal<Boolean> opening = new ThreadLocal<>();

  private volatile @Nullable NearsideManager opened;

  @Produces
  @Singleton
  @DefaultBean
  @SuppressWarnings("rawtypes") // beans may be
  NearsideManager manager(
      Config config,
      @Any Instance<CacheLoader<?, ?>> loaders,
      @Any Instance<CacheLoader> rawLoaders,
      @Any Instance<CacheWriter<?, ?>> writers,
      @Any Instance<CacheWriter> rawWriters) {
    return open(
        config, new ContainerBeans(List.of(loaders, rawLoaders), List.of(writers, rawWriters)));
  }

  /** The container does not see that a bean needs the manager that looks for it. */
  private NearsideManager open(Config config, Beans beans) {
    if (opening.get() != null) {
      throw new IllegalStateException(
          "a loader or writer needs the cache manager, which needs it to be opened: have it look for"
              + " the manager when it is called, as by Instance<CacheManager>");
    }
    opening.set(true);
    try {
      NearsideManager manager = built(config, beans);
      opened = manager;
      return manager;
    } finally {
      opening.remove();
    }
  }

  private static NearsideManager built(Config config, Beans beans) {
    ClassLoader loader = applicationLoader();
    Nearside.Builder builder = Nearside.builder().classLoader(loader).beans(beans);
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

  /** After what applications do when they stop. */
  void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
    NearsideManager manager = opened;
    if (manager != null) {
      manager.close();
    }
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
