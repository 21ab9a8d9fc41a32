package io.nearside;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * A cache as seen by those who do not want to wait: {@link NearsideCache#async()}. Each operation
 * does what the one of its name does, with the same statistics, events and spans, and answers by a
 * future. What needs nobody else, such as a get that a copy answers, is done when the method
 * returns.
 *
 * <p>A method throws {@link NullPointerException}, {@link ClassCastException} and {@link
 * IllegalStateException} itself, as the operation does, and what is wrong with a key, a value or
 * options; nothing has been done then. Whatever else goes wrong is what its future fails with: the
 * operation's own exceptions; {@link javax.cache.CacheException} if too many calls are under way,
 * {@value #MOST_CALLS} of a cache; {@link IllegalStateException} if the cache is closed meanwhile,
 * and then it is not known whether a change was made.
 *
 * <p>A future is the caller's own: who cancels it, or has it time out, gives up waiting. What waits
 * for a thread is not begun then; all else ends by itself, and a load that others wait for goes on.
 * Its dependents run on a thread of the cache manager's, or on that of who calls, cancels or
 * closes, never on one of the Redis client's; they must not wait for anything, or else go to an
 * executor by the {@code …Async} methods.
 *
 * <p>Loaders, writers, listeners and processors must not wait for futures of this view: no circle
 * would be seen.
 *
 * <p>Thread-safe.
 */
public interface NearsideAsyncCache<K, V> {

  /** How many calls of one cache may be under way at once, those that wait for a turn included. */
  int MOST_CALLS = 16_384;

  /** The longest time-out, in hours. */
  int LONGEST_TIMEOUT_HOURS = 24;

  /**
   * The same view with a time-out for each call: a future that is not done by then fails with
   * {@link java.util.concurrent.TimeoutException}. Bounds nothing else: each call of Redis has
   * {@code remote.timeout}, each load {@code load.hardTimeout}, however long a caller waits.
   *
   * @param timeout more than 0, at most {@value #LONGEST_TIMEOUT_HOURS} hours
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if it is out of range
   */
  NearsideAsyncCache<K, V> withTimeout(Duration timeout);

  /** As {@link NearsideCache#get}. */
  CompletableFuture<@Nullable V> get(K key);

  /** As {@link NearsideCache#containsKey}. */
  CompletableFuture<Boolean> containsKey(K key);

  /** As {@link NearsideCache#getAll}. */
  CompletableFuture<Map<K, V>> getAll(Set<? extends K> keys);

  /** As {@link NearsideCache#getAllPartial}. */
  CompletableFuture<PartialResult<K, V>> getAllPartial(Set<? extends K> keys);

  /**
   * Gets a value, and loads it by the given loader if there is none, as {@link
   * NearsideCache#getOrLoad} does: one load for all of this JVM that miss the key at the same time,
   * however they asked, and for all nodes. What the loader's stage fails with is the cause of a
   * {@link javax.cache.integration.CacheLoaderException}.
   *
   * @return completes with null if the loader has none; nothing is stored then
   */
  CompletableFuture<@Nullable V> getOrLoad(K key, NearsideAsyncLoader<K, V> loader);

  /**
   * As {@link NearsideCache#loadAll}.
   *
   * @return completes when the keys are loaded
   */
  CompletableFuture<@Nullable Void> loadAll(Set<? extends K> keys, boolean replaceExisting);

  /** As {@link NearsideCache#put(Object, Object)}. */
  CompletableFuture<@Nullable Void> put(K key, V value);

  /** As {@link NearsideCache#put(Object, Object, EntryOptions)}. */
  CompletableFuture<@Nullable Void> put(K key, V value, EntryOptions options);

  /** As {@link NearsideCache#getAndPut}. */
  CompletableFuture<@Nullable V> getAndPut(K key, V value);

  /** As {@link NearsideCache#putAll}. */
  CompletableFuture<@Nullable Void> putAll(Map<? extends K, ? extends V> map);

  /** As {@link NearsideCache#putIfAbsent}. */
  CompletableFuture<Boolean> putIfAbsent(K key, V value);

  /** As {@link NearsideCache#remove(Object)}. */
  CompletableFuture<Boolean> remove(K key);

  /** As {@link NearsideCache#remove(Object, Object)}. */
  CompletableFuture<Boolean> remove(K key, V oldValue);

  /** As {@link NearsideCache#getAndRemove}. */
  CompletableFuture<@Nullable V> getAndRemove(K key);

  /** As {@link NearsideCache#replace(Object, Object, Object)}. */
  CompletableFuture<Boolean> replace(K key, V oldValue, V newValue);

  /** As {@link NearsideCache#replace(Object, Object)}. */
  CompletableFuture<Boolean> replace(K key, V value);

  /** As {@link NearsideCache#getAndReplace}. */
  CompletableFuture<@Nullable V> getAndReplace(K key, V value);

  /** As {@link NearsideCache#removeAll(Set)}. */
  CompletableFuture<@Nullable Void> removeAll(Set<? extends K> keys);

  /** As {@link NearsideCache#removeAll()}. */
  CompletableFuture<@Nullable Void> removeAll();

  /** As {@link NearsideCache#clear}. */
  CompletableFuture<@Nullable Void> clear();

  /** As {@link NearsideCache#invalidateTags}; what can't be tags fails the future. */
  CompletableFuture<@Nullable Void> invalidateTags(Collection<String> tags);

  /** As {@link NearsideCache#invoke}. The arguments are not copied. */
  <T> CompletableFuture<@Nullable T> invoke(
      K key, EntryProcessor<K, V, T> entryProcessor, Object... arguments);

  /** As {@link NearsideCache#invokeAll}. The arguments are not copied. */
  <T> CompletableFuture<Map<K, EntryProcessorResult<T>>> invokeAll(
      Set<? extends K> keys, EntryProcessor<K, V, T> entryProcessor, Object... arguments);

  /** As {@link NearsideCache#entry}. */
  CompletableFuture<@Nullable EntryView<V>> entry(K key);
}
