package io.nearside.micronaut;

import io.micronaut.cache.DelegatingAsyncCache;
import io.micronaut.cache.SyncCache;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.type.Argument;
import io.nearside.NearsideAsyncCache;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * A cache for methods that give a future or a publisher: what they need of it holds no thread while
 * Redis is asked, all else is Micronaut's. What is not there at once is told by the executor, since
 * whoever hears of it may wait. Who gives an answer up gives the call up. Thread-safe.
 */
@SuppressWarnings("rawtypes") // as Micronaut has it
final class LoadingAsyncCache extends DelegatingAsyncCache<Cache> {
  private final NearsideAsyncCache<Object, Object> async;
  private final ConversionService conversions;
  private final ExecutorService executor;

  LoadingAsyncCache(
      SyncCache<Cache> cache,
      NearsideAsyncCache<Object, Object> async,
      ConversionService conversions,
      ExecutorService executor) {
    super(cache, executor);
    this.async = async;
    this.conversions = conversions;
    this.executor = executor;
  }

  @Override
  public <T> CompletableFuture<Optional<T>> get(Object key, Argument<T> type) {
    return told(
        () -> async.get(key),
        value -> (value == null) ? Optional.empty() : conversions.convert(value, type));
  }

  @Override
  public CompletableFuture<Boolean> put(Object key, @Nullable Object value) {
    return value == null
        ? CompletableFuture.completedFuture(true)
        : told(() -> async.put(key, value), done -> true);
  }

  @Override
  public CompletableFuture<Boolean> invalidate(Object key) {
    return told(() -> async.remove(key), done -> true);
  }

  @Override
  public CompletableFuture<Boolean> invalidateAll() {
    return told(async::clear, done -> true);
  }

  private <A extends @Nullable Object, T> CompletableFuture<T> told(
      Supplier<CompletableFuture<A>> call, Function<A, T> form) {
    CompletableFuture<A> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (answer.isDone()) {
      return answer.thenApply(form);
    }
    CompletableFuture<T> told = new CompletableFuture<>();
    answer.whenComplete((value, failure) -> {
      try {
        executor.execute(() -> tell(told, value, failure, form));
      } catch (Throwable e) { // no room, or no memory for a thread
        told.completeExceptionally(e);
      }
    });
    told.whenComplete((value, failure) -> {
      if (told.isCancelled()) {
        answer.cancel(true);
      }
    });
    return told;
  }

  private static <A extends @Nullable Object, T> void tell(
      CompletableFuture<T> told, A value, @Nullable Throwable failure, Function<A, T> form) {
    if (failure != null) {
      told.completeExceptionally(failure);
      return;
    }
    try {
      told.complete(form.apply(value));
    } catch (Throwable e) { // else nobody would ever hear of it
      told.completeExceptionally(e);
    }
  }
}
