package io.nearside.observe;

import io.nearside.config.CacheSettings;
import java.util.function.BooleanSupplier;
import javax.cache.management.CacheMXBean;

/** Shows a cache's settings by JMX. Thread-safe. */
public final class ManagementBean implements CacheMXBean {
  private final CacheSettings<?, ?> settings;
  private final BooleanSupplier statisticsEnabled;
  private final BooleanSupplier managementEnabled;

  public ManagementBean(
      CacheSettings<?, ?> settings,
      BooleanSupplier statisticsEnabled,
      BooleanSupplier managementEnabled) {
    this.settings = settings;
    this.statisticsEnabled = statisticsEnabled;
    this.managementEnabled = managementEnabled;
  }

  @Override
  public String getKeyType() {
    return settings.keyType().getName();
  }

  @Override
  public String getValueType() {
    return settings.valueType().getName();
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
  public boolean isStoreByValue() {
    return settings.storeByValue();
  }

  @Override
  public boolean isStatisticsEnabled() {
    return statisticsEnabled.getAsBoolean();
  }

  @Override
  public boolean isManagementEnabled() {
    return managementEnabled.getAsBoolean();
  }
}
