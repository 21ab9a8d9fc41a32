package io.nearside.spring;

import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.cache.configuration.Configuration;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.cache.support.SimpleValueWrapper;

/**
 * A cache as Spring sees it. What is loaded goes by the library's one way of loading, so {@code
 * sync = true} is one call for a crowd, on all nodes, of a method that answers later too. Null is
 * stored as Spring stores it, unless the cache declares a type of its values: then it is not.
 * Thread-safe.
 */
final class NearsideSpringCache extends AbstractValueAdaptingCache {
  private static final int TRIES = 3;

  private final NearsideCache<Object, Object> cache;
  private final NearsideAsyncCache<Object, Object> async;
  private final Executor tasks;

  /**
   * @param tasks tells Spring what comes later: it calls the method then, and puts
   */
  NearsideSpringCache(NearsideCache<Object, Object> cache, Executor tasks) {
    super(takesNull(cache));
    this.cache = cache;
    this.async = cache.async();
    this.tasks = tasks;
  }

  @SuppressWarnings("unchecked") // Configuration is generic, its class is not
  private static boolean takesNull(NearsideCache<Object, Object> cache) {
    return cache.getConfiguration(Configuration.class).getValueType() == Object.class;
  }

  @Override
  public String getName() {
    return cache.getName();
  }

  @Override
  public NearsideCache<Object, Object> getNativeCache() {
    return cache;
  }

  @Override
  protected @Nullable Object lookup(Object key) {
    return cache.get(key);
  }

  @Override
  @SuppressWarnings("unchecked") // as Spring's interface has it
  public <T> @Nullable T get(Object key, Callable<T> loader) {
    try {
      return (T) fromStoreValue(cache.getOrLoad(key, (asked, context) -> loaded(loader)));
    } catch (CacheLoaderException e) {
      throw new ValueRetrievalException(key, loader, thrownByLoader(e));
    }
  }

  private @Nullable Object loaded(Callable<?> loader) {
    try {
      return stored(loader.call());
    } catch (Exception e) {
      throw new LoaderFailure(e);
    }
  }

  /** Null if there is nothing to store. */
  private @Nullable Object stored(@Nullable Object value) {
    return (value == null && !isAllowNullValues()) ? null : toStoreValue(value);
  }

  /** What the loader threw, however deep; the library's own failure if it did not. */
  private static Throwable thrownByLoader(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LoaderFailure own && own.getCause() != null) {
        return own.getCause();
      }
    }
    return failure;
  }

  /** Marks where the library's failure ends and the loader's begins. */
  private static final class LoaderFailure extends CacheLoaderException {
    private static final long serialVersionUID = 1L;

    LoaderFailure(Throwable cause) {
      super("the method threw " + cause, cause);
    }
  }

  /** Null if it is known at once that there is nothing, so the method is called. */
  @Override
  public @Nullable CompletableFuture<?> retrieve(Object key) {
    CompletableFuture<@Nullable Object> found = async.get(key);
    boolean absent =
        found.isDone() && !found.isCompletedExceptionally() && found.getNow(null) == null;
    return absent ? null : shown(found, this::toValueWrapper);
  }

  @Override
  @SuppressWarnings("unchecked") // as Spring's interface has it
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
    return (CompletableFuture<T>)
        shown(async.getOrLoad(key, (asked, context) -> begun(loader)), this::fromStoreValue);
  }

  private <T> CompletionStage<@Nullable Object> begun(Supplier<CompletableFuture<T>> method) {
    CompletableFuture<@Nullable Object> stored = new CompletableFuture<>();
    try {
      method
          .get()
          .whenComplete((value, failure) -> {
            if (failure == null) {
              end(stored, value, null, this::stored);
            } else {
              stored.completeExceptionally(new LoaderFailure(uncovered(failure)));
            }
          });
    } catch (Throwable e) { // else nobody would ever hear of it
      stored.completeExceptionally(new LoaderFailure(e));
    }
    return stored;
  }

  /**
   * What Spring is told: values in its form, failures without the exceptions around them, which
   * dependents of a future would have. What is not there yet is told by a task of the
   * application's, since whoever hears of it may wait; who gives it up gives the call up.
   */
  private CompletableFuture<@Nullable Object> shown(
      CompletableFuture<@Nullable Object> answer, UnaryOperator<@Nullable Object> form) {
    Executor executor = answer.isDone() ? Runnable::run : tasks;
    CompletableFuture<@Nullable Object> shown = new CompletableFuture<>();
    answer.whenComplete((value, failure) -> {
      try {
        executor.execute(() -> end(shown, value, failure, form));
      } catch (Throwable e) { // no room, or no memory for a thread
        shown.completeExceptionally(e);
      }
    });
    shown.whenComplete((value, failure) -> {
      if (shown.isCancelled()) {
        answer.cancel(true);
      }
    });
    return shown;
  }

  private static void end(
      CompletableFuture<@Nullable Object> shown,
      @Nullable Object value,
      @Nullable Throwable failure,
      UnaryOperator<@Nullable Object> form) {
    try {
      if (failure == null) {
        shown.complete(form.apply(value));
      } else {
        shown.completeExceptionally(thrownByLoader(uncovered(failure)));
      }
    } catch (Throwable e) { // else nobody would ever hear of it
      shown.completeExceptionally(e);
    }
  }

  private static Throwable uncovered(Throwable failure) {
    Throwable cause = failure.getCause();
    return (failure instanceof CompletionException && cause != null) ? cause : failure;
  }

  /** Puts, or removes what was there if the cache does not take null. */
  @Override
  public void put(Object key, @Nullable Object value) {
    Object stored = stored(value);
    if (stored == null) {
      cache.remove(key);
    } else {
      cache.put(key, stored);
    }
  }

  @Override
  public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    if (value == null && !isAllowNullValues()) {
      return get(key);
    }
    for (int i = 0; i < TRIES; i++) {
      if (cache.putIfAbsent(key, toStoreValue(value))) {
        return null;
      }
      ValueWrapper there = get(key);
      if (there != null) {
        return there;
      }
    }
    return new SimpleValueWrapper(null); // it was neither there nor taken
  }

  @Override
  public void evict(Object key) {
    evictIfPresent(key);
  }

  @Override
  public boolean evictIfPresent(Object key) {
    return cache.remove(key);
  }

  @Override
  public void clear() {
    cache.clear();
  }
}
