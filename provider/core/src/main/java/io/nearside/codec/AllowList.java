package io.nearside.codec;

import java.util.List;

/** Says which classes may be read from bytes, and written. Thread-safe. */
public interface AllowList {
  boolean allows(Class<?> type);

  /** By name, before the class is loaded. */
  boolean allows(String className);

  /**
   * The safe classes of the JDK, the declared types with the types of their fields, their type
   * arguments, sealed subtypes and records, and what the patterns name. Looks at classes without
   * initialising them.
   *
   * @param patterns {@code com.shop.Thing}, {@code com.shop.*} for a package, {@code com.shop.**}
   *     for it and those below, {@code profile:hibernate}, {@code profile:spring}
   * @throws javax.cache.CacheException if a pattern is no such thing, or would allow what must
   *     never be read; names cache, pattern and remedy
   */
  static AllowList of(
      String cacheName, ClassLoader loader, List<Class<?>> declared, List<String> patterns) {
    return new AllowedTypes(cacheName, loader, declared, patterns);
  }
}
