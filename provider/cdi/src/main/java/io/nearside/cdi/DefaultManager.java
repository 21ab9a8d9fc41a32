package io.nearside.cdi;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanCreator;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanDisposer;
import javax.cache.CacheManager;
import javax.cache.Caching;

/** The cache manager of applications that have none as a bean. Thread-safe. */
public final class DefaultManager
    implements SyntheticBeanCreator<CacheManager>, SyntheticBeanDisposer<CacheManager> {

  /** For the container. */
  public DefaultManager() {}

  /**
   * The default manager of the default provider.
   *
   * @throws javax.cache.CacheException if there is no provider, or several
   */
  @Override
  public CacheManager create(Instance<Object> beans, Parameters parameters) {
    return Caching.getCachingProvider().getCacheManager();
  }

  @Override
  public void dispose(CacheManager manager, Instance<Object> beans, Parameters parameters) {
    manager.close();
  }
}
