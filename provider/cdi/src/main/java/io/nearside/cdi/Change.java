package io.nearside.cdi;

import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.cache.Cache;

/**
 * A change of a cache, for those who wait for it and for those who don't. Immutable.
 *
 * @param later the same by the asynchronous view, which only caches of ours have
 */
record Change(
    Cache<Object, Object> cache,
    Consumer<Cache<Object, Object>> now,
    Function<NearsideAsyncCache<Object, Object>, CompletionStage<?>> later) {

  static Change put(Cache<Object, Object> cache, Object key, Object value) {
    return new Change(cache, c -> c.put(key, value), async -> async.put(key, value));
  }

  static Change remove(Cache<Object, Object> cache, Object key) {
    return new Change(cache, c -> c.remove(key), async -> async.remove(key));
  }

  static Change removeAll(Cache<Object, Object> cache) {
    return new Change(cache, Cache::removeAll, NearsideAsyncCache::removeAll);
  }

  void make() {
    now.accept(cache);
  }

  /** Ends when it is made; a cache of another provider has the calling thread wait. */
  CompletionStage<?> begin() {
    if (cache instanceof NearsideCache<Object, Object> own) {
      return later.apply(own.async());
    }
    make();
    return Stages.DONE;
  }
}
