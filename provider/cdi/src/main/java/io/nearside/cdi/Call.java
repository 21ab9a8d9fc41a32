package io.nearside.cdi;

import io.nearside.cdi.Argument.Parameter;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.GeneratedCacheKey;
import org.jspecify.annotations.Nullable;

/** A call of an annotated method. For the thread that makes it. */
final class Call<A extends Annotation> implements CacheKeyInvocationContext<A> {

  /**
   * A method with what its calls need.
   *
   * @param exceptionResolver null if exceptions are not cached
   */
  record Prepared<A extends Annotation>(
      CachedMethod<A> method,
      CacheKeyGenerator keyGenerator,
      CacheResolver resolver,
      @Nullable CacheResolver exceptionResolver) {}

  private final Prepared<A> prepared;
  private final Object target;
  private final @Nullable Object[] values;

  Call(Prepared<A> prepared, Object target, @Nullable Object[] values) {
    this.prepared = prepared;
    this.target = target;
    this.values = values;
  }

  CachedMethod<A> method() {
    return prepared.method();
  }

  Binding binding() {
    return method().binding();
  }

  GeneratedCacheKey key() {
    return made(prepared.keyGenerator().generateCacheKey(this), "key", prepared.keyGenerator());
  }

  Cache<Object, Object> cache() {
    return cache(prepared.resolver());
  }

  /** Null if exceptions are not cached. */
  @Nullable Cache<Object, Object> exceptionCache() {
    CacheResolver resolver = prepared.exceptionResolver();
    return (resolver == null) ? null : cache(resolver);
  }

  private Cache<Object, Object> cache(CacheResolver resolver) {
    return made(resolver.<Object, Object>resolveCache(this), "cache", resolver);
  }

  private <T> T made(@Nullable T made, String what, Object by) {
    if (made == null) {
      throw new CacheException(method() + ": " + by.getClass().getName() + " gave no " + what);
    }
    return made;
  }

  @Override
  public Object getTarget() {
    return target;
  }

  @Override
  public CacheInvocationParameter[] getAllParameters() {
    return arguments(method().parameters());
  }

  @Override
  public CacheInvocationParameter[] getKeyParameters() {
    return arguments(method().keyParameters());
  }

  private CacheInvocationParameter[] arguments(List<Parameter> parameters) {
    return parameters.stream().map(this::argument).toArray(CacheInvocationParameter[]::new);
  }

  private Argument argument(Parameter parameter) {
    return new Argument(parameter, values[parameter.position()]);
  }

  @Override
  public @Nullable CacheInvocationParameter getValueParameter() {
    Parameter parameter = method().valueParameter();
    return (parameter == null) ? null : argument(parameter);
  }

  @Override
  public Method getMethod() {
    return method().getMethod();
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return method().getAnnotations();
  }

  @Override
  public A getCacheAnnotation() {
    return method().getCacheAnnotation();
  }

  @Override
  public String getCacheName() {
    return method().getCacheName();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException("a call can't be unwrapped to " + type.getName());
  }
}
