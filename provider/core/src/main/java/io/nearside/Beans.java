package io.nearside;

import org.jspecify.annotations.Nullable;

/**
 * The objects of a framework that settings may name as loaders and writers: {@link
 * Nearside.Builder#beans}. They remain the framework's: no cache closes them. Whoever ends them
 * closes the manager before, as that has writes to hand over.
 */
@FunctionalInterface
public interface Beans {

  /**
   * Looks for one, once for each such setting of a cache; called by the thread that opens the
   * cache.
   *
   * @param name what a setting says: the name of a bean, or of its class
   * @param type what it must be: {@link javax.cache.integration.CacheLoader} or {@link
   *     javax.cache.integration.CacheWriter}
   * @return of the type, thread-safe, the same at each call; null if there is none: the name is
   *     then taken for that of a class, of which an object is made
   * @throws IllegalArgumentException if there are several; its message says what is wrong, in words
   *     that follow the setting's name: {@code is the class of several beans: …}
   * @throws RuntimeException if the bean can't be made, as when it needs the manager that needs it;
   *     the cache is then refused with a {@link javax.cache.CacheException} that names cache,
   *     setting, bean and the first cause, and has this one as its cause
   */
  @Nullable Object find(String name, Class<?> type);
}
