package io.nearside.load;

import io.nearside.LoadContext;
import io.nearside.NearsideAsyncLoader;
import io.nearside.NearsideLoader;
import io.nearside.observe.Count;
import io.nearside.observe.Recorder;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import io.nearside.observe.Thrown;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** Calls a cache's loader, with nothing held. Thread-safe if the loader is. */
public final class Loads<K, V> {
  private final String cache;
  private final CacheLoader<K, V> loader;
  private final Nothing nothing;
  private final @Nullable LoadTime time;
  private final Recorder recorder;

  public Loads(String cache, CacheLoader<K, V> loader) {
    this(cache, loader, null);
  }

  /**
   * @param time learns how long its calls take; null if nobody asks
   */
  public Loads(String cache, CacheLoader<K, V> loader, @Nullable LoadTime time) {
    this(cache, loader, Nothing.BY_NULL, time, Recorder.NONE);
  }

  /**
   * @param nothing by what the loader says that the source has nothing for a key
   * @param time learns how long its calls take; null if nobody asks
   * @param recorder is told of each call
   */
  public Loads(
      String cache,
      CacheLoader<K, V> loader,
      Nothing nothing,
      @Nullable LoadTime time,
      Recorder recorder) {
    this.cache = cache;
    this.loader = loader;
    this.nothing = nothing;
    this.time = time;
    this.recorder = recorder;
  }

  /** How long its calls take; null if nobody asked for it. */
  public @Nullable LoadTime time() {
    return time;
  }

  private long begun() {
    return (time == null) ? 0 : time.begun();
  }

  private void ended(long begun) {
    if (time != null) {
      time.ended(begun);
    }
  }

  /**
   * @throws CacheLoaderException if the loader throws anything
   */
  public Loaded<V> load(K key) {
    return recorded("load", () -> loadOne(key));
  }

  /**
   * Has a loader begin that answers by a stage.
   *
   * @return what {@link #load} would return or throw; completed by whoever completes the stage
   */
  public static <K, V> CompletableFuture<Loaded<V>> begin(
      String cache, NearsideAsyncLoader<K, V> loader, K key, Nothing nothing, Recorder recorder) {
    LoaderContext<K, V> context = new LoaderContext<>(cache, key, Stales.none());
    Running running = recorder.begin(Step.LOADER, "load");
    CompletionStage<? extends @Nullable V> stage;
    Running.enter(running);
    try {
      stage = stage(loader, key, context);
    } finally {
      Running.leave(running);
    }
    CompletableFuture<Loaded<V>> loaded = new CompletableFuture<>();
    stage.whenComplete((value, failure) -> {
      context.end();
      recorder.add(Count.LOADS, 1);
      Throwable thrown = (failure == null) ? null : Thrown.first(failure);
      if (thrown == null) {
        Running.end(running, null);
        loaded.complete(context.answer(value));
      } else if (thrown instanceof Exception e && nothing.by(e)) {
        Running.end(running, null);
        loaded.complete(new Loaded<>(null));
      } else {
        recorder.add(Count.FAILED_LOADS, 1);
        Running.end(running, thrown);
        loaded.completeExceptionally(failure(cache, thrown));
      }
    });
    return loaded;
  }

