package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Change;
import io.nearside.store.Lifetime;
import io.nearside.store.Mark;
import io.nearside.store.Marked;
import io.nearside.store.MarkedChange;
import io.nearside.store.Marks;
import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Reservation;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import io.nearside.store.Trouble;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In the place of a store that is not to be used: has nothing and keeps nothing. What is there of a
 * key that is changed is removed, since it is old then: at once, or later where that can't be done.
 * Other nodes may not be switched, or not yet, and must not go on reading it. What was begun with
 * the store itself is ended with it. Thread-safe.
 */
final class BypassStore<K, V> implements Store<K, V> {
  private static final Mark MARK = new Mark() {};

  private static final Reservation VAIN =
      new Reservation() {
        @Override
        public boolean isVain() {
          return true;
        }
      };

  private final Store<K, V> behind;
  private final boolean queues;

  /**
   * @param queues whether changes are queued for the source by the store: then it makes them
   */
  BypassStore(Store<K, V> behind, boolean queues) {
    this.behind = behind;
    this.queues = queues;
  }

  /** Whether marks are this store's. */
  static boolean isOwn(@Nullable Mark mark) {
    return mark == MARK;
  }

  @Override
  public Outcome<V> read(K key, long now) {
    return Absent.absent();
  }

  @Override
  public Outcome<V> peek(K key, long now) {
    return Absent.absent();
  }

  @Override
  public boolean batches() {
    return behind.batches();
  }

  @Override
  public ReadOrReserved<V> readOrReserve(K key, long now) {
    return new ReadOrReserved<>(Absent.absent(), VAIN);
  }

  @Override
  public List<Trouble> troubles() {
    return behind.troubles();
  }

  @Override
  public Applied<V> apply(K key, Change<V> change, long now) {
    if (queues) {
      return behind.apply(key, blind(change), now);
    }
    try {
      behind.apply(key, Change.remove(), now);
    } catch (RemoteUnavailableException e) {
      behind.removeLater(key);
    }
    return new Applied<>(true, null, null);
  }

  /** Who puts has seen no entry here, so one that is there must not refuse it. */
  private static <V> Change<V> blind(Change<V> change) {
    V value = change.value();
    Lifetime lifetime = change.lifetime();
    return (value == null || lifetime == null || change.known())
        ? change
        : Change.put(value, lifetime);
  }

  @Override
  public AppliedAll<K, V> applyAll(Map<? extends K, Change<V>> changes, long now) {
    if (queues) {
      Map<K, Change<V>> blind = new HashMap<>();
      changes.forEach((key, change) -> blind.put(key, blind(change)));
      return behind.applyAll(blind, now);
    }
    Map<K, Change<V>> removals = new HashMap<>();
    Map<K, Applied<V>> done = new HashMap<>();
    changes
        .keySet()
        .forEach(key -> {
          removals.put(key, Change.remove());
          done.put(key, new Applied<>(true, null, null));
        });
    behind.applyAll(removals, now).failed().keySet().forEach(behind::removeLater);
    return new AppliedAll<>(done, Map.of());
  }

  @Override
  public Marks<K, V> marks() {
    return new NoMarks();
  }

  /** Nothing need be marked: what the source is told of does not become an entry. */
  private final class NoMarks implements Marks<K, V> {
    @Override
    public Map<K, Marked<V>> markAll(Collection<? extends K> keys, Terms terms, long now) {
      Map<K, Marked<V>> marked = new HashMap<>();
      keys.forEach(key -> marked.put(key, new Marked<>(MARK, Absent.absent())));
      return marked;
    }

    @Override
    public AppliedAll<K, V> applyAll(Map<? extends K, MarkedChange<V>> changes, long now) {
      Map<K, Change<V>> plain = new HashMap<>();
      changes.forEach((key, change) -> plain.put(key, change.change()));
      return BypassStore.this.applyAll(plain, now);
    }

    @Override
    public void releaseAll(Map<? extends K, Mark> marks) {}
  }

  @Override
  public void removeLater(K key) {
    behind.removeLater(key);
  }

  @Override
  public void clearLater() {
    behind.clearLater();
  }

  @Override
  public OperationTime operationTime() {
    return behind.operationTime();
  }

  @Override
  public boolean renew(K key, StoredEntry<V> entry, long expiresAt) {
    return true;
  }

  @Override
  public Reservation reserve(K key) {
    return VAIN;
  }

  @Override
  public @Nullable Reservation reserveAnew(K key, StoredEntry<V> replaced, long now) {
    return null;
  }

  @Override
  public Applied<V> fill(K key, Reservation reservation, Change<V> change, long now) {
    return (reservation == VAIN)
        ? new Applied<>(false, null, null)
        : behind.fill(key, reservation, change, now);
  }

  @Override
  public void release(K key, Reservation reservation) {
    if (reservation != VAIN) {
      behind.release(key, reservation);
    }
  }

  @Override
  public void endKept(K key, Reservation reservation, long now) {}

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
  public void destroy() {
    behind.destroy();
  }

  @Override
  public Iterator<Map.Entry<K, StoredEntry<V>>> iterator() {
    return Collections.emptyIterator();
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
