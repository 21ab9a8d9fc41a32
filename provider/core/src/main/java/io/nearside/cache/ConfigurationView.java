package io.nearside.cache;

import io.nearside.config.CacheSettings;
import io.nearside.config.ExpirySettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/**
 * A cache's configuration as JSR-107 shows it, at one moment. Settings that the standard has no
 * word for show as the nearest thing it has. Serialised as a {@link MutableConfiguration} of the
 * same, which goes as far as the factories and listeners in it do.
 */
record ConfigurationView<K, V>(
    CacheSettings<K, V> settings,
    List<CacheEntryListenerConfiguration<K, V>> listeners,
    boolean statistics,
    boolean management)
    implements CompleteConfiguration<K, V> {

  private static final long serialVersionUID = 1L;

  private Object writeReplace() {
    return new MutableConfiguration<>(this);
  }

  @Override
  public Class<K> getKeyType() {
    return settings.keyType();
  }

  @Override
  public Class<V> getValueType() {
    return settings.valueType();
  }

  @Override
  public boolean isStoreByValue() {
    return settings.storeByValue();
  }

  @Override
  public boolean isReadThrough() {
    return settings.readThrough();
  }

  @Override
  public boolean isWriteThrough() {
    return settings.writeThrough();
  }

  @Override
  public boolean isStatisticsEnabled() {
    return statistics;
  }

  @Override
  public boolean isManagementEnabled() {
    return management;
  }

  @Override
  public Iterable<CacheEntryListenerConfiguration<K, V>> getCacheEntryListenerConfigurations() {
    return listeners;
  }

  @Override
  @SuppressWarnings("unchecked") // a factory only produces
  public @Nullable Factory<CacheLoader<K, V>> getCacheLoaderFactory() {
    return (Factory<CacheLoader<K, V>>) settings.loader();
  }

  @Override
  @SuppressWarnings("unchecked") // a factory only produces
  public @Nullable Factory<CacheWriter<? super K, ? super V>> getCacheWriterFactory() {
    return (Factory<CacheWriter<? super K, ? super V>>) settings.writer();
  }

  @Override
  @SuppressWarnings("unchecked") // a factory only produces
  public Factory<ExpiryPolicy> getExpiryPolicyFactory() {
    ExpirySettings expiry = settings.expiry();
    if (expiry.policy() != null) {
      return (Factory<ExpiryPolicy>) expiry.policy();
    }
    if (expiry.sliding() != null) {
      return TouchedExpiryPolicy.factoryOf(duration(expiry.sliding()));
    }
    return (expiry.timeToLive() == null)
        ? EternalExpiryPolicy.factoryOf()
        : ModifiedExpiryPolicy.factoryOf(duration(expiry.timeToLive()));
  }

  private static javax.cache.expiry.Duration duration(Duration duration) {
    return new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, Math.max(1, duration.toMillis()));
  }
}
