package io.nearside.store.local;

import io.nearside.EvictionCause;
import io.nearside.store.Clock;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Copies;
import io.nearside.store.LocalSize;
import io.nearside.store.Reservation;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoredEntry;
import io.nearside.store.TaggedCopy;
import io.nearside.store.VersionedEntry.Identity;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Copies in {@linkplain Slot slots} in Caffeine, as {@link LocalStore} has its entries; here nobody
 * is told of anything, since the authority tells of its entries.
 *
 * <p>Every partition has a mark, and a copy that of its partition when its key was reserved. A new
 * mark drops the copies of a partition and takes their reservations away, at once and at no cost;
 * {@link #expire} gives their memory back. A {@linkplain PartitionMarks generation} that is told
 * brings a new mark only if it is not that of the copies which are there. {@linkplain DroppedTags
 * Tags} are dropped in the same way, but for one more look at what has some.
 *
 * <p>Locks, outermost first: that of clearing; a reservation's bin; Caffeine's own; the wheel's;
 * that of the marks is held around nothing.
 */
public final class LocalCopies<K, V> implements Copies<K, V> {
  private LocalBound bound;
  private final Clock clock;
  private final PartitionMarks marks;
  private final DroppedTags tags = new DroppedTags();
  private final CopyReservations<K> reservations = new CopyReservations<>();
  private final LongAdder evictions = new LongAdder();
  private final StoreObserver<K, V> quiet = new CountEvictions();
  private final ReentrantLock clearing = new ReentrantLock();
  private volatile Table<K, V> table;
  private volatile boolean dropped;

  /**
   * @param partitions of the authority
   */
  public LocalCopies(LocalBound bound, int partitions, Clock clock) {
    this.bound = bound;
    this.clock = clock;
    this.marks = new PartitionMarks(partitions);
    this.table = new Table<>(bound, quiet, clock);
  }

  @Override
  public @Nullable CopiedEntry<V> read(K key) {
    Slot<K, V> slot = table.read(key);
    return (slot == null) ? null : copy(slot);
  }

  @Override
  public @Nullable CopiedEntry<V> peek(K key) {
    Slot<K, V> slot = table.peek(key);
    return (slot == null) ? null : copy(slot);
  }

  private @Nullable CopiedEntry<V> copy(Slot<K, V> slot) {
    return slot.entry() instanceof CopiedEntry<V> copy && isValid(copy) ? copy : null;
  }

  private boolean isValid(CopiedEntry<V> copy) {
    return isMarked(copy) && !(copy instanceof TaggedCopy<V> tagged && tags.isDropped(tagged));
  }

  private boolean isMarked(CopiedEntry<V> copy) {
    return copy.mark() == marks.mark(copy.partition());
  }

  @Override
  public Reservation reserve(K key, int partition) {
    return reservations.reserve(key, marks.mark(partition), tags.number());
  }

  @Override
  public boolean install(K key, Reservation reservation, CopiedEntry<V> copy, long generation) {
    return reservations.use(
        key,
        reservation,
        copy,
        marked -> {
          marked.mark(marks.admit(marked.partition(), marked.mark(), generation));
          return put(key, marked);
        });
  }

  private boolean put(K key, CopiedEntry<V> copy) {
    // A mark or tag that changes from here on drops the copy as soon as it is there.
    if (!isValid(copy)) {
      return false;
    }
    for (; ; ) {
      Table<K, V> current = table;
      Slot<K, V> slot = current.peek(key);
      StoredEntry<V> seen = (slot == null) ? null : slot.entry();
      if (slot != null && seen == null) {
        current.forget(slot);
      } else if (slot == null || seen == null
          ? current.insert(key, copy)
          : current.replace(slot, seen, copy)) {
        return true;
      }
    }
  }

  @Override
  public void release(K key, Reservation reservation) {
    reservations.release(key, reservation);
  }

  @Override
  public boolean changed(K key, @Nullable Identity identity) {
    // In this order: what is installed before the touch is seen below.
    reservations.touch(key, identity);
    for (; ; ) {
      Table<K, V> current = table;
      Slot<K, V> slot = current.peek(key);
      if (slot == null
          || !(slot.entry() instanceof CopiedEntry<V> copy)
          || copy.identity().equals(identity)) {
        return false;
      }
      if (current.replace(slot, copy, null)) {
        return isValid(copy);
      }
    }
  }

  @Override
  public void dropTags(Collection<String> which) {
    tags.drop(which);
    dropped = true;
  }

  @Override
  public void dropPartition(int partition) {
    marks.drop(partition);
    dropped = true;
  }

  @Override
  public void clearPartition(int partition, long generation) {
    if (marks.begin(partition, generation)) {
      dropped = true;
    }
  }

  @Override
  public void clear() {
    for (int partition = 0; partition < marks.partitions(); partition++) {
      marks.drop(partition);
    }
    clearing.lock();
    try {
      Table<K, V> full = table;
      table = new Table<>(bound, quiet, clock);
      full.retire();
    } finally {
      clearing.unlock();
    }
  }

  @Override
  public Iterator<Map.Entry<K, CopiedEntry<V>>> iterator() {
    return new Walk(table.slots());
  }

  @Override
  public void expire(long now) {
    Table<K, V> current = table;
    current.makeRoom();
    for (Slot<K, V> slot : current.due(now)) {
      StoredEntry<V> entry = slot.entry();
      if (entry != null && (entry.isLive(now) || !current.replace(slot, entry, null))) {
        current.schedule(slot); // another copy has come meanwhile
      }
    }
    if (dropped) {
      dropped = false;
      current
          .slots()
          .forEachRemaining(slot -> {
            if (slot.entry() instanceof CopiedEntry<V> copy && !isValid(copy)) {
              current.replace(slot, copy, null);
            }
          });
    }
  }

  /** Copies that had to make room so far. */
  public long evictions() {
    return evictions.sum();
  }

  @Override
  public void limit(long maximum) {
    clearing.lock();
    try {
      bound = bound.with(maximum);
      table.limit(maximum);
    } finally {
      clearing.unlock();
    }
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    return (type == LocalSize.class)
        ? type.cast(new LocalSize(() -> table.size(), () -> table.weight()))
        : table.unwrap(type);
  }

  /** Nothing of it is left in the budget. */
  @Override
  public void close() {
    clear();
    table.retire();
  }

  private final class Walk implements Iterator<Map.Entry<K, CopiedEntry<V>>> {
    private final Iterator<Slot<K, V>> slots;
    private Map.@Nullable Entry<K, CopiedEntry<V>> next;

    Walk(Iterator<Slot<K, V>> slots) {
      this.slots = slots;
    }

    @Override
    public boolean hasNext() {
      while (next == null && slots.hasNext()) {
        Slot<K, V> slot = slots.next();
        CopiedEntry<V> copy = copy(slot);
        if (copy != null && slot.key != null) {
          next = new SimpleImmutableEntry<>(slot.key, copy);
        }
      }
      return next != null;
    }

    @Override
    public Map.Entry<K, CopiedEntry<V>> next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Map.Entry<K, CopiedEntry<V>> result = next;
      next = null;
      return result;
    }
  }

  private final class CountEvictions implements StoreObserver<K, V> {
    @Override
    public boolean wantsChanges() {
      return false;
    }

    @Override
    public void changed(K key, @Nullable StoredEntry<V> prior, @Nullable StoredEntry<V> current) {}

    @Override
    public void expired(K key, StoredEntry<V> entry) {}

    @Override
    public void evicted(K key, StoredEntry<V> entry, EvictionCause cause) {
      evictions.increment();
    }
  }
}
