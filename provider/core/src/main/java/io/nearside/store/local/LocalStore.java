package io.nearside.store.local;

import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AsyncStore;
import io.nearside.store.Blank;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.Clock;
import io.nearside.store.Keeping;
import io.nearside.store.KeptEntry;
import io.nearside.store.Lifetime;
import io.nearside.store.LocalSize;
import io.nearside.store.Notes;
import io.nearside.store.Outcome;
import io.nearside.store.Reservation;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoredEntry;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The local tier: entries in {@linkplain Slot slots} in Caffeine, which chooses what makes room.
 *
 * <p>A write is a compare-and-set of the slot's entry, so it needs no lock. Only when the observer
 * wants to hear of changes in their order, changes of a key are made under a stripe's lock,
 * together with the telling. {@link #clear} puts an empty table in the place of the full one, which
 * is one instant for all keys.
 *
 * <p>Locks, outermost first: a reservation's bin; a stripe; Caffeine's own; the wheel's.
 */
public final class LocalStore<K, V> implements Store<K, V> {
  private static final int STRIPES = 64;

  private volatile LocalBound bound;
  private final Clock clock;
  private final Keeping keeping;
  private final StoreObserver<K, V> observer;
  private final Reservations<K, V> reservations = new Reservations<>();
  private final @Nullable Blanks<K> blanks;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];
  private volatile Table<K, V> table;

  /** Guarded by all stripes. */
  private boolean closed;

  /** Of a cache that asks its source again and again for what is not there. */
  public LocalStore(LocalBound bound, StoreObserver<K, V> observer, Clock clock) {
    this(bound, observer, clock, Keeping.NONE, 0);
  }

  /**
   * @param keeping of entries whose time is over; they take room like others
   * @param maximumBlanks the most keys remembered that the source had nothing for; 0: none are
   */
  public LocalStore(
      LocalBound bound,
      StoreObserver<K, V> observer,
      Clock clock,
      Keeping keeping,
      long maximumBlanks) {
    this.keeping = keeping;
    this.bound = bound;
    this.blanks = (maximumBlanks == 0) ? null : new Blanks<>(maximumBlanks, clock);
    this.observer = observer;
    this.clock = clock;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
    this.table = new Table<>(bound, observer, clock);
  }

  @Override
  public AsyncStore<K, V> async() {
    return AsyncStore.of(this);
  }

  @Override
  public Outcome<V> read(K key, long now) {
    Slot<K, V> slot = table.read(key);
    if (slot != null) {
      StoredEntry<V> entry = slot.entry();
      if (entry != null && entry.isLive(now)) {
        return entry;
      }
    }
    return Absent.absent();
  }

  @Override
  public Outcome<V> peek(K key, long now) {
    Slot<K, V> slot = table.peek(key);
    StoredEntry<V> entry = (slot == null) ? null : slot.entry();
    return (entry != null && entry.isLive(now)) ? entry : Absent.absent();
  }

  @Override
  public Applied<V> apply(K key, Change<V> change, long now) {
    reservations.cancel(key);
    Applied<V> applied = applyReserved(key, change, now);
    endBlank(key); // after it: a load that began meanwhile may have left one
    return applied;
  }

  private void endBlank(K key) {
    if (blanks != null) {
      blanks.remove(key);
    }
  }

  private Applied<V> applyReserved(K key, Change<V> change, long now) {
    if (!observer.wantsChanges()) {
      return applyUnordered(key, change, now);
    }
    ReentrantLock stripe = stripe(key);
    stripe.lock();
    try {
      Applied<V> applied = applyUnordered(key, change, now);
      if (applied.done() && (applied.prior() != null || applied.current() != null)) {
        observer.changed(key, applied.prior(), applied.current());
      }
      return applied;
    } finally {
      stripe.unlock();
    }
  }

  private Applied<V> applyUnordered(K key, Change<V> change, long now) {
    for (; ; ) {
      Table<K, V> current = table;
      // Who expects an entry has just read it, and that was the use.
      Slot<K, V> slot =
          (change.condition() == Condition.SAME) ? current.peek(key) : current.read(key);
      Applied<V> applied =
          (slot == null) ? insert(current, key, change, now) : update(current, slot, change, now);
      if (applied != null) {
        return applied;
      }
    }
  }

  /** Null if the key has got a slot meanwhile. */
  private @Nullable Applied<V> insert(Table<K, V> current, K key, Change<V> change, long now) {
    if (!change.admits(null)) {
      return new Applied<>(false, null, null);
    }
    StoredEntry<V> created = created(change, now);
    if (created == null) {
      return new Applied<>(true, null, null);
    }
    return current.insert(key, created) ? new Applied<>(true, null, created) : null;
  }

  /** Null if the slot's entry has changed meanwhile. */
  private @Nullable Applied<V> update(
      Table<K, V> current, Slot<K, V> slot, Change<V> change, long now) {
    StoredEntry<V> seen = slot.entry();
    if (seen == null) {
      current.forget(slot);
      return null;
    }
    boolean live = seen.isLive(now);
    if (!live && !seen.seal(now)) {
      return null;
    }
    StoredEntry<V> prior = live ? seen : null;
    if (!change.admits(prior)) {
      return new Applied<>(false, prior, null);
    }
    StoredEntry<V> next = live ? updated(change, seen, now) : created(change, now);
    if (!current.replace(slot, seen, next)) {
      return null;
    }
    if (!live && !(seen instanceof KeptEntry<V>)) {
      observer.expired(key(slot), seen);
    }
    return new Applied<>(true, prior, next);
  }

  private static <V> @Nullable StoredEntry<V> created(Change<V> change, long now) {
    V value = change.value();
    if (value == null || change.lifetime() == null) {
      return null;
    }
    StoredEntry<V> entry = change.lifetime().created(value, now);
    return entry.isLive(now) ? entry : null;
  }

  private static <V> @Nullable StoredEntry<V> updated(
      Change<V> change, StoredEntry<V> prior, long now) {
    V value = change.value();
    return (value == null || change.lifetime() == null)
        ? null
        : change.lifetime().updated(value, prior, now);
  }

  @Override
  public boolean renew(K key, StoredEntry<V> entry, long expiresAt) {
    long before = entry.renew(expiresAt);
    if (expiresAt < before) {
      table.reschedule(key);
    }
    return before != StoredEntry.SEALED;
  }

  @Override
  public Reservation reserve(K key) {
    Blank blank = (blanks == null) ? null : blanks.get(key);
    return (blank == null) ? reservations.reserve(key) : blank;
  }

  @Override
  public Map<K, Reservation> reserveAnew(Collection<? extends K> keys) {
    Map<K, Reservation> reserved = new HashMap<>();
    keys.forEach(key -> reserved.put(key, reservations.reserve(key)));
    return reserved;
  }

  @Override
  public Map<K, Blank> blankAll(Map<? extends K, Reservation> all, LongSupplier lives) {
    Blanks<K> room = blanks;
    if (room == null) {
      return Map.of();
    }
    Map<K, Blank> made = new HashMap<>();
    all.forEach((key, reservation) -> {
      long now = clock.nanos();
      Blank blank = new Blank(now + lives.getAsLong());
      // While the reservation is held fast, so that a change which takes it away finds the blank.
      reservations.use(
          key,
          reservation,
          Notes.NONE,
          () -> {
            boolean absent = peek(key, now) instanceof Absent<V>;
            if (absent) {
              room.put(key, blank);
              made.put(key, blank);
              endKept(key, now);
            }
            return new Applied<>(absent, null, null);
          });
    });
    return made;
  }

  private void endKept(K key, long now) {
    Table<K, V> current = table;
    Slot<K, V> slot = (keeping == Keeping.NONE) ? null : current.peek(key);
    if (slot != null) {
      forget(current, slot, now);
    }
  }

  private void forget(Table<K, V> current, Slot<K, V> slot, long now) {
    StoredEntry<V> entry = slot.entry();
    while (entry != null && !entry.isLive(now)) { // again if the wheel has just kept it
      expire(current, slot, now, Keeping.NONE);
      entry = slot.entry();
    }
  }

  @Override
  public Applied<V> fill(K key, Reservation reservation, Change<V> change, long now) {
    Applied<V> applied =
        reservations.use(
            key, reservation, notes(change.lifetime()), () -> fillReserved(key, change, now));
    return (applied == null) ? new Applied<>(false, null, null) : applied;
  }

  private static Notes notes(@Nullable Lifetime lifetime) {
    return (lifetime == null) ? Notes.NONE : lifetime.notes();
  }

  /** What is loaded is likely not there, so it is not looked for first. */
  private Applied<V> fillReserved(K key, Change<V> change, long now) {
    endBlank(key); // of a load that began at the same time
    if (change.condition() == Condition.ABSENT && !observer.wantsChanges()) {
      Applied<V> applied = insert(table, key, change, now);
      if (applied != null) {
        return applied;
      }
    }
    return applyReserved(key, change, now);
  }

  @Override
  public Applied<V> revive(
      K key, Reservation reservation, StoredEntry<V> entry, Lifetime lifetime, long now) {
    Applied<V> applied =
        reservations.use(
            key, reservation, notes(lifetime), () -> reviveReserved(key, entry, lifetime, now));
    return (applied == null) ? new Applied<>(false, null, null) : applied;
  }

  private Applied<V> reviveReserved(K key, StoredEntry<V> entry, Lifetime lifetime, long now) {
    Table<K, V> current = table;
    Slot<K, V> slot = current.peek(key);
    if (slot == null || slot.entry() != entry || !entry.isLive(now)) {
      return new Applied<>(false, null, null);
    }
    StoredEntry<V> next = lifetime.updated(entry.value(), entry, now);
    return current.replace(slot, entry, next)
        ? new Applied<>(true, entry, next)
        : new Applied<>(false, null, null);
  }

  @Override
  public void release(K key, Reservation reservation) {
    reservations.release(key, reservation);
  }

  @Override
  public void releaseAll() {
    reservations.cancelAll();
    endBlanks();
  }

  private void endBlanks() {
    if (blanks != null) {
      blanks.clear();
    }
  }

  @Override
  public void clear() {
    replaceTable(false);
  }

  /**
   * A walk over the entries: they are many, but who keeps an index of tags pays with every write.
   */
  @Override
  public void invalidateTags(Collection<String> tags) {
    reservations.invalidate(tags); // first: what is filled before is found below
    Table<K, V> current = table;
    for (Iterator<Slot<K, V>> slots = current.slots(); slots.hasNext(); ) {
      Slot<K, V> slot = slots.next();
      StoredEntry<V> entry = slot.entry();
      while (entry != null && entry.notes().hasAny(tags) && !current.replace(slot, entry, null)) {
        entry = slot.entry(); // kept, or written anew
      }
    }
  }

  /** With the last table retired too, nothing of a closed store is left in the budget. */
  private void replaceTable(boolean closing) {
    reservations.cancelAll();
    Table<K, V> empty = new Table<>(bound, observer, clock);
    // With every stripe held no ordered change is half way between the old table and its telling.
    for (ReentrantLock stripe : stripes) {
      stripe.lock();
    }
    Table<K, V> full = table;
    table = empty;
    closed |= closing;
    boolean last = closed;
    for (ReentrantLock stripe : stripes) {
      stripe.unlock();
    }
    empty.limit(bound.maximum()); // it may have changed meanwhile
    endBlanks();
    full.retire();
    if (last) {
      empty.retire();
    }
  }

  @Override
  public void expire(long now) {
    Table<K, V> current = table;
    current.makeRoom();
    if (blanks != null) {
      blanks.expire();
    }
    for (Slot<K, V> slot : current.due(now)) {
      if (!observer.admitsExpiry()) {
        current.schedule(slot);
      } else {
        expire(current, slot, now, keeping);
      }
    }
  }

  private void expire(Table<K, V> current, Slot<K, V> slot, long now, Keeping kept) {
    if (!observer.wantsChanges()) {
      expireUnordered(current, slot, now, kept);
      return;
    }
    ReentrantLock stripe = stripe(key(slot));
    stripe.lock();
    try {
      expireUnordered(current, slot, now, kept);
    } finally {
      stripe.unlock();
    }
  }

  private void expireUnordered(Table<K, V> current, Slot<K, V> slot, long now, Keeping kept) {
    StoredEntry<V> entry = slot.entry();
    if (entry == null) {
      return;
    }
    if (entry instanceof KeptEntry<V> old) {
      if (kept != Keeping.NONE && old.isKept(now) || !current.replace(slot, old, null)) {
        current.schedule(slot);
      }
      return;
    }
    StoredEntry<V> next = kept.keep(entry, now); // sealed, it does not tell when it expired
    if (!entry.seal(now) || !current.replace(slot, entry, next)) {
      current.schedule(slot); // renewed or overwritten meanwhile
    } else {
      if (next != null) {
        current.schedule(slot);
      }
      observer.expired(key(slot), entry);
    }
  }

  @Override
  public @Nullable StoredEntry<V> kept(K key, long now) {
    Slot<K, V> slot = table.peek(key);
    StoredEntry<V> entry = (slot == null) ? null : slot.entry();
    if (entry == null || entry.isLive(now)) {
      return entry;
    } else if (entry instanceof KeptEntry<V> kept) {
      return kept.isKept(now) ? kept : null;
    }
    return keeping.keep(entry, now); // the wheel will find it soon
  }

  @Override
  public void forgetKept(long now) {
    if (keeping == Keeping.NONE) {
      return;
    }
    Table<K, V> current = table;
    for (Iterator<Slot<K, V>> slots = current.slots(); slots.hasNext(); ) {
      forget(current, slots.next(), now);
    }
  }

  @Override
  public Iterator<Map.Entry<K, StoredEntry<V>>> iterator() {
    return new LiveEntries<>(table.slots(), clock);
  }

  @Override
  public void limit(long maximum, long copyNanos) {
    bound = bound.with(maximum);
    table.limit(maximum);
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    return (type == LocalSize.class)
        ? type.cast(new LocalSize(() -> table.size(), () -> table.weight()))
        : table.unwrap(type);
  }

  @Override
  public void close() {
    replaceTable(true);
  }

  private ReentrantLock stripe(K key) {
    int hash = key.hashCode();
    return stripes[(hash ^ (hash >>> 16)) & (STRIPES - 1)];
  }

  private static <K, V> K key(Slot<K, V> slot) {
    if (slot.key == null) {
      throw new IllegalStateException("a list head is not a slot");
    }
    return slot.key;
  }

  /** The live entries among slots, looked at when they are asked for. */
  private static final class LiveEntries<K, V> implements Iterator<Map.Entry<K, StoredEntry<V>>> {
    private final Iterator<Slot<K, V>> slots;
    private final Clock clock;
    private Map.@Nullable Entry<K, StoredEntry<V>> next;

    LiveEntries(Iterator<Slot<K, V>> slots, Clock clock) {
      this.slots = slots;
      this.clock = clock;
    }

    @Override
    public boolean hasNext() {
      while (next == null && slots.hasNext()) {
        Slot<K, V> slot = slots.next();
        StoredEntry<V> entry = slot.entry();
        if (entry != null && entry.isLive(clock.nanos())) {
          next = new SimpleImmutableEntry<>(key(slot), entry);
        }
      }
      return next != null;
    }

    @Override
    public Map.Entry<K, StoredEntry<V>> next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Map.Entry<K, StoredEntry<V>> result = next;
      next = null;
      return result;
    }
  }
}
