package io.nearside.spi;

import io.nearside.Topology;
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
import javax.cache.CacheException;
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

  /** Held for a moment only: managers are opened and closed without it, as that runs user code. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. A manager refers to its loader, so only close lets that be collected. */
  private final Map<ClassLoader, Map<URI, ManagerSlot>> managers = new WeakHashMap<>();

  /** Made by {@link java.util.ServiceLoader}. */
  public NearsideCachingProvider() {}

  /**
   * {@inheritDoc}
   *
   * @param uri null for {@link #getDefaultURI()}
   * @param classLoader null for {@link #getDefaultClassLoader()}
   * @param properties null for none; those of a manager that is open already are not looked at
   * @throws javax.cache.CacheException if the URI or what it leads to is not legal; or if a factory
   *     of a cache that the manager's own configuration declares asks for that manager
   */
  @Override
  public CacheManager getCacheManager(
      @Nullable URI uri, @Nullable ClassLoader classLoader, @Nullable Properties properties) {
    URI name = (uri == null) ? DEFAULT_URI : uri;
    ClassLoader loader = (classLoader == null) ? getDefaultClassLoader() : classLoader;
    OtherProviders.warnOnce(loader);
    Properties own = (properties == null) ? new Properties() : properties;
    for (; ; ) {
      ManagerSlot slot = slot(name, loader);
      try {
        NearsideCacheManager manager = slot.get(() -> open(name, loader, own));
        if (manager != null) {
          return manager;
        }
        forgetIf(name, loader, there -> there == slot);
      } catch (RuntimeException | Error e) {
        forgetIf(name, loader, there -> there == slot && slot.hasFailed());
        throw e;
      }
    }
  }

  /** The one slot of a name, which may be waiting for its manager still. */
  private ManagerSlot slot(URI uri, ClassLoader loader) {
    lock.lock();
    try {
      return managers
          .computeIfAbsent(loader, key -> new HashMap<>())
          .computeIfAbsent(uri, key -> new ManagerSlot(uri));
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

  /**
   * Store by reference is there where caches live in the JVM: it is supported unless the default
   * manager's caches are remote when nothing else is said of them.
   */
  @Override
  public boolean isSupported(OptionalFeature optionalFeature) {
    if (optionalFeature != OptionalFeature.STORE_BY_REFERENCE) {
      return false;
    }
    try {
      return ManagerConfiguration.load(
                  getDefaultURI(), getDefaultClassLoader(), new Properties(), warning -> {})
              .defaultTopology()
          == Topology.LOCAL;
    } catch (CacheException e) {
      return true; // what is wrong with it is said when a manager is opened
    }
  }

  /** Forgets a manager that has closed. */
  void released(NearsideCacheManager manager) {
    forgetIf(manager.getURI(), manager.getClassLoader(), slot -> slot.present() == manager);
  }

  private void forgetIf(URI uri, ClassLoader loader, Predicate<ManagerSlot> chosen) {
    lock.lock();
    try {
      Map<URI, ManagerSlot> named = managers.get(loader);
      if (named != null) {
        named.computeIfPresent(uri, (key, slot) -> chosen.test(slot) ? null : slot);
        if (named.isEmpty()) {
          managers.remove(loader);
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
          .forEach(named ->
              named.values().stream()
                  .map(ManagerSlot::present)
                  .filter(manager -> manager != null && chosen.test(manager))
                  .forEach(closing::add));
    } finally {
      lock.unlock();
    }
    closing.forEach(NearsideCacheManager::close);
  }
}
