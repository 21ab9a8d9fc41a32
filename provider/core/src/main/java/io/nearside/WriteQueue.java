package io.nearside;

import java.time.Duration;
import java.util.List;

/**
 * The writes of a cache with write-behind that its source has not taken yet. Thread-safe; may be
 * used after the cache has closed.
 *
 * <p>With a remote tier the queue is that of all nodes, and each call but the three counts asks
 * Redis: it throws a {@link RemoteUnavailableException} while Redis is away, and after the manager
 * has closed.
 */
public interface WriteQueue<K, V> {

  /** The writes that wait, are being done, or are parked; at most {@code maximumDepth}. */
  int depth();

  /** For how long the oldest write waits that is not parked; zero if there is none. */
  Duration lag();

  /** The writes that the source has taken from this node since the cache was made. */
  long written();

  /** How often a write of this node failed. */
  long failures();

  /** The writes that were never done, since a newer one of the same key came before. */
  long coalesced();

  /**
   * The writes that have failed too often, the oldest first; of a remote tier some hundreds of each
   * partition, in no order, but for those whose key this node can't read, which are counted as
   * unreadable entries.
   */
  List<ParkedWrite<K, V>> parked();

  /**
   * Has a parked write tried again, as often as a new one.
   *
   * @return false if there is none of that key
   * @throws IllegalStateException if the cache is closed
   * @throws javax.cache.CacheException if this node can't read its value; it stays parked
   */
  boolean replay(K key);

  /**
   * Gives up a parked write: the source never gets it, and the cache is left as it is.
   *
   * @return false if there is none of that key
   */
  boolean drop(K key);
}
