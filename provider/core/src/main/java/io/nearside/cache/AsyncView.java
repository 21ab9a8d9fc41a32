package io.nearside.cache;

import io.nearside.EntryOptions;
import io.nearside.EntryView;
import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideAsyncLoader;
import io.nearside.PartialResult;
import io.nearside.cache.AsyncCalls.Call;
import io.nearside.cache.BulkReadThrough.Result;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * A cache's operations by futures. Arguments are checked and copied by the caller's thread, which
 * may change them later. Thread-safe.
 */
final class AsyncView<K, V> implements NearsideAsyncCache<K, V> {
  private final StoreCache<K, V> cache;
  private final CacheParts<K, V> parts;
  private final Ways<K, V> ways;
  private final AsyncReading<K, V> reading;
  private final AsyncWriting<K, V> writing;
  private final AsyncCalls calls;
  private final @Nullable Duration timeout;

  AsyncView(StoreCache<K, V> cache, CacheParts<K, V> parts, Ways<K, V> ways) {
    this(cache, parts, ways, null);
  }

  /** How calls are done, whatever their time-out. */
  record Ways<K, V>(AsyncReading<K, V> reading, AsyncWriting<K, V> writing, AsyncCalls calls) {}

  private AsyncView(
      StoreCache<K, V> cache, CacheParts<K, V> parts, Ways<K, V> ways, @Nullable Duration timeout) {
    this.cache = cache;
    this.parts = parts;
    this.ways = ways;
    this.reading = ways.reading;
    this.writing = ways.writing;
    this.calls = ways.calls;
    this.timeout = timeout;
  }

  @Override
  public NearsideAsyncCache<K, V> withTimeout(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout is null");
    if (timeout.isNegative()
        || timeout.isZero()
        || timeout.compareTo(Duration.ofHours(LONGEST_TIMEOUT_HOURS)) > 0) {
      throw new IllegalArgumentException(
          "cache \""
              + cache.getName()
              + "\": the time-out of its asynchronous view must be > 0 and at most "
              + LONGEST_TIMEOUT_HOURS
              + " hours, was "
              + timeout);
    }
    return new AsyncView<>(cache, parts, ways, timeout);
  }

  @Override
  public CompletableFuture<@Nullable V> get(K key) {
    K own = own(key);
    return begin(call -> reading.get(call, own));
  }

