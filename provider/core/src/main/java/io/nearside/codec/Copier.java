package io.nearside.codec;

/**
 * Gives a cache its own copy of a key or value, and callers theirs (JSR-107 section 4.1.1, store by
 * value). Thread-safe.
 */
public interface Copier {

  /**
   * The object itself when nothing can change it, else an equal copy that shares nothing mutable
   * with it.
   *
   * @throws javax.cache.CacheException if it can't be copied; names the class, and the path to the
   *     part that can't
   */
  <T> T copy(T object);

  /** Hands every object on as it is: store by reference. */
  static Copier byReference() {
    return ByReference.INSTANCE;
  }

  /**
   * Copies what can change, and hands on what can't: store by value. What the copier learns about
   * classes lives in the copier, so that dropping it frees the application's class loader.
   *
   * @param cacheName for messages
   * @param loader resolves classes when a value is copied by serialisation
   */
  static Copier byValue(String cacheName, ClassLoader loader) {
    return new ByValue(cacheName, loader);
  }
}
