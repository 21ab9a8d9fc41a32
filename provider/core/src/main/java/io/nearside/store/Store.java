package io.nearside.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A tier, or tiers that act as one: keys to {@linkplain StoredEntry entries}, atomic per key. Knows
 * nothing of JCache, copies or user code. Thread-safe; holds no lock while it is not being called.
 *
 * <p>{@code now} is the caller's reading of {@link Clock#nanos}, so that one reading serves a whole
 * operation. What changes something throws {@link io.nearside.RemoteUnavailableException} when the
 * store can't do it now; reads answer {@link Unavailable}.
 */
public interface Store<K, V> extends Troubled, AutoCloseable {

  /** The live entry of a key; counts as a use of it for eviction. */
  Outcome<V> read(K key, long now);

  /** The live entry of a key; does not count as a use of it. */
  Outcome<V> peek(K key, long now);

  /** As {@link #peek}, by who knows most of the entry, its {@link StoredEntry#notes} too. */
  default Outcome<V> inspect(K key, long now) {
    return peek(key, now);
  }

  /** The same without a thread that waits; null where that can't be done, or not now. */
  default @Nullable AsyncStore<K, V> async() {
    return null;
  }

  /**
   * Whether what is read of the key now can be kept near its reader. A node that has just begun
   * can't for a moment; and for longer where Redis is away.
   */
  default boolean isReady(K key) {
    return true;
  }

  /**
   * Whether several keys at once, or a read and a reservation at once, cost less than one by one.
   */
  default boolean batches() {
    return false;
  }

  /** As {@link #read} for each key, in as few round trips as the store can. */
  default Map<K, Outcome<V>> readAll(Collection<? extends K> keys, long now) {
    Map<K, Outcome<V>> outcomes = new HashMap<>();
    keys.forEach(key -> outcomes.put(key, read(key, now)));
    return outcomes;
  }

  /** As {@link #read}, and {@link #reserve} if there is nothing. */
  default ReadOrReserved<V> readOrReserve(K key, long now) {
    Outcome<V> outcome = read(key, now);
    return new ReadOrReserved<>(outcome, outcome instanceof Absent<V> ? reserve(key) : null);
  }

  @Override
  default List<Trouble> troubles() {
    return List.of();
  }

  /**
   * Whether copies near the reader may be made and answer from now on; a store that makes none does
   * not care. When this returns those that were there answer no more, if they may not.
   */
  default void useCopies(boolean used) {}

  /**
   * What is kept in this JVM from now on; a store that keeps nothing here does not care.
   *
   * @param maximum the most, in the unit of the bound that the store was made with
   * @param copyNanos the longest life of a copy that is made, if these are copies
   */
  default void limit(long maximum, long copyNanos) {}

  /** Applies a change of one key, atomically, and takes away the reservation of the key. */
  Applied<V> apply(K key, Change<V> change, long now);

  /** As {@link #apply} for each key, in as few round trips as the store can; atomic per key. */
  default AppliedAll<K, V> applyAll(Map<? extends K, Change<V>> changes, long now) {
    Map<K, Applied<V>> applied = new HashMap<>();
    changes.forEach((key, change) -> applied.put(key, apply(key, change, now)));
    return new AppliedAll<>(applied, Map.of());
  }

  /** For those who change a key's source first. */
  default Marks<K, V> marks() {
    return new MarksOfOneNode<>(this);
  }

  /**
   * Sees to it that a key has no entry of before once the store is available again: what was to
   * take its place could not be stored.
   */
  default void removeLater(K key) {}

  /** As {@link #removeLater} for every key. */
  default void clearLater() {}

  /** The time that several calls of this store have which serve one operation of the caller's. */
  default OperationTime operationTime() {
    return OperationTime.UNLIMITED;
  }

  /**
   * A place among those who want to change the key, not yet taken: for those whose compare-and-set
   * failed again and again. To be closed.
   */
  default Turn turn(K key) {
    return Turn.NONE;
  }

  /**
   * Moves the expiry of an entry that a read has just returned.
   *
   * @param expiresAt in nanoseconds of {@link Clock#nanos}
   * @return false if the entry has expired meanwhile
   */
  boolean renew(K key, StoredEntry<V> entry, long expiresAt);

  /** As {@link #renew} for each key, in as few round trips as the store can. */
  default RenewedAll<K> renewAll(Map<? extends K, Renewal<V>> renewals) {
    Set<K> expired = new HashSet<>();
    renewals.forEach((key, renewal) -> {
      if (!renew(key, renewal.entry(), renewal.expiresAt())) {
        expired.add(key);
      }
    });
    return new RenewedAll<>(expired, Map.of());
  }

  /**
   * Reserves a key before its value is loaded; to be released when the load has ended. A store that
   * is unavailable gives a reservation that does not stand; a {@link Blank} says that there is no
   * need to load.
   */
  Reservation reserve(K key);

  /**
   * Remembers for a while that loads have found nothing, each if its reservation still stands and
   * the key has no entry: whoever reserves the key meanwhile gets a {@link Blank}. Any change of
   * the key ends that. A store that is unavailable, or has no room for it, remembers less.
   *
   * @param lives for how long, in nanoseconds; drawn for each
   * @return what is remembered
   */
  default Map<K, Blank> blankAll(Map<? extends K, Reservation> reservations, LongSupplier lives) {
    return Map.of();
  }

