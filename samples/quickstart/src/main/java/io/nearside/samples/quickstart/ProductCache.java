package io.nearside.samples.quickstart;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.management.CacheStatisticsMXBean;
import javax.cache.spi.CachingProvider;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The one place that opens the cache, by JCache alone; another topology is another URI.
 *
 * @param statistics the cache's standard statistics bean
 */
record ProductCache(
    CacheManager manager, Cache<Long, Product> products, CacheStatisticsMXBean statistics)
    implements AutoCloseable {
  static final String NAME = "products";

  /**
   * Creates the cache.
   *
   * @param remote says where it lives
   */
  static ProductCache open(
      Remote remote,
      CacheLoader<Long, Product> loader,
      CacheWriter<? super Long, ? super Product> writer) {
    CachingProvider provider = Caching.getCachingProvider();
    URI uri = (remote.uri() == null) ? provider.getDefaultURI() : remote.uri();
    CacheManager manager =
        provider.getCacheManager(uri, provider.getDefaultClassLoader(), remote.properties());
    MutableConfiguration<Long, Product> configuration =
        new MutableConfiguration<Long, Product>()
            .setTypes(Long.class, Product.class)
            .setReadThrough(true)
            .setCacheLoaderFactory(() -> loader)
            .setWriteThrough(true)
            .setCacheWriterFactory(() -> writer)
            .setExpiryPolicyFactory(ModifiedExpiryPolicy.factoryOf(Duration.FIVE_MINUTES))
            .setStatisticsEnabled(true);
    try {
      return new ProductCache(manager, manager.createCache(NAME, configuration), statisticsBean());
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static CacheStatisticsMXBean statisticsBean() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      Set<ObjectName> names =
          server.queryNames(
              new ObjectName("javax.cache:type=CacheStatistics,Cache=" + NAME + ",*"), null);
      if (names.size() != 1) {
        throw new IllegalStateException(
            "cache \"%s\": one statistics bean expected, found %s".formatted(NAME, names));
      }
      return JMX.newMXBeanProxy(server, names.iterator().next(), CacheStatisticsMXBean.class);
    } catch (JMException e) {
      throw new IllegalStateException("cache \"%s\": no statistics bean".formatted(NAME), e);
    }
  }

  String provider() {
    return manager.getCachingProvider().getClass().getName();
  }

  /** Takes the cache's entries out of Redis too: the database that they came from is gone. */
  @Override
  public void close() {
    manager.destroyCache(NAME);
    manager.close();
  }
}
