package io.nearside.cdi;

import io.nearside.NearsideCache;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serial;
import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.cache.Cache;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.GeneratedCacheKey;
import org.jspecify.annotations.Nullable;

/** Answers calls from the cache, and stores what they give. */
@CacheResult
@Interceptor
@Priority(CacheAnnotationsExtension.PRIORITY)
class CacheResultInterceptor implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  @Inject CachedMethods methods;

  @AroundInvoke
  @Nullable Object around(InvocationContext context) throws Exception {
    Call<CacheResult> call = methods.call(context, CacheResult.class);
    Loading loading = new Loading(context, call, call.cache(), call.key(), methods.flights());
    return call.method().isAsynchronous() ? loading.later() : loading.now();
  }

  /** A call, its entry, and where its failures are kept. */
  private record Loading(
      InvocationContext context,
      Call<CacheResult> call,
      Cache<Object, Object> cache,
      GeneratedCacheKey key,
      Flights flights) {

    @Nullable Object now() throws Exception {
      if (call.getCacheAnnotation().skipGet()) {
        return stored(proceed());
      }
      if (cache instanceof NearsideCache<Object, Object> own) {
        try {
          return own.getOrLoad(key, (k, loading) -> loaded());
        } catch (MethodFailure e) {
          throw e.thrown();
        }
      }
      Object cached = cache.get(key);
      if (cached != null) {
        return cached;
      }
      Throwable failure = keptFailure();
      if (failure != null) {
        throw new MethodFailure(call.method(), failure).thrown();
      }
      return stored(proceed());
    }

    /** For the load that all share who want the key. */
    private @Nullable Object loaded() {
      Throwable thrown = keptFailure();
      try {
        if (thrown == null) {
          return proceed();
        }
      } catch (Throwable e) {
        thrown = e;
      }
      throw new MethodFailure(call.method(), thrown);
    }

    private @Nullable Object proceed() throws Exception {
      try {
        return context.proceed();
      } catch (Throwable e) {
        keep(e);
        throw e;
      }
    }

    private @Nullable Object stored(@Nullable Object result) {
      if (result != null) {
        cache.put(key, result);
      }
      return result;
    }

    CompletionStage<?> later() throws Exception {
      if (call.getCacheAnnotation().skipGet()) {
        flights.forget(cache, key);
        return Stages.after(ending(), (value, failure) -> stored(value));
      }
      long landings = flights.landings();
      Object cached = cache.get(key);
      if (cached != null) {
        return CompletableFuture.completedFuture(cached);
      }
      Throwable failure = keptFailure();
      return (failure == null)
          ? flights.join(cache, key, landings, this::ending)
          : CompletableFuture.failedFuture(failure);
    }

    /** The method's own stage, whose failure is kept. */
    private CompletionStage<?> ending() throws Exception {
      Object stage = proceed();
      if (stage == null) {
        return CompletableFuture.completedFuture(null);
      }
      return Stages.after(
          (CompletionStage<?>) stage,
          (value, failure) -> {
            if (failure != null) {
              keep(failure);
            }
            return value;
          });
    }

    private @Nullable Throwable keptFailure() {
      Cache<Object, Object> failures = call.exceptionCache();
      return (failures == null) ? null : (Throwable) failures.get(key);
    }

    /** A failure that can't be kept is thrown all the same. */
    private void keep(Throwable failure) {
      try {
        Cache<Object, Object> failures = call.exceptionCache();
        if (failures != null && call.binding().concerns(failure, true)) {
          failures.put(key, failure);
        }
      } catch (RuntimeException e) {
        Stages.suppress(failure, e);
      }
    }
  }
}