  /**
   * As {@link #reserve} for a load that begins whatever else is loaded, on whatever node, and
   * whatever was found before; never a {@link Blank}.
   */
  default Map<K, Reservation> reserveAnew(Collection<? extends K> keys) {
    return reserveAll(keys);
  }

  /**
   * As {@link #reserve}, for a load that is to replace an entry that a read has returned; null if
   * it need not be loaded, since the entry is not there any more or another node loads the key, or
   * if the store is unavailable.
   */
  default @Nullable Reservation reserveAnew(K key, StoredEntry<V> replaced, long now) {
    Reservation reservation = reserve(key);
    if (peek(key, now) == replaced) {
      return reservation;
    }
    release(key, reservation);
    return null;
  }

  /** Lets other nodes load what this one has reserved and is still loading. */
  default void concede(K key, Reservation reservation) {}

  /** Listens to what becomes of other nodes' loads, from now on; to be closed. */
  default LoadWatch watch(Collection<? extends K> keys) {
    return LoadWatch.NONE;
  }

  /**
   * Applies a change if the reservation still stands, and no load of the key that was reserved
   * later has been filled meanwhile. A fill takes no reservation away. Not done, rather than
   * failing, when the store is unavailable: nobody asked for the value to be stored.
   *
   * @return not done if that is not so, with no prior entry; or if the condition did not hold
   */
  Applied<V> fill(K key, Reservation reservation, Change<V> change, long now);

  /** As {@link #reserve} for each key, in as few round trips as the store can. */
  default Map<K, Reservation> reserveAll(Collection<? extends K> keys) {
    Map<K, Reservation> reservations = new HashMap<>();
    keys.forEach(key -> reservations.put(key, reserve(key)));
    return reservations;
  }

  /** As {@link #fill} for each key, in as few round trips as the store can. */
  default Map<K, Applied<V>> fillAll(Map<? extends K, Fill<V>> fills, long now) {
    Map<K, Applied<V>> applied = new HashMap<>();
    fills.forEach(
        (key, fill) -> applied.put(key, fill(key, fill.reservation(), fill.change(), now)));
    return applied;
  }

  /**
   * Gives an entry, and the value that it has, a new life as of an update: its source has been
   * asked under the reservation and knows no other value. Fenced as {@link #fill} is, and refused
   * if the entry is another one by now. Tells nobody, since nothing has changed.
   *
   * @param lifetime says by its {@link Lifetime#notes} what the source knows the value by now, and
   *     its tags
   * @return not done if the reservation does not stand, or the entry is not the one
   */
  default Applied<V> revive(
      K key, Reservation reservation, StoredEntry<V> entry, Lifetime lifetime, long now) {
    return fill(key, reservation, Change.replace(entry, entry.value(), lifetime), now);
  }

  /** Gives a reservation back, used or not; once. */
  void release(K key, Reservation reservation);

  /**
   * What answers for a load of the key that has failed: the {@linkplain KeptEntry entry} whose time
   * is over and that may stand in, or one that somebody has stored meanwhile; null if there is
   * neither. Never one that was changed, removed or cleared since.
   */
  default @Nullable StoredEntry<V> kept(K key, long now) {
    return null;
  }

  /** As {@link #kept} for each key that has one, in as few round trips as the store can. */
  default Map<K, StoredEntry<V>> keptAll(Collection<? extends K> keys, long now) {
    Map<K, StoredEntry<V>> kept = new HashMap<>();
    for (K key : keys) {
      StoredEntry<V> entry = kept(key, now);
      if (entry != null) {
        kept.put(key, entry);
      }
    }
    return kept;
  }

  /**
   * A load under that reservation has found nothing: what is kept of the key stands in for none any
   * more. A store that is unavailable leaves it.
   */
  default void endKept(K key, Reservation reservation, long now) {
    if (kept(key, now) instanceof KeptEntry<V>) {
      apply(key, Change.stayAbsent(), now);
    }
  }

  /** Keeps nothing any more whose time is over by now. */
  default void forgetKept(long now) {}

  /** Takes away all reservations, so that nothing that is being loaded now is stored. */
  void releaseAll();

  /** Removes everything, in one instant; takes away all reservations; tells nobody. */
  void clear();

  /**
   * Ends the entries that have one of these tags, and what is kept of such; tells nobody. What is
   * being loaded is not stored if it has one of them; who reserves a key from now on shares no load
   * that began before.
   *
   * @param tags some, each of which may be one
   */
  void invalidateTags(Collection<String> tags);

  /** Removes all that the store holds for all nodes, for good; nothing else. */
  default void destroy() {
    clear();
  }

  /** The live entries, weakly consistent, in constant memory; does not count as a use of them. */
  Iterator<Map.Entry<K, StoredEntry<V>>> iterator();

  /** Removes what has expired by now, and what is over the bound; tells the observer. */
  void expire(long now);

  /** What stands behind this store if it is of the asked type. */
  <T> @Nullable T unwrap(Class<T> type);

  @Override
  void close();
}
