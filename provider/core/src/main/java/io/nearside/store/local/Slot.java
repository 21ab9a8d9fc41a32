package io.nearside.store.local;

import io.nearside.store.StoredEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The place of a key in the local tier: what Caffeine holds. It keeps its key's entry from the
 * first write to the removal, so that a write to a key that is there is one compare-and-set and
 * leaves Caffeine alone. Once its entry is gone it is dead for good, whoever ended it: a remover,
 * the expiry, or Caffeine making room; a writer that finds it dead starts with a new slot.
 *
 * <p>The links belong to the {@link ExpiryWheel} and are guarded by its locks.
 */
sealed class Slot<K, V> permits WeightedSlot {
  private static final VarHandle ENTRY;

  static {
    try {
      ENTRY = MethodHandles.lookup().findVarHandle(Slot.class, "entry", StoredEntry.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Null only in the heads of the wheel's lists. */
  final @Nullable K key;

  private volatile @Nullable StoredEntry<V> entry;

  @Nullable Slot<K, V> previous;
  @Nullable Slot<K, V> next;

  Slot(@Nullable K key, @Nullable StoredEntry<V> entry) {
    this.key = key;
    // Safe without a fence: slots are published by Caffeine's map.
    ENTRY.set(this, entry);
  }

  /** Null once the slot is dead. */
  @Nullable StoredEntry<V> entry() {
    return entry;
  }

  /** Replaces the entry, or kills the slot with null. */
  boolean replace(StoredEntry<V> expected, @Nullable StoredEntry<V> replacement) {
    return ENTRY.compareAndSet(this, expected, replacement);
  }

  /** Kills the slot and returns the entry that it had, null if it was dead. */
  @SuppressWarnings("unchecked")
  @Nullable StoredEntry<V> kill() {
    return (StoredEntry<V>) ENTRY.getAndSet(this, null);
  }
}
