package io.nearside.cache;

import io.nearside.config.CacheSettings;

/** The run-time check of key and value types (JSR-107 section 4.1.2). */
final class Types {
  private Types() {}

  /**
   * @throws NullPointerException if one is null
   * @throws ClassCastException if one is not of the cache's type
   */
  static void check(CacheSettings<?, ?> settings, Object key, Object value) {
    checkKey(settings, key);
    if (value == null) {
      throw new NullPointerException("cache \"" + settings.name() + "\": the value is null");
    }
    if (!settings.valueType().isInstance(value)) {
      throw mismatch(settings, "value", settings.valueType(), value);
    }
  }

  /**
   * @throws NullPointerException if it is null
   * @throws ClassCastException if it is not of the cache's type
   */
  static void checkKey(CacheSettings<?, ?> settings, Object key) {
    if (key == null) {
      throw new NullPointerException("cache \"" + settings.name() + "\": the key is null");
    }
    if (!settings.keyType().isInstance(key)) {
      throw mismatch(settings, "key", settings.keyType(), key);
    }
  }

  private static ClassCastException mismatch(
      CacheSettings<?, ?> settings, String what, Class<?> expected, Object found) {
    return new ClassCastException(
        "cache \""
            + settings.name()
            + "\": the "
            + what
            + " must be a "
            + expected.getName()
            + ", was a "
            + found.getClass().getName());
  }
}
