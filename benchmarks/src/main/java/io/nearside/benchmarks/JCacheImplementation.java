package io.nearside.benchmarks;

import com.github.benmanes.caffeine.jcache.configuration.CaffeineConfiguration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nearside.config.LocalSettings;
import java.net.URI;
import java.util.OptionalLong;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.spi.CachingProvider;
import org.cache2k.Cache2kBuilder;
import org.cache2k.jcache.ExtendedMutableConfiguration;
import org.cache2k.jcache.JCacheConfig;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.core.config.store.StoreStatisticsConfiguration;
import org.ehcache.impl.copy.IdentityCopier;
import org.ehcache.jsr107.Eh107Configuration;
import org.ehcache.jsr107.EhcacheCachingProvider;

/**
 * The JCache providers under measurement. Several stand on one class path, so each is opened by its
 * class name. Unless the name says otherwise a cache stores by value and keeps statistics.
 */
public enum JCacheImplementation implements Subject {
  NEARSIDE("Nearside", Provider.NEARSIDE),
  NEARSIDE_STATISTICS_OFF("Nearside, statistics off", Provider.NEARSIDE) {
    @Override
    boolean statistics() {
      return false;
    }
  },
  NEARSIDE_METERS("Nearside, statistics and meters", Provider.NEARSIDE) {
    @Override
    boolean meters() {
      return true;
    }
  },
  NEARSIDE_BY_REFERENCE("Nearside, by reference", Provider.NEARSIDE) {
    @Override
    boolean byValue() {
      return false;
    }
  },
  CAFFEINE_JCACHE("caffeine-jcache", Provider.CAFFEINE) {
    @Override
    CompleteConfiguration<String, Object> configuration(CacheShape shape) {
      CaffeineConfiguration<String, Object> configuration =
          new CaffeineConfiguration<>(standard(shape));
      configuration.setMaximumSize(OptionalLong.of(shape.maximumSize()));
      return configuration;
    }
  },
  CACHE2K_JCACHE("cache2k-jcache", Provider.CACHE2K) {
    @Override
    CompleteConfiguration<String, Object> configuration(CacheShape shape) {
      Class<Object> valueType = valueType(shape);
      ExtendedMutableConfiguration<String, Object> configuration =
          ExtendedMutableConfiguration.of(
              Cache2kBuilder.of(String.class, valueType)
                  .entryCapacity(shape.maximumSize())
                  // without it cache2k stores by reference whatever JCache's configuration says
                  .with(JCacheConfig.class, copies -> copies.copyAlwaysIfRequested(true)));
      configuration.setStoreByValue(true).setStatisticsEnabled(true);
      configuration.setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(CacheShape.TIME_TO_LIVE));
      return configuration;
    }
  },
  EHCACHE_JCACHE("ehcache-jcache", Provider.EHCACHE) {
    @Override
    Cache<String, Object> create(CacheManager manager, CacheShape shape) {
      var copies =
          CacheConfigurationBuilder.newCacheConfigurationBuilder(
                  String.class, valueType(shape), ResourcePoolsBuilder.heap(shape.maximumSize()))
              .withExpiry(
                  ExpiryPolicyBuilder.timeToLiveExpiration(
                      java.time.Duration.ofNanos(CacheShape.TIME_TO_LIVE_NANOS)))
              .withService(new StoreStatisticsConfiguration(false))
              .withKeyCopier(IdentityCopier.<String>identityCopier());
      var builder =
          shape.payload().mutable()
              ? copies.withValueSerializingCopier()
              : copies.withValueCopier(IdentityCopier.<Object>identityCopier());
      Cache<String, Object> cache =
          manager.createCache(
              CACHE_NAME, Eh107Configuration.fromEhcacheCacheConfiguration(builder.build()));
      manager.enableStatistics(CACHE_NAME, true);
      return cache;
    }
  };

  private static final String CACHE_NAME = "benchmark";

  private final String label;
  private final String providerClass;

  JCacheImplementation(String label, String providerClass) {
    this.label = label;
    this.providerClass = providerClass;
  }

  boolean statistics() {
    return true;
  }

  boolean byValue() {
    return true;
  }

  /** Whether a registry of meters is handed over. */
  boolean meters() {
    return false;
  }

  @Override
  public String label() {
    return label;
  }

  /** A new, empty cache in a manager of its own; close it by {@link #close}. */
  public Cache<String, Object> open(CacheShape shape) {
    CachingProvider provider = Caching.getCachingProvider(providerClass);
    URI uri = provider.getDefaultURI();
    return create(
        provider.getCacheManager(uri, provider.getDefaultClassLoader(), properties(shape)), shape);
  }

  /** Closes the cache and the manager that {@link #open} made for it. */
  public void close(Cache<String, Object> cache) {
    cache.getCacheManager().close();
  }

  Cache<String, Object> create(CacheManager manager, CacheShape shape) {
    return manager.createCache(CACHE_NAME, configuration(shape));
  }

  CompleteConfiguration<String, Object> configuration(CacheShape shape) {
    return standard(shape);
  }

  final MutableConfiguration<String, Object> standard(CacheShape shape) {
    return new MutableConfiguration<String, Object>()
        .setTypes(String.class, valueType(shape))
        .setStoreByValue(byValue())
        .setStatisticsEnabled(statistics())
        .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(CacheShape.TIME_TO_LIVE));
  }

  /**
   * JCache's own configuration has no bound, so Nearside takes one that is not its default as a
   * property; of a pattern of names, because a cache whose very name has settings exists from the
   * start.
   */
  private Properties properties(CacheShape shape) {
    Properties properties = new Properties();
    boolean ownBound = shape.maximumSize() != LocalSettings.DEFAULT_MAXIMUM_SIZE;
    if (ownBound && providerClass.equals(Provider.NEARSIDE)) {
      properties.setProperty(
          "nearside.caches." + CACHE_NAME + "*.local.maximumSize",
          Integer.toString(shape.maximumSize()));
    }
    if (meters()) {
      properties.put("nearside.meterRegistry", new SimpleMeterRegistry());
    }
    return properties;
  }

  /** The declared class of the values: providers decide by it how to copy. */
  @SuppressWarnings("unchecked")
  private static Class<Object> valueType(CacheShape shape) {
    return (Class<Object>) shape.payload().type();
  }

  private static final class Provider {
    static final String NEARSIDE = "io.nearside.spi.NearsideCachingProvider";
    static final String CAFFEINE =
        "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider";
    static final String CACHE2K = "org.cache2k.jcache.provider.JCacheProvider";
    static final String EHCACHE = EhcacheCachingProvider.class.getName();
  }
}
