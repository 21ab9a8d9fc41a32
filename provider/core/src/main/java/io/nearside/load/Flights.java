package io.nearside.load;

import io.nearside.store.Reservation;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * Brings those together who miss a key while it is being loaded: they join that load, unless the
 * key was changed since it was reserved; else a caller could miss what it has just written itself.
 * A load under way is left at its reservation for others to find. Nothing is held while a loader
 * runs. Thread-safe.
 */
public final class Flights<K, V> {
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
    Reservation reservation = own.reservation();
    for (; ; ) {
      Flight<V> other = under(reservation);
      if (other != null && other.leader() == Thread.currentThread() && !other.hasLanded()) {
        own.isLast();
        if (!other.isAmongOthers()) {
          throw recursion(key);
        }
      } else if (other != null && other.reservation().sharesWith(reservation)) {
        return other;
      }
      if (reservation.leave(other, own)) { // nobody joins another one of before any more
        return own;
      }
    }
  }

  @SuppressWarnings("unchecked") // nothing else is left there
  private static <V> @Nullable Flight<V> under(Reservation reservation) {
    return (Flight<V>) reservation.left();
  }

  /** Lets others join a load that itself joins none, unless there is one already. */
  public void offer(Flight<V> own) {
    boolean unused = own.reservation().leave(null, own);
  }

  /** Nobody joins that load any more; to be called before its reservation is released. */
  public void leave(Flight<V> flight) {
    boolean unused = flight.reservation().leave(flight, null);
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
