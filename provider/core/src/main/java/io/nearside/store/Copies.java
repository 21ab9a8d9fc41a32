package io.nearside.store;

import io.nearside.store.VersionedEntry.Identity;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The local tier of a two-tier cache: copies of entries of the {@linkplain Authority authority}. It
 * may lose any copy at any time. Knows nothing of freshness: who reads asks the copy's {@link
 * Epoch}, and whether it has expired. Thread-safe.
 */
public interface Copies<K, V> extends AutoCloseable {

  /** The copy of a key, maybe expired; null if there is none. Counts as a use of it. */
  @Nullable CopiedEntry<V> read(K key);

  /** As {@link #read}; does not count as a use. */
  @Nullable CopiedEntry<V> peek(K key);

  /**
   * Reserves a key before the authority is asked for it, or told to change it; to be released.
   * Everything that touches the key from now on is noted in the reservation.
   */
  Reservation reserve(K key, int partition);

  /**
   * Takes a copy in place of any other, if the reservation stands: nothing has touched the key
   * since it was reserved, but what told of exactly this copy's identity or generation. One
   * instant. A generation that is news here ends the copies of former ones.
   *
   * @param generation of its partition, or {@link FetchedEntry#UNTOLD}
   * @return whether it did
   */
  boolean install(K key, Reservation reservation, CopiedEntry<V> copy, long generation);

  /** Gives a reservation back, used or not; once. */
  void release(K key, Reservation reservation);

  /**
   * Touches a key, because the authority's entry has changed: takes the reservations away and drops
   * the copy, unless they are of exactly that identity. Identities are never compared by order.
   *
   * @param identity of the new entry; null if there is none, or it is unknown
   * @return whether a copy was dropped
   */
  boolean changed(K key, @Nullable Identity identity);

  /** Touches all keys of a partition. */
  void dropPartition(int partition);

  /** Touches all keys of a partition, but what is of exactly that generation. */
  void clearPartition(int partition, long generation);

  /** Touches all keys whose copies have one of these tags. */
  void dropTags(Collection<String> tags);

  /** Touches all keys. */
  void clear();

  /** The copies, weakly consistent; does not count as a use of them. */
  Iterator<Map.Entry<K, CopiedEntry<V>>> iterator();

  /** How much is kept at most from now on, in the unit of the bound that it was made with. */
  void limit(long maximum);

  /** Gives back the memory of what has expired or was dropped, and of what is over the bound. */
  void expire(long now);

  /** What stands behind it if it is of the asked type. */
  <T> @Nullable T unwrap(Class<T> type);

  @Override
  void close();
}
