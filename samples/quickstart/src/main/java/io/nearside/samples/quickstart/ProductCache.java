package io.nearside.samples.quickstart;

import io.nearside.EntryView;
import io.nearside.NearsideCache;
import io.nearside.observe.NearsideStatisticsMXBean;
import io.nearside.samples.quickstart.Tally.Tier;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.spi.CachingProvider;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The one place that opens the cache, by JCache alone; another topology is another URI.
 *
 * @param statistics the cache's statistics bean
 */
record ProductCache(
    CacheManager manager, Cache<Long, Product> products, NearsideStatisticsMXBean statistics)
    implements AutoCloseable {
  static final String NAME = "products";

  /**
   * Creates the cache.
   *
   * @param setup says where it lives
   */
  static ProductCache open(
      Setup setup,
      CacheLoader<Long, Product> loader,
      CacheWriter<? super Long, ? super Product> writer) {
    CachingProvider provider = Caching.getCachingProvider();
    URI uri = (setup.uri() == null) ? provider.getDefaultURI() : setup.uri();
    CacheManager manager =
        provider.getCacheManager(uri, provider.getDefaultClassLoader(), setup.properties());
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

  private static NearsideStatisticsMXBean statisticsBean() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      Set<ObjectName> names =
          server.queryNames(
              new ObjectName("javax.cache:type=CacheStatistics,Cache=" + NAME + ",*"), null);
      if (names.size() != 1) {
        throw new IllegalStateException(
            "cache \"%s\": one statistics bean expected, found %s".formatted(NAME, names));
      }
      return JMX.newMXBeanProxy(server, names.iterator().next(), NearsideStatisticsMXBean.class);
    } catch (JMException e) {
      throw new IllegalStateException("cache \"%s\": no statistics bean".formatted(NAME), e);
    }
  }

  String provider() {
    return manager.getCachingProvider().getClass().getName();
  }

  /** Who would answer a read now. */
  Tier tierOf(long id) {
    @SuppressWarnings("unchecked") // it is of these types
    NearsideCache<Long, Product> nearside = products.unwrap(NearsideCache.class);
    EntryView<Product> view = nearside.entry(id);
    if (view == null) {
      return Tier.DATABASE;
    }
    return view.tier() == EntryView.Tier.LOCAL ? Tier.COPY : Tier.REDIS;
  }

  /** How many operations have gone on without Redis, as it did not answer. */
  long unavailable() {
    return statistics.getUnavailableOperations();
  }

  /** Takes the cache's entries out of Redis: the database that they came from will be gone. */
  void destroy() {
    try {
      manager.destroyCache(NAME);
    } catch (CacheException e) {
      // Redis is too busy: what is left there is never read again, and expires.
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
