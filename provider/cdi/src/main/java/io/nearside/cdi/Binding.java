package io.nearside.cdi;

import java.lang.annotation.Annotation;
import java.util.List;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;

/** What the four annotations of methods have in common. */
record Binding(
    String cacheName,
    Class<? extends CacheResolverFactory> resolverFactory,
    Class<? extends CacheKeyGenerator> keyGenerator,
    boolean after,
    List<Class<? extends Throwable>> included,
    List<Class<? extends Throwable>> excluded) {

  /** Those that a method may have one of. */
  static final List<Class<? extends Annotation>> TYPES =
      List.of(CacheResult.class, CachePut.class, CacheRemove.class, CacheRemoveAll.class);

  static Binding of(Annotation annotation) {
    if (annotation instanceof CacheResult result) {
      return new Binding(
          result.cacheName(),
          result.cacheResolverFactory(),
          result.cacheKeyGenerator(),
          true,
          List.of(result.cachedExceptions()),
          List.of(result.nonCachedExceptions()));
    }
    if (annotation instanceof CachePut put) {
      return new Binding(
          put.cacheName(),
          put.cacheResolverFactory(),
          put.cacheKeyGenerator(),
          put.afterInvocation(),
          List.of(put.cacheFor()),
          List.of(put.noCacheFor()));
    }
    if (annotation instanceof CacheRemove remove) {
      return new Binding(
          remove.cacheName(),
          remove.cacheResolverFactory(),
          remove.cacheKeyGenerator(),
          remove.afterInvocation(),
          List.of(remove.evictFor()),
          List.of(remove.noEvictFor()));
    }
    if (annotation instanceof CacheRemoveAll removeAll) {
      return new Binding(
          removeAll.cacheName(),
          removeAll.cacheResolverFactory(),
          CacheKeyGenerator.class,
          removeAll.afterInvocation(),
          List.of(removeAll.evictFor()),
          List.of(removeAll.noEvictFor()));
    }
    throw new IllegalArgumentException(annotation + " is none of " + TYPES);
  }

  /**
   * Whether a failure of the method passes the lists of the annotation.
   *
   * @param unlisted the answer if both are empty
   */
  boolean concerns(Throwable failure, boolean unlisted) {
    if (included.isEmpty() && excluded.isEmpty()) {
      return unlisted;
    }
    return (included.isEmpty() || isOne(failure, included)) && !isOne(failure, excluded);
  }

  private static boolean isOne(Throwable failure, List<Class<? extends Throwable>> types) {
    return types.stream().anyMatch(type -> type.isInstance(failure));
  }
}
