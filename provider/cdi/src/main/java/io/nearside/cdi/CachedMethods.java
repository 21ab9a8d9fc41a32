package io.nearside.cdi;

import io.nearside.cdi.Call.Prepared;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import org.jspecify.annotations.Nullable;

/** The annotated methods that have been called, each prepared once. Thread-safe. */
@ApplicationScoped
class CachedMethods {
  /** The same method of two classes may have two names of caches. */
  private record Id(Class<?> type, Method method) {}

  private final Map<Id, Prepared<?>> known = new ConcurrentHashMap<>();
  private final ReentrantLock preparing = new ReentrantLock();

  @Inject Instance<Object> beans;
  @Inject CacheManager manager;

  /**
   * @throws CacheException if a factory, a generator or the cache can't be had
   */
  @SuppressWarnings("unchecked") // what is known of a method is of its annotation
  <A extends Annotation> Call<A> call(InvocationContext context, Class<A> annotation) {
    Object target = context.getTarget();
    Id id = new Id(target.getClass(), context.getMethod());
    Prepared<?> prepared = known.get(id);
    if (prepared == null) {
      prepared = prepare(id, annotation);
    }
    return new Call<>((Prepared<A>) prepared, target, context.getParameters());
  }

  private Prepared<?> prepare(Id id, Class<? extends Annotation> annotation) {
    preparing.lock();
    try {
      Prepared<?> prepared = known.get(id);
      if (prepared == null) {
        prepared = prepared(id, annotation);
        known.put(id, prepared);
      }
      return prepared;
    } finally {
      preparing.unlock();
    }
  }

  private <A extends Annotation> Prepared<A> prepared(Id id, Class<A> type) {
    A annotation = id.method().getAnnotation(type);
    if (annotation == null) {
      throw new CacheException(
          id.method()
              + " is intercepted for @"
              + type.getSimpleName()
              + ", which it does not have");
    }
    CacheDefaults defaults = defaults(id.type());
    CachedMethod<A> method =
        new CachedMethod<>(id.method(), annotation, (defaults == null) ? "" : defaults.cacheName());
    CacheResolverFactory factory = factory(method, defaults);
    return new Prepared<>(
        method,
        generator(method, defaults),
        given(method, factory, factory.getCacheResolver(method)),
        exceptionResolver(method, factory));
  }

  private static CacheResolver given(
      CachedMethod<?> method, CacheResolverFactory factory, @Nullable CacheResolver resolver) {
    if (resolver == null) {
      throw new CacheException(method + ": " + factory.getClass().getName() + " gave no resolver");
    }
    return resolver;
  }

  private static @Nullable CacheDefaults defaults(Class<?> type) {
    CacheDefaults defaults = null;
    for (Class<?> c = type; c != null && defaults == null; c = c.getSuperclass()) {
      defaults = c.getAnnotation(CacheDefaults.class);
    }
    return defaults;
  }

  private CacheResolverFactory factory(CachedMethod<?> method, @Nullable CacheDefaults defaults) {
    Class<? extends CacheResolverFactory> type = method.binding().resolverFactory();
    if (type == CacheResolverFactory.class && defaults != null) {
      type = defaults.cacheResolverFactory();
    }
    return (type == CacheResolverFactory.class) ? new NamedCaches(manager) : made(method, type);
  }

  private CacheKeyGenerator generator(CachedMethod<?> method, @Nullable CacheDefaults defaults) {
    Class<? extends CacheKeyGenerator> type = method.binding().keyGenerator();
    if (type == CacheKeyGenerator.class && defaults != null) {
      type = defaults.cacheKeyGenerator();
    }
    return (type == CacheKeyGenerator.class) ? CallKey::of : made(method, type);
  }

  @SuppressWarnings("unchecked") // that of a @CacheResult
  private static @Nullable CacheResolver exceptionResolver(
      CachedMethod<?> method, CacheResolverFactory factory) {
    return method.getCacheAnnotation() instanceof CacheResult result
            && !result.exceptionCacheName().isEmpty()
        ? given(
            method, factory, factory.getExceptionCacheResolver((CachedMethod<CacheResult>) method))
        : null;
  }

  /** The bean of the type, or else an object of its own. */
  private <T> T made(CachedMethod<?> method, Class<T> type) {
    Instance<T> found = beans.select(type);
    if (found.isAmbiguous()) {
      throw new CacheException(method + ": there are several beans of " + type.getName());
    }
    if (found.isResolvable()) {
      return found.get();
    }
    try {
      Constructor<T> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new CacheException(
          method
              + ": can't make a "
              + type.getName()
              + "; let it be a bean, or have a constructor without parameters",
          e);
    }
  }
}
