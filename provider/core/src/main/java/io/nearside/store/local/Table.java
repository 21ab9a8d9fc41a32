package io.nearside.store.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.nearside.EvictionCause;
import io.nearside.store.Clock;
import io.nearside.store.KeptEntry;
import io.nearside.store.Notes;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoredEntry;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a local tier between two clears, in Caffeine and in the expiry wheel. Keeps the two
 * in step: a slot is in the wheel only while it is alive.
 *
 * <p>Thread-safe.
 */
final class Table<K, V> {
  /** What a text takes beside its characters. */
  private static final int TEXT_BYTES = 56;

  private final LocalBound bound;

  /** A field of its own: a call that returns a class which may not be loaded is never inlined. */
  private final @Nullable Weigher weigher;

  private final StoreObserver<K, V> observer;
  private final Cache<K, Slot<K, V>> slots;
  private final ExpiryWheel<K, V> wheel;
  private final AtomicLong weight = new AtomicLong();
  private volatile long most;
  private volatile boolean narrowed;
  private volatile boolean retired;

  Table(LocalBound bound, StoreObserver<K, V> observer, Clock clock) {
    this.bound = bound;
    this.weigher = bound.weigher();
    this.most = bound.maximum();
    this.observer = observer;
    this.wheel = new ExpiryWheel<>(clock.nanos());
    Caffeine<Object, Object> builder = Caffeine.newBuilder().executor(Runnable::run);
    this.slots =
        (weigher == null)
            ? builder.maximumSize(bound.maximum()).evictionListener(this::evicted).build()
            : builder
                .maximumWeight(bound.maximum())
                .weigher((K key, Slot<K, V> slot) -> weightOf(slot))
                .evictionListener(this::evicted)
                .build();
    if (bound.budget() != null) {
      bound.budget().join(this);
    }
  }

  /** Counts as a use of the key. */
  @Nullable Slot<K, V> read(K key) {
    return slots.getIfPresent(key);
  }

  @Nullable Slot<K, V> peek(K key) {
    return slots.policy().getIfPresentQuietly(key);
  }

  Iterator<Slot<K, V>> slots() {
    return slots.asMap().values().iterator();
  }

  /** False if the key has a slot. */
  boolean insert(K key, StoredEntry<V> entry) {
    Slot<K, V> slot = slot(key, entry);
    if (slots.asMap().putIfAbsent(key, slot) != null) {
      return false;
    }
    count(weightOf(slot));
    if (entry.expiresAt() != StoredEntry.NEVER) {
      wheel.schedule(slot);
    }
    return true;
  }

  /** Replaces a slot's entry, or kills the slot with null; false if it has another entry. */
  boolean replace(Slot<K, V> slot, StoredEntry<V> expected, @Nullable StoredEntry<V> next) {
    int reweighed = (next == null || slot.key == null) ? 0 : weigh(slot.key, next);
    if (!slot.replace(expected, next)) {
      return false;
    }
    if (next == null) {
      forget(slot);
      wheel.unschedule(slot);
      return true;
    }
    if (next.expiresAt() < expected.expiresAt() || expected instanceof KeptEntry<V>) {
      wheel.schedule(slot);
    }
    if (slot instanceof WeightedSlot<K, V> weighted && weighted.weight() != reweighed) {
      reweigh(weighted, reweighed);
    }
    return true;
  }

  /** Takes a dead slot out of Caffeine; helps whoever killed it. */
  void forget(Slot<K, V> slot) {
    if (slot.key != null && slots.asMap().remove(slot.key, slot)) {
      count(-weightOf(slot));
    }
  }

  void schedule(Slot<K, V> slot) {
    wheel.schedule(slot);
  }

  void reschedule(K key) {
    Slot<K, V> slot = peek(key);
    if (slot != null) {
      wheel.schedule(slot);
    }
  }

  /** Has Caffeine evict what it put off: it may leave that to the next access, however late. */
  void makeRoom() {
    slots.cleanUp();
  }

  List<Slot<K, V>> due(long now) {
    return wheel.turn(now);
  }

  /** Ends the accounting of a table that a clear has taken out of use. */
  void retire() {
    retired = true;
    if (bound.budget() != null) {
      bound.budget().leave(this, weight.get());
    }
  }

  /** The entries held, roughly. */
  long size() {
    return slots.estimatedSize();
  }

  /** The bytes held, estimated. */
  long weight() {
    return weight.get();
  }

  /** Takes Caffeine's sum for our own count, which concurrent writes of one key can put off. */
  void settle() {
    slots
        .policy()
        .eviction()
        .ifPresent(e -> e.weightedSize().ifPresent(sum -> count(sum - weight.get())));
  }

  /** Holds the table to its share of the manager's budget. */
  void narrow(long maximum) {
    narrowed = maximum < most;
    maximum(Math.min(maximum, most));
  }

  void relax() {
    maximum(most);
    narrowed = false;
  }

  <T> @Nullable T unwrap(Class<T> type) {
    return type.isInstance(slots) ? type.cast(slots) : null;
  }

  private void evicted(@Nullable K key, @Nullable Slot<K, V> slot, RemovalCause cause) {
    if (key == null || slot == null) {
      return;
    }
    StoredEntry<V> entry = slot.kill();
    wheel.unschedule(slot);
    count(-weightOf(slot));
    if (entry != null && !(entry instanceof KeptEntry<V>) && !retired) {
      observer.evicted(key, entry, cause());
    }
  }

  private EvictionCause cause() {
    if (weigher == null) {
      return EvictionCause.SIZE;
    }
    return narrowed ? EvictionCause.MANAGER_WEIGHT : EvictionCause.WEIGHT;
  }

  private Slot<K, V> slot(K key, StoredEntry<V> entry) {
    return (weigher == null)
        ? new Slot<>(key, entry)
        : new WeightedSlot<>(key, entry, weigh(key, entry));
  }

  private int weigh(K key, StoredEntry<V> entry) {
    if (weigher == null || entry.value() == null) {
      return 0;
    }
    long extra = (entry.notes() == Notes.NONE) ? 0 : weigh(entry.notes());
    return (int) Math.min(Integer.MAX_VALUE, weigher.weigh(key, entry.value()) + extra);
  }

  private static long weigh(Notes notes) {
    String validator = notes.validator();
    long bytes = (validator == null) ? 0 : TEXT_BYTES + 2L * validator.length();
    for (String tag : notes.tags()) {
      bytes += TEXT_BYTES + 2L * tag.length();
    }
    return bytes;
  }

  private void reweigh(WeightedSlot<K, V> slot, int bytes) {
    int before = slot.reweigh(bytes);
    // Caffeine weighs again what is put again.
    if (slot.key != null && slots.asMap().replace(slot.key, slot, slot)) {
      count((long) bytes - before);
    }
  }

  private static int weightOf(Slot<?, ?> slot) {
    return (slot instanceof WeightedSlot<?, ?> weighted) ? weighted.weight() : 0;
  }

  private void count(long bytes) {
    if (bytes != 0) {
      weight.addAndGet(bytes);
      if (bound.budget() != null && !retired) {
        bound.budget().change(bytes);
      }
    }
  }

  /** Another bound of its own; the budget narrows it again if need be. */
  void limit(long maximum) {
    most = maximum;
    maximum(maximum);
  }

  private void maximum(long maximum) {
    slots
        .policy()
        .eviction()
        .ifPresent((Policy.Eviction<K, Slot<K, V>> e) -> e.setMaximum(maximum));
  }
}
