package io.nearside;

import org.jspecify.annotations.Nullable;

/**
 * The objects of a framework that settings may name as loaders and writers: {@link
 * Nearside.Builder#beans}. They remain the framework's: no cache closes them.
 */
@FunctionalInterface
public interface Beans {

  /**
   * Looks for one; called by the thread that opens a cache, or orders something else of it.
   *
   * @param name what a setting says: the name of a bean, or of its class
   * @param type what it must be: {@link javax.cache.integration.CacheLoader} or {@link
   *     javax.cache.integration.CacheWriter}
   * @return of the type, thread-safe, the same at each call; null if there is none: the name is
   *     then taken for that of a class, of which an object is made
   * @throws IllegalArgumentException if there are several; its message says what is wrong, in words
   *     that follow the setting's name: {@code is the class of several beans: …}
   */
  @Nullable Object find(String name, Class<?> type);
}
