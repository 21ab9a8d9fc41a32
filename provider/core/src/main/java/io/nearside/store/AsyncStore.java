package io.nearside.store;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What a {@link Store} does without a thread that waits for its answer: the same, by futures. They
 * are done when the method returns, or by a thread of the given executor. Thread-safe.
 */
public interface AsyncStore<K, V> {

  /** As {@link Store#read}. */
  CompletableFuture<Outcome<V>> read(K key, long now, Executor executor);

  /** As {@link Store#peek}. */
  CompletableFuture<Outcome<V>> peek(K key, long now, Executor executor);

  /** As {@link Store#readOrReserve}. */
  CompletableFuture<ReadOrReserved<V>> readOrReserve(K key, long now, Executor executor);

  /** As {@link Store#inspect}. */
  CompletableFuture<Outcome<V>> inspect(K key, long now, Executor executor);

  /** As {@link Store#readAll}. */
  CompletableFuture<Map<K, Outcome<V>>> readAll(
      Collection<? extends K> keys, long now, Executor executor);

  /** As {@link Store#apply}, but that it waits for no {@link Store#turn}. */
  CompletableFuture<Applied<V>> apply(K key, Change<V> change, long now, Executor executor);

  /** As {@link Store#applyAll}. */
  CompletableFuture<AppliedAll<K, V>> applyAll(
      Map<? extends K, Change<V>> changes, long now, Executor executor);

  /** Of a store that never waits. */
  static <K, V> AsyncStore<K, V> of(Store<K, V> store) {
    return new AtOnce<>(store);
  }
}
