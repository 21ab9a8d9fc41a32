package io.nearside.store;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Of a store that never waits. Thread-safe. */
record AtOnce<K, V>(Store<K, V> store) implements AsyncStore<K, V> {

  @Override
  public CompletableFuture<Outcome<V>> read(K key, long now, Executor executor) {
    return CompletableFuture.completedFuture(store.read(key, now));
  }

  @Override
  public CompletableFuture<Outcome<V>> peek(K key, long now, Executor executor) {
    return CompletableFuture.completedFuture(store.peek(key, now));
  }

  @Override
  public CompletableFuture<ReadOrReserved<V>> readOrReserve(K key, long now, Executor executor) {
    return CompletableFuture.completedFuture(store.readOrReserve(key, now));
  }

  @Override
  public CompletableFuture<Outcome<V>> inspect(K key, long now, Executor executor) {
    return CompletableFuture.completedFuture(store.inspect(key, now));
  }

  @Override
  public CompletableFuture<Map<K, Outcome<V>>> readAll(
      Collection<? extends K> keys, long now, Executor executor) {
    return CompletableFuture.completedFuture(store.readAll(keys, now));
  }

  @Override
  public CompletableFuture<AppliedAll<K, V>> applyAll(
      Map<? extends K, Change<V>> changes, long now, Executor executor) {
    return CompletableFuture.completedFuture(store.applyAll(changes, now));
  }

  @Override
  public CompletableFuture<Applied<V>> apply(K key, Change<V> change, long now, Executor executor) {
    return CompletableFuture.completedFuture(store.apply(key, change, now));
  }
}