  private static <K, V> CompletionStage<? extends @Nullable V> stage(
      NearsideAsyncLoader<K, V> loader, K key, LoadContext context) {
    try {
      return Objects.requireNonNull(loader.load(key, context), "the loader returned no stage");
    } catch (Throwable e) { // of other languages it may be a checked one
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Of a loader that answers by a stage, for who waits; likewise of one key. */
  public static <K, V> NearsideLoader<K, V> awaited(
      String cache, NearsideAsyncLoader<K, V> loader) {
    return (key, context) -> {
      CompletableFuture<@Nullable V> answer = new CompletableFuture<>();
      stage(loader, key, context)
          .whenComplete((value, failure) -> {
            if (failure == null) {
              answer.complete(value);
            } else {
              answer.completeExceptionally(Thrown.first(failure));
            }
          });
      try {
        return answer.get();
      } catch (ExecutionException e) {
        throw failure(cache, (e.getCause() == null) ? e : e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failure(cache, e);
      }
    };
  }

  private <T> T recorded(String what, Supplier<T> load) {
    Running running = recorder.begin(Step.LOADER, what);
    Throwable failure = null;
    Running.enter(running);
    try {
      return load.get();
    } catch (Throwable e) {
      failure = e;
      recorder.add(Count.FAILED_LOADS, 1);
      throw e;
    } finally {
      recorder.add(Count.LOADS, 1);
      Running.leave(running);
      Running.end(running, failure);
    }
  }

  private Loaded<V> loadOne(K key) {
    long begun = begun();
    try {
      Loaded<V> loaded =
          (loader instanceof NearsideLoader<K, V> telling)
              ? load(key, telling)
              : new Loaded<>(loader.load(key));
      ended(begun);
      return loaded;
    } catch (Exception e) { // of other languages it may be a checked one
      if (nothing.by(e)) {
        return new Loaded<>(null);
      }
      throw failure(e);
    }
  }

  private Loaded<V> load(K key, NearsideLoader<K, V> telling) {
    LoaderContext<K, V> context = new LoaderContext<>(cache, key, Stales.none());
    try {
      V value = telling.load(key, context);
      return context.answer(value);
    } finally {
      context.end();
    }
  }

  /** As {@link #loadAll(Set, Stales)} of keys that the cache does not have. */
  public Map<K, Loaded<V>> loadAll(Set<? extends K> keys) {
    return loadAll(keys, Stales.none());
  }

  /**
   * Loads all keys by one call. Keys without a value, and keys that were not asked for, are left
   * out. An exception that says that there is nothing is one of the only key; of several, nobody
   * can say of which.
   *
   * @param stales what the cache still has of the keys
   * @throws CacheLoaderException if the loader throws anything
   */
  public Map<K, Loaded<V>> loadAll(Set<? extends K> keys, Stales<K, V> stales) {
    return recorded("load-all", () -> loadMany(keys, stales));
  }

  private Map<K, Loaded<V>> loadMany(Set<? extends K> keys, Stales<K, V> stales) {
    Map<K, LoaderContext<K, V>> contexts = new HashMap<>();
    long begun = begun();
    try {
      Map<K, V> loaded =
          (loader instanceof NearsideLoader<K, V> telling)
              ? telling.loadAll(
                  keys,
                  key -> contexts.computeIfAbsent(key, k -> new LoaderContext<>(cache, k, stales)))
              : loader.loadAll(keys);
      ended(begun);
      return chosen(keys, (loaded == null) ? Map.of() : loaded, contexts);
    } catch (Exception e) { // as above
      if (keys.size() == 1 && nothing.by(e)) {
        return Map.of();
      }
      throw failure(e);
    } finally {
      contexts.values().forEach(LoaderContext::end);
    }
  }

  private static <K, V> Map<K, Loaded<V>> chosen(
      Set<? extends K> keys, Map<K, V> loaded, Map<K, LoaderContext<K, V>> contexts) {
    Map<K, Loaded<V>> found = new HashMap<>();
    for (K key : keys) {
      V value = loaded.get(key);
      LoaderContext<K, V> context = contexts.get(key);
      Loaded<V> answer = (context == null) ? new Loaded<>(value) : context.answer(value);
      if (answer.value() != null || answer.unmodified() != null) {
        found.put(key, answer);
      }
    }
    return found;
  }

  private CacheLoaderException failure(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return failure(cache, e);
  }

  private static CacheLoaderException failure(String cache, Throwable e) {
    return e instanceof CacheLoaderException own
        ? own
        : new CacheLoaderException("cache \"" + cache + "\": the loader threw " + e, e);
  }
}
