package io.nearside.store;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tier, or tiers that act as one: keys to {@linkplain StoredEntry entries}, atomic per key. Knows
 * nothing of JCache, copies or user code. Thread-safe; holds no lock while it is not being called.
 *
 * <p>{@code now} is the caller's reading of {@link Clock#nanos}, so that one reading serves a whole
 * operation.
 */
public interface Store<K, V> extends AutoCloseable {

  /** The live entry of a key; counts as a use of it for eviction. */
  Outcome<V> read(K key, long now);

  /** The live entry of a key; does not count as a use of it. */
  Outcome<V> peek(K key, long now);

  /** Applies a change of one key, atomically, and takes away the reservation of the key. */
  Applied<V> apply(K key, Change<V> change, long now);

  /**
   * Moves the expiry of an entry that a read has just returned.
   *
   * @param expiresAt in nanoseconds of {@link Clock#nanos}
   * @return false if the entry has expired meanwhile
   */
  boolean renew(K key, StoredEntry<V> entry, long expiresAt);

  /** Reserves a key before its value is loaded; to be released when the load has ended. */
  Reservation reserve(K key);

  /**
   * Applies a change if the reservation still stands, and no load of the key that was reserved
   * later has been filled meanwhile. A fill takes no reservation away.
   *
   * @return not done if that is not so, with no prior entry; or if the condition did not hold
   */
  Applied<V> fill(K key, Reservation reservation, Change<V> change, long now);

  /** Gives a reservation back, used or not; once. */
  void release(K key, Reservation reservation);

  /** Takes away all reservations, so that nothing that is being loaded now is stored. */
  void releaseAll();

  /** Removes everything, in one instant; takes away all reservations; tells nobody. */
  void clear();

  /** The live entries, weakly consistent, in constant memory; does not count as a use of them. */
  Iterator<Map.Entry<K, StoredEntry<V>>> iterator();

  /** Removes what has expired by now, and what is over the bound; tells the observer. */
  void expire(long now);

  /** What stands behind this store if it is of the asked type. */
  <T> @Nullable T unwrap(Class<T> type);

  @Override
  void close();
}