  @Override
  public CompletableFuture<Boolean> containsKey(K key) {
    K own = own(key);
    return begin(call -> reading.containsKey(call, own));
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(Set<? extends K> keys) {
    Set<K> own = own(keys);
    return begin(call -> reading.getAll(call, own, Result::all, () -> cache.getAll(own)));
  }

  @Override
  public CompletableFuture<PartialResult<K, V>> getAllPartial(Set<? extends K> keys) {
    Set<K> own = own(keys);
    return begin(
        call -> reading.getAll(call, own, Result::partial, () -> cache.getAllPartial(own)));
  }

  @Override
  public CompletableFuture<@Nullable V> getOrLoad(K key, NearsideAsyncLoader<K, V> loader) {
    K own = own(key);
    Objects.requireNonNull(loader, "loader is null");
    return begin(call -> reading.getOrLoad(call, own, loader));
  }

  @Override
  public CompletableFuture<@Nullable Void> loadAll(Set<? extends K> keys, boolean replaceExisting) {
    Call<@Nullable Void> call = calls.begin(timeout);
    if (call.isDone()) {
      cache.requireOpen();
      return call;
    }
    try {
      cache.loadAll(
          keys,
          replaceExisting,
          new CompletionListener() {
            @Override
            public void onCompletion() {
              call.reply(() -> call.complete(null));
            }

            @Override
            public void onException(Exception e) {
              call.reply(() -> call.completeExceptionally(e));
            }
          },
          () -> !call.isDone());
    } catch (RuntimeException | Error e) {
      call.completeExceptionally(e);
      throw e;
    }
    return call;
  }

  @Override
  public CompletableFuture<@Nullable Void> put(K key, V value) {
    K own = own(key, value);
    V stored = copy(value);
    return begin(
        call -> writing.put(call, own, stored, parts.expiry(), () -> cache.put(own, stored)));
  }

  @Override
  public CompletableFuture<@Nullable Void> put(K key, V value, EntryOptions options) {
    K own = own(key, value);
    V stored = copy(value);
    Expiry expiry = cache.expiryOf(options);
    return begin(
        call -> writing.put(call, own, stored, expiry, () -> cache.put(own, stored, options)));
  }

  @Override
  public CompletableFuture<@Nullable V> getAndPut(K key, V value) {
    K own = own(key, value);
    V stored = copy(value);
    return begin(call -> writing.getAndPut(call, own, stored));
  }

  @Override
  public CompletableFuture<@Nullable Void> putAll(Map<? extends K, ? extends V> map) {
    cache.requireOpen();
    Map<K, V> own = new HashMap<>();
    map.forEach((key, value) -> own.put(own(key, value), copy(value)));
    return begin(call -> writing.putAll(call, own));
  }

  @Override
  public CompletableFuture<Boolean> putIfAbsent(K key, V value) {
    K own = own(key, value);
    V stored = copy(value);
    return begin(call -> writing.putIfAbsent(call, own, stored));
  }

  @Override
  public CompletableFuture<Boolean> remove(K key) {
    K own = own(key);
    return begin(call -> writing.remove(call, own));
  }

  @Override
  public CompletableFuture<Boolean> remove(K key, V oldValue) {
    K own = own(key, oldValue);
    V expected = copy(oldValue);
    return begin(call -> writing.remove(call, own, expected));
  }

  @Override
  public CompletableFuture<@Nullable V> getAndRemove(K key) {
    K own = own(key);
    return begin(call -> writing.getAndRemove(call, own));
  }

  @Override
  public CompletableFuture<Boolean> replace(K key, V oldValue, V newValue) {
    K own = own(key, oldValue);
    Types.check(parts.settings(), key, newValue);
    V expected = copy(oldValue);
    V stored = copy(newValue);
    return begin(call -> writing.replace(call, own, expected, stored));
  }

  @Override
  public CompletableFuture<Boolean> replace(K key, V value) {
    K own = own(key, value);
    V stored = copy(value);
    return begin(call -> writing.replace(call, own, stored));
  }

  @Override
  public CompletableFuture<@Nullable V> getAndReplace(K key, V value) {
    K own = own(key, value);
    V stored = copy(value);
    return begin(call -> writing.getAndReplace(call, own, stored));
  }

  @Override
  public CompletableFuture<@Nullable Void> removeAll(Set<? extends K> keys) {
    Set<K> own = own(keys);
    return begin(call -> writing.removeAll(call, own));
  }

  @Override
  public CompletableFuture<@Nullable Void> removeAll() {
    cache.requireOpen();
    return does(cache::removeAll);
  }

  @Override
  public CompletableFuture<@Nullable Void> clear() {
    cache.requireOpen();
    return does(cache::clear);
  }

  @Override
  public CompletableFuture<@Nullable Void> invalidateTags(Collection<String> tags) {
    cache.requireOpen();
    List<String> own = List.copyOf(tags);
    return does(() -> cache.invalidateTags(own));
  }

  @Override
  public <T> CompletableFuture<@Nullable T> invoke(
      K key, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
    K own = own(key);
    Objects.requireNonNull(entryProcessor, "entry processor is null");
    Object[] given = arguments.clone();
    return run(() -> cache.invoke(own, entryProcessor, given));
  }

  @Override
  public <T> CompletableFuture<Map<K, EntryProcessorResult<T>>> invokeAll(
      Set<? extends K> keys, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
    Set<K> own = own(keys);
    Objects.requireNonNull(entryProcessor, "entry processor is null");
    Object[] given = arguments.clone();
    return run(() -> cache.invokeAll(own, entryProcessor, given));
  }

  @Override
  public CompletableFuture<@Nullable EntryView<V>> entry(K key) {
    K own = own(key);
    return begin(call -> reading.entry(call, own));
  }

  private <T extends @Nullable Object> CompletableFuture<T> run(Supplier<? extends T> operation) {
    return begin(call -> call.run(operation));
  }

  private <T extends @Nullable Object> CompletableFuture<T> begin(Consumer<Call<T>> operation) {
    Call<T> call = calls.begin(timeout);
    if (!call.isDone()) {
      call.attempt(() -> operation.accept(call));
    }
    return call;
  }

  private CompletableFuture<@Nullable Void> does(Runnable operation) {
    return run(() -> {
      operation.run();
      return null;
    });
  }

  private K own(K key) {
    cache.requireOpen();
    Types.checkKey(parts.settings(), key);
    return copy(key);
  }

  private K own(K key, V value) {
    cache.requireOpen();
    Types.check(parts.settings(), key, value);
    return copy(key);
  }

  private Set<K> own(Set<? extends K> keys) {
    cache.requireOpen();
    Set<K> own = new HashSet<>();
    for (K key : keys) {
      Types.checkKey(parts.settings(), key);
      own.add(copy(key));
    }
    return own;
  }

  private <T> T copy(T object) {
    return parts.copier().copy(object);
  }
}
