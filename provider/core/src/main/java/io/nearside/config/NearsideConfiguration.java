package io.nearside.config;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one cache in code (JSR-107 section 4.3, with Nearside's own settings). What
 * it does not say may come from the template of the cache's name. Immutable; serialisable when the
 * factories and listeners in it are.
 */
public final class NearsideConfiguration<K, V> implements CompleteConfiguration<K, V> {
  private static final long serialVersionUID = 1L;

  private final Class<K> keyType;
  private final Class<V> valueType;
  private final EnumMap<Setting, Object> settings;
  private final List<CacheEntryListenerConfiguration<K, V>> listeners;

  NearsideConfiguration(
      Class<K> keyType,
      Class<V> valueType,
      Map<Setting, Object> settings,
      List<CacheEntryListenerConfiguration<K, V>> listeners) {
    this.keyType = keyType;
    this.valueType = valueType;
    this.settings = new EnumMap<>(Setting.class);
    this.settings.putAll(settings);
    this.listeners = List.copyOf(listeners);
  }

  /** Begins a configuration; {@code Object.class} leaves a type unchecked. */
  public static <K, V> NearsideConfigurationBuilder<K, V> builder(
      Class<K> keyType, Class<V> valueType) {
    return new NearsideConfigurationBuilder<>(keyType, valueType);
  }

  /** What was said, and nothing else. */
  Map<Setting, Object> settings() {
    return Collections.unmodifiableMap(settings);
  }

  @Override
  public Class<K> getKeyType() {
    return keyType;
  }

  @Override
  public Class<V> getValueType() {
    return valueType;
  }

  @Override
  public boolean isStoreByValue() {
    return flag(Setting.STORE_BY_VALUE, true);
  }

  @Override
  public boolean isReadThrough() {
    return flag(Setting.READ_THROUGH, false);
  }

  @Override
  public boolean isWriteThrough() {
    return flag(Setting.WRITE_THROUGH, false);
  }

  @Override
  public boolean isStatisticsEnabled() {
    return flag(Setting.STATISTICS, false);
  }

  @Override
  public boolean isManagementEnabled() {
    return flag(Setting.MANAGEMENT, false);
  }

  @Override
  public Iterable<CacheEntryListenerConfiguration<K, V>> getCacheEntryListenerConfigurations() {
    return listeners;
  }

  @Override
  @SuppressWarnings("unchecked")
  public @Nullable Factory<CacheLoader<K, V>> getCacheLoaderFactory() {
    return (Factory<CacheLoader<K, V>>) settings.get(Setting.LOADER);
  }

  @Override
  @SuppressWarnings("unchecked")
  public @Nullable Factory<CacheWriter<? super K, ? super V>> getCacheWriterFactory() {
    return (Factory<CacheWriter<? super K, ? super V>>) settings.get(Setting.WRITER);
  }

  /** The nearest policy of JSR-107 to what was said; jitter and caps have none. */
  @Override
  @SuppressWarnings("unchecked")
  public Factory<ExpiryPolicy> getExpiryPolicyFactory() {
    ExpirySettings expiry = Expiry.ofLayer(Layer.of(settings, Place.code("")));
    if (expiry.policy() != null) {
      return (Factory<ExpiryPolicy>) expiry.policy();
    }
    if (expiry.sliding() != null) {
      return TouchedExpiryPolicy.factoryOf(jsr(expiry.sliding()));
    }
    if (expiry.timeToLive() != null) {
      return ModifiedExpiryPolicy.factoryOf(jsr(expiry.timeToLive()));
    }
    return expiry.adaptive() != null
        ? ModifiedExpiryPolicy.factoryOf(jsr(expiry.adaptive().maximum()))
        : EternalExpiryPolicy.factoryOf();
  }

  private static javax.cache.expiry.Duration jsr(Duration duration) {
    return new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, Math.max(1, duration.toMillis()));
  }

  private boolean flag(Setting setting, boolean byDefault) {
    return (boolean) settings.getOrDefault(setting, byDefault);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NearsideConfiguration<?, ?> that
        && keyType.equals(that.keyType)
        && valueType.equals(that.valueType)
        && settings.equals(that.settings)
        && listeners.equals(that.listeners);
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyType, valueType, settings, listeners);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("NearsideConfiguration{");
    text.append(keyType.getName()).append(" -> ").append(valueType.getName());
    settings.forEach(
        (setting, value) -> text.append(", ").append(setting.path()).append('=').append(value));
    return text.append('}').toString();
  }
}
