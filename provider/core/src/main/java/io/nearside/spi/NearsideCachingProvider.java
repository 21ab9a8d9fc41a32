package io.nearside.spi;

import io.nearside.config.ManagerConfiguration;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import javax.cache.CacheManager;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/**
 * Nearside's entry in JCache (JSR-107 section 2): found by {@link javax.cache.Caching}. Has one
 * manager for each URI and class loader. Thread-safe.
 */
public final class NearsideCachingProvider implements CachingProvider {
  private static final URI DEFAULT_URI = URI.create("nearside:default");

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. A manager refers to its loader, so only close lets that be collected. */
  private final Map<ClassLoader, Map<URI, NearsideCacheManager>> managers = new WeakHashMap<>();

  /** Made by {@link java.util.ServiceLoader}. */
  public NearsideCachingProvider() {}

  /**
   * {@inheritDoc}
   *
   * @param uri null for {@link #getDefaultURI()}
   * @param classLoader null for {@link #getDefaultClassLoader()}
   * @param properties null for none; those of a manager that is open already are not looked at
   * @throws javax.cache.CacheException if the URI or what it leads to is not legal
   */
  @Override
  public CacheManager getCacheManager(
      @Nullable URI uri, @Nullable ClassLoader classLoader, @Nullable Properties properties) {
    URI name = (uri == null) ? DEFAULT_URI : uri;
    ClassLoader loader = (classLoader == null) ? getDefaultClassLoader() : classLoader;
    OtherProviders.warnOnce(loader);
    lock.lock();
    try {
      Map<URI, NearsideCacheManager> named =
          managers.computeIfAbsent(loader, key -> new HashMap<>());
      NearsideCacheManager manager = named.get(name);
      if (manager == null || manager.isClosed()) {
        manager = open(name, loader, (properties == null) ? new Properties() : properties);
        named.put(name, manager);
      }
      return manager;
    } finally {
      lock.unlock();
    }
  }

  private NearsideCacheManager open(URI uri, ClassLoader loader, Properties properties) {
    ManagerConfiguration configuration = ManagerConfiguration.load(uri, loader, properties);
    return NearsideCacheManager.open(this, uri, loader, properties, configuration);
  }

  @Override
  public CacheManager getCacheManager(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    return getCacheManager(uri, classLoader, null);
  }

  @Override
  public CacheManager getCacheManager() {
    return getCacheManager(null, null, null);
  }

  @Override
  public ClassLoader getDefaultClassLoader() {
    return NearsideCachingProvider.class.getClassLoader();
  }

  @Override
  public URI getDefaultURI() {
    return DEFAULT_URI;
  }

  @Override
  public Properties getDefaultProperties() {
    return new Properties();
  }

  @Override
  public void close() {
    closeAll(manager -> true);
  }

  @Override
  public void close(@Nullable ClassLoader classLoader) {
    ClassLoader loader = (classLoader == null) ? getDefaultClassLoader() : classLoader;
    closeAll(manager -> loader.equals(manager.getClassLoader()));
  }

  @Override
  public void close(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    URI name = (uri == null) ? DEFAULT_URI : uri;
    ClassLoader loader = (classLoader == null) ? getDefaultClassLoader() : classLoader;
    closeAll(manager -> loader.equals(manager.getClassLoader()) && name.equals(manager.getURI()));
  }

  @Override
  public boolean isSupported(OptionalFeature optionalFeature) {
    return optionalFeature == OptionalFeature.STORE_BY_REFERENCE;
  }

  /** Forgets a manager that has closed. */
  void released(NearsideCacheManager manager) {
    lock.lock();
    try {
      Map<URI, NearsideCacheManager> named = managers.get(manager.getClassLoader());
      if (named != null) {
        named.remove(manager.getURI(), manager);
        if (named.isEmpty()) {
          managers.remove(manager.getClassLoader());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes outside the lock: closing runs user code. */
  private void closeAll(Predicate<NearsideCacheManager> chosen) {
    List<NearsideCacheManager> closing = new ArrayList<>();
    lock.lock();
    try {
      managers
          .values()
          .forEach(named -> named.values().stream().filter(chosen).forEach(closing::add));
    } finally {
      lock.unlock();
    }
    closing.forEach(NearsideCacheManager::close);
  }
}
