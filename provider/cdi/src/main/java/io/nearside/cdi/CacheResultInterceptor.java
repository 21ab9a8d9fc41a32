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
    Loading loading = new Loading(context, call, call.cache(), call.key());
    return call.method().isAsynchronous() ? loading.later() : loading.now();
  }

  /** A call, its entry, and where its failures are kept. */
  private record Loading(
      InvocationContext context,
      Call<CacheResult> call,
      Cache<Object, Object> cache,
      GeneratedCacheKey key) {

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
        try {
          Change keeping = keeping(e);
          if (keeping != null) {
            keeping.make();
          }
        } catch (RuntimeException second) { // thrown all the same
          Stages.suppress(e, second);
        }
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
        return Stages.after(ending(), this::storing);
      }
      if (cache instanceof NearsideCache<Object, Object> own) {
        return Stages.failing(
            own.async().getOrLoad(key, (k, loading) -> loading()),
            e -> e instanceof MethodFailure failure ? failure.carried() : e);
      }
      Object cached = cache.get(key);
      if (cached != null) {
        return CompletableFuture.completedFuture(cached);
      }
      Throwable failure = keptFailure();
      return (failure == null)
          ? Stages.after(ending(), this::storing)
          : CompletableFuture.failedFuture(failure);
    }

    /** For the load that all share who want the key; by a thread that may wait for failures. */
    private CompletionStage<@Nullable Object> loading() {
      CompletionStage<?> stage;
      try {
        Throwable failure = keptFailure();
        stage = (failure == null) ? ending() : CompletableFuture.failedStage(failure);
      } catch (Throwable e) {
        stage = CompletableFuture.failedStage(e);
      }
      return Stages.failing(stage, e -> new MethodFailure(call.method(), e));
    }

    /**
     * The method's own stage, whose failure is kept. It does not wait for that: what keeps failures
     * may need a thread, and those who wait for the load may have them all.
     */
    private CompletionStage<?> ending() throws Exception {
      Object stage = proceed();
      if (stage == null) {
        return Stages.DONE;
      }
      return Stages.after(
          (CompletionStage<?>) stage,
          (value, failure) -> {
            Change keeping = (failure == null) ? null : keeping(failure);
            if (keeping != null) {
              keeping.begin();
            }
            return Stages.DONE;
          });
    }

    private CompletionStage<?> storing(@Nullable Object value, @Nullable Throwable failure) {
      return (value == null) ? Stages.DONE : Change.put(cache, key, value).begin();
    }

    private @Nullable Throwable keptFailure() {
      Cache<Object, Object> failures = call.exceptionCache();
      return (failures == null) ? null : (Throwable) failures.get(key);
    }

    /** Null for a failure that is not to be kept. */
    private @Nullable Change keeping(Throwable failure) {
      Cache<Object, Object> failures = call.exceptionCache();
      return (failures != null && call.binding().concerns(failure, true))
          ? Change.put(failures, key, failure)
          : null;
    }
  }
}
