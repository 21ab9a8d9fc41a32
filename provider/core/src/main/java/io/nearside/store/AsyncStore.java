package io.nearside.store;

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

  /** As {@link Store#apply}, of a change that does not name the entry that it expects. */
  CompletableFuture<Applied<V>> apply(K key, Change<V> change, long now, Executor executor);

  /** Of a store that never waits. */
  static <K, V> AsyncStore<K, V> of(Store<K, V> store) {
    return new AtOnce<>(store);
  }
}
