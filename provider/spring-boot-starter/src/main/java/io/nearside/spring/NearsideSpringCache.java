package io.nearside.spring;

import io.nearside.NearsideCache;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.cache.configuration.Configuration;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.cache.support.SimpleValueWrapper;

/**
 * A cache as Spring sees it. What is loaded goes by the library's one way of loading, so {@code
 * sync = true} is one call for a crowd, on all nodes. Null is stored as Spring stores it, unless
 * the cache declares a type of its values: then it is not. Thread-safe.
 */
final class NearsideSpringCache extends AbstractValueAdaptingCache {
  private static final int TRIES = 3;

  private final NearsideCache<Object, Object> cache;
  private final AsyncReads reads;

  NearsideSpringCache(NearsideCache<Object, Object> cache, QuestionThreads threads) {
    super(takesNull(cache));
    this.cache = cache;
    this.reads = new AsyncReads(this, threads);
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
      Object value = loader.call();
      return (value == null && !isAllowNullValues()) ? null : toStoreValue(value);
    } catch (Exception e) {
      throw new LoaderFailure(e);
    }
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

    LoaderFailure(Exception cause) {
      super("the method threw " + cause, cause);
    }
  }

  @Override
  public @Nullable CompletableFuture<?> retrieve(Object key) {
    return reads.retrieve(key);
  }

  @Override
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
    return reads.retrieve(key, loader);
  }

  /** What a looked-up value means to Spring; null if there is none. */
  @Nullable ValueWrapper shown(@Nullable Object stored) {
    return toValueWrapper(stored);
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    reads.forget(key);
    store(key, value);
  }

  /** Puts, or removes what was there if the cache does not take null. */
  void store(Object key, @Nullable Object value) {
    if (value == null && !isAllowNullValues()) {
      cache.remove(key);
    } else {
      cache.put(key, toStoreValue(value));
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
    reads.forget(key);
    return cache.remove(key);
  }

  @Override
  public void clear() {
    reads.forgetAll();
    cache.clear();
  }
}
