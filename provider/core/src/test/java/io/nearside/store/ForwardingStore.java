package io.nearside.store;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Hands everything on; mutants override one method. */
public class ForwardingStore<K, V> implements Store<K, V> {
  protected final Store<K, V> behind;

  public ForwardingStore(Store<K, V> behind) {
    this.behind = behind;
  }

  @Override
  public boolean isReady(K key) {
    return behind.isReady(key);
  }

  @Override
  public Outcome<V> read(K key, long now) {
    return behind.read(key, now);
  }

  @Override
  public Outcome<V> peek(K key, long now) {
    return behind.peek(key, now);
  }

  @Override
  public Applied<V> apply(K key, Change<V> change, long now) {
    return behind.apply(key, change, now);
  }

  @Override
  public boolean renew(K key, StoredEntry<V> entry, long expiresAt) {
    return behind.renew(key, entry, expiresAt);
  }

  @Override
  public Reservation reserve(K key) {
    return behind.reserve(key);
  }

  @Override
  public Map<K, Blank> blankAll(Map<? extends K, Reservation> reservations, LongSupplier lives) {
    return behind.blankAll(reservations, lives);
  }

  @Override
  public Applied<V> fill(K key, Reservation reservation, Change<V> change, long now) {
    return behind.fill(key, reservation, change, now);
  }

  @Override
  public Outcome<V> inspect(K key, long now) {
    return behind.inspect(key, now);
  }

  @Override
  public Applied<V> revive(
      K key, Reservation reservation, StoredEntry<V> entry, Lifetime lifetime, long now) {
    return behind.revive(key, reservation, entry, lifetime, now);
  }

  @Override
  public void release(K key, Reservation reservation) {
    behind.release(key, reservation);
  }

  @Override
  public void releaseAll() {
    behind.releaseAll();
  }

  @Override
  public void invalidateTags(Collection<String> tags) {
    behind.invalidateTags(tags);
  }

  @Override
  public void clear() {
    behind.clear();
  }

  @Override
  public Iterator<Map.Entry<K, StoredEntry<V>>> iterator() {
    return behind.iterator();
  }

  @Override
  public void expire(long now) {
    behind.expire(now);
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    return behind.unwrap(type);
  }

  @Override
  public void close() {
    behind.close();
  }
}
