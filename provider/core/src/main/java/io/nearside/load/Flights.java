package io.nearside.load;

import java.util.concurrent.ConcurrentHashMap;
import javax.cache.integration.CacheLoaderException;

/**
 * The loads of one cache under way, by key: who misses a key that is being loaded joins that load,
 * unless the key was changed since it was reserved; else a caller could miss what it has just
 * written itself. Nothing is held while a loader runs. Thread-safe.
 */
public final class Flights<K, V> {
  private final ConcurrentHashMap<K, Flight<V>> flights = new ConcurrentHashMap<>();
  private final String cache;

  public Flights(String cache) {
    this.cache = cache;
  }

  /**
   * The load to wait for; or the caller's own, which it is to begin, and others join from now on.
   * When a loader of many keys asks for one of them to make another, it is loaded again.
   *
   * @throws CacheLoaderException if this thread itself is loading the key, and would wait for ever
   */
  public Flight<V> join(K key, Flight<V> own) {
    Flight<V> other = flights.putIfAbsent(key, own);
    while (other != null) {
      if (other.leader() == Thread.currentThread() && !other.hasLanded()) {
        own.isLast();
        if (!other.isAmongOthers()) {
          throw recursion(key);
        }
      } else if (other.reservation().sharesWith(own.reservation())) {
        return other;
      }
      if (flights.replace(key, other, own)) { // the key was changed: nobody joins that one any more
        return own;
      }
      other = flights.putIfAbsent(key, own);
    }
    return own;
  }

  /** Lets others join a load that itself joins none, unless there is one already. */
  public void offer(K key, Flight<V> own) {
    flights.putIfAbsent(key, own);
  }

  /** Nobody joins that load any more; to be called before it is forgotten. */
  public void leave(K key, Flight<V> flight) {
    flights.remove(key, flight);
  }

  /** The loads that may be joined. */
  public int size() {
    return flights.size();
  }

  private CacheLoaderException recursion(K key) {
    return new CacheLoaderException(
        "cache \""
            + cache
            + "\": the loader of "
            + ShownKey.of(key)
            + " asks its own cache for that key; it must ask the source");
  }
}
