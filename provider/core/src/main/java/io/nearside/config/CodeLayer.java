package io.nearside.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.expiry.EternalExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What code says of a cache. A {@code Configuration} of JSR-107 can't tell "nothing said" from
 * "said the default", so there a default counts as nothing said, and a file may say more.
 */
record CodeLayer<K, V>(
    Class<K> keyType,
    Class<V> valueType,
    Layer layer,
    List<CacheEntryListenerConfiguration<K, V>> listeners) {

  static <K, V> CodeLayer<K, V> of(String cacheName, Configuration<K, V> code) {
    return new CodeLayer<>(
        code.getKeyType(),
        code.getValueType(),
        Layer.of(settings(code), Place.code(cacheName)),
        listeners(code));
  }

  /** A cache that no code speaks of. */
  static <K, V> CodeLayer<K, V> none(Class<K> keyType, Class<V> valueType) {
    return new CodeLayer<>(keyType, valueType, Layer.EMPTY, List.of());
  }

  private static Map<Setting, Object> settings(Configuration<?, ?> code) {
    if (code instanceof NearsideConfiguration<?, ?> own) {
      return own.settings();
    }
    Map<Setting, Object> settings = new EnumMap<>(Setting.class);
    if (!code.isStoreByValue()) {
      settings.put(Setting.STORE_BY_VALUE, false);
    }
    if (code instanceof CompleteConfiguration<?, ?> complete) {
      addComplete(settings, complete);
    }
    return settings;
  }

  private static void addComplete(Map<Setting, Object> settings, CompleteConfiguration<?, ?> code) {
    putIfTrue(settings, Setting.STATISTICS, code.isStatisticsEnabled());
    putIfTrue(settings, Setting.MANAGEMENT, code.isManagementEnabled());
    putIfTrue(settings, Setting.READ_THROUGH, code.isReadThrough());
    putIfTrue(settings, Setting.WRITE_THROUGH, code.isWriteThrough());
    putIfGiven(settings, Setting.LOADER, code.getCacheLoaderFactory());
    putIfGiven(settings, Setting.WRITER, code.getCacheWriterFactory());
    if (!EternalExpiryPolicy.factoryOf().equals(code.getExpiryPolicyFactory())) {
      putIfGiven(settings, Setting.EXPIRY_POLICY, code.getExpiryPolicyFactory());
    }
  }

  private static void putIfTrue(Map<Setting, Object> settings, Setting setting, boolean said) {
    if (said) {
      settings.put(setting, true);
    }
  }

  private static void putIfGiven(
      Map<Setting, Object> settings, Setting setting, @Nullable Object value) {
    if (value != null) {
      settings.put(setting, value);
    }
  }

  private static <K, V> List<CacheEntryListenerConfiguration<K, V>> listeners(
      Configuration<K, V> code) {
    List<CacheEntryListenerConfiguration<K, V>> listeners = new ArrayList<>();
    if (code instanceof CompleteConfiguration<K, V> complete) {
      complete.getCacheEntryListenerConfigurations().forEach(listeners::add);
    }
    return listeners;
  }
}
