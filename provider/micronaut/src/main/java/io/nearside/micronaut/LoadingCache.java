package io.nearside.micronaut;

import io.micronaut.cache.AsyncCache;
import io.micronaut.cache.SyncCache;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.type.Argument;
import io.nearside.NearsideCache;
import java.io.Serial;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** A cache in which all that miss a key share one load; all else is Micronaut's. Thread-safe. */
@SuppressWarnings("rawtypes") // as Micronaut has it
final class LoadingCache implements SyncCache<Cache> {
  private final SyncCache<Cache> cache;
  private final NearsideCache<Object, Object> nearside;
  private final ConversionService conversions;
  private final ExecutorService executor;

  LoadingCache(
      SyncCache<Cache> cache,
      NearsideCache<Object, Object> nearside,
      ConversionService conversions,
      ExecutorService executor) {
    this.cache = cache;
    this.nearside = nearside;
    this.conversions = conversions;
    this.executor = executor;
  }

  @Override
  @SuppressWarnings({"unchecked", "NullAway"}) // what the supplier gave is of its type; may be null
  public <T> T get(Object key, Argument<T> type, Supplier<T> supplier) {
    AtomicBoolean supplied = new AtomicBoolean();
    Object value;
    try {
      value =
          nearside.getOrLoad(
              key,
              (k, context) -> {
                Object loaded = load(supplier);
                supplied.set(true);
                return loaded;
              });
    } catch (SupplierFailure e) {
      throw e.thrown;
    }
    return supplied.get() || value == null
        ? (T) value
        : conversions.convert(value, type).orElse(null);
  }

  private static <T> @Nullable T load(Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (RuntimeException e) {
      throw new SupplierFailure(e);
    }
  }

  @Override
  public <T> Optional<T> get(Object key, Argument<T> type) {
    return cache.get(key, type);
  }

  /** In one step, other than Micronaut's own. */
  @Override
  @SuppressWarnings("unchecked") // the cache has what was put
  public <T> Optional<T> putIfAbsent(Object key, T value) {
    Object there = null;
    while (there == null && !nearside.putIfAbsent(key, value)) {
      there = nearside.get(key); // null if it has gone since
    }
    return (Optional<T>) Optional.ofNullable(there);
  }

  @Override
  public void put(Object key, Object value) {
    cache.put(key, value);
  }

  @Override
  public void invalidate(Object key) {
    cache.invalidate(key);
  }

  @Override
  public void invalidateAll() {
    cache.invalidateAll();
  }

  @Override
  public ExecutorService getExecutorService() {
    return executor;
  }

  @Override
  public AsyncCache<Cache> async() {
    return new LoadingAsyncCache(this, nearside.async(), conversions, executor);
  }

  @Override
  public String getName() {
    return cache.getName();
  }

  @Override
  public Cache<?, ?> getNativeCache() {
    return nearside;
  }

  /** Carries what a supplier throws through a load, not as its cause: that may mean "nothing". */
  private static final class SupplierFailure extends CacheLoaderException {
    @Serial private static final long serialVersionUID = 1;

    private final RuntimeException thrown;

    SupplierFailure(RuntimeException thrown) {
      super("the cached method threw " + thrown.getClass().getName());
      this.thrown = thrown;
    }
  }
}
