package io.nearside.cache;

import io.nearside.load.Gate;
import io.nearside.load.Patience;
import io.nearside.store.LoadWatch;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * One wait for keys that other nodes load. It is woken when a load has ended, and looks now and
 * then, since a node may have died. It does not last for ever: loads that bring nothing are waited
 * for twice, and one that takes too long is not; then who waits loads too. For one thread.
 */
final class Vigil<K, V> implements AutoCloseable {
  private static final long FIRST_LOOK_NANOS = 10_000_000;
  private static final long LAST_LOOK_NANOS = 200_000_000;
  private static final int MOST_LOADS = 2;

  private final CacheParts<K, V> parts;
  private final Map<K, Others> remaining = new HashMap<>();
  private final LoadWatch watch;
  private final long end;
  private final long start;
  private final @Nullable Impatience<K, V> impatience;
  private boolean patient = true;
  private long pause = FIRST_LOOK_NANOS;

  /**
   * What other nodes have been seen to load a key.
   *
   * @param last who did it last
   */
  private record Others(Object last, int count) {
    Others then(Object holder) {
      return holder.equals(last) ? this : new Others(holder, count + 1);
    }
  }

  /**
   * What need not be waited for any more.
   *
   * @param found what is stored now; the values are the cache's own
   * @param turns what the caller is to load; each to be released
   */
  record News<K, V>(Map<K, V> found, Map<K, Reservation> turns) {}

  /**
   * @param held by whom, by key; not empty
   * @param nanos what the caller waits at most
   * @param impatience of the caller; null if nothing stands in
   */
  Vigil(
      CacheParts<K, V> parts,
      Map<K, Reservation> held,
      long nanos,
      @Nullable Impatience<K, V> impatience) {
    this.parts = parts;
    this.impatience = impatience;
    this.start = parts.clock().nanos();
    held.forEach((key, reservation) -> {
      Object holder = reservation.elsewhere();
      if (holder != null) {
        remaining.put(key, new Others(holder, 1));
      }
    });
    this.end = start + Math.min(nanos, longest(parts));
    this.watch = parts.store().watch(List.copyOf(remaining.keySet()));
  }

  /** What a caller may wait; without a time-out a load that takes longer is not waited for. */
  private static long longest(CacheParts<?, ?> parts) {
    Duration timeout = parts.gate().timeout();
    return (timeout == null) ? 2 * parts.settings().load().lease().toNanos() : timeout.toNanos();
  }

  /**
   * Whether this thread may wait for other nodes: not if it has itself what others may wait for,
   * since circles of nodes can't be seen.
   */
  static boolean mayWait() {
    return !Gate.isLoadingHere() && !KeyLocks.anyHeldHere();
  }

  /** Whether a key is to be waited for. */
  static boolean isFor(Reservation reservation) {
    return reservation.elsewhere() != null && mayWait();
  }

  boolean isOver() {
    return remaining.isEmpty();
  }

  /** What is left of the caller's time. */
  long left() {
    return Math.max(0, end - parts.clock().nanos());
  }

  /**
   * Waits until something need not be waited for any more.
   *
   * @throws CacheLoaderException if the time-out of loads is over, or the thread is interrupted
   * @throws StoodIn if it takes so long that something else stands in
   */
  News<K, V> await() {
    News<K, V> news = look(); // whoever ended before the watch began was not heard
    while (news.found.isEmpty() && news.turns.isEmpty()) {
      rest();
      news = look();
    }
    remaining.keySet().removeAll(news.found.keySet());
    remaining.keySet().removeAll(news.turns.keySet());
    return news;
  }

  private void rest() {
    if (parts.gate().timeout() != null && left() == 0) {
      throw parts.gate().late(remaining.keySet().iterator().next());
    }
    long most = Math.min(pause, Math.max(1, left()));
    if (patient && impatience != null) {
      Patience patience = impatience.of(List.copyOf(remaining.keySet()));
      long rest = patience.nanos() - (parts.clock().nanos() - start);
      if (rest <= 0) {
        patient = false;
        patience.tired().run();
      } else {
        most = Math.min(most, rest);
      }
    }
    try {
      watch.await(most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException("interrupted while waiting for another node's load", e);
    }
    pause = Math.min(2 * pause, LAST_LOOK_NANOS);
  }

  private News<K, V> look() {
    News<K, V> news = new News<>(new HashMap<>(), new HashMap<>());
    Map<K, Reservation> there = new HashMap<>();
    boolean gaveUp = parts.gate().timeout() == null && left() == 0;
    parts
        .store()
        .reserveAll(List.copyOf(remaining.keySet()))
        .forEach((key, reservation) -> {
          if (reservation.isOvertaken()) {
            there.put(key, reservation);
          } else if (gaveUp || !isLoading(key, reservation)) {
            news.turns.put(key, reservation);
          } else {
            parts.store().release(key, reservation);
          }
        });
    if (!there.isEmpty()) {
      read(there, news);
    }
    return news;
  }

  private boolean isLoading(K key, Reservation reservation) {
    Object holder = reservation.elsewhere();
    if (holder == null) {
      return false;
    }
    Others others =
        remaining.compute(
            key, (k, known) -> known == null ? new Others(holder, 1) : known.then(holder));
    return others.count <= MOST_LOADS;
  }

  private void read(Map<K, Reservation> there, News<K, V> news) {
    parts
        .store()
        .readAll(new ArrayList<>(there.keySet()), parts.clock().nanos())
        .forEach((key, outcome) -> {
          Reservation reservation = there.get(key);
          if (reservation != null && outcome instanceof StoredEntry<V> entry) {
            news.found.put(key, entry.value());
            parts.store().release(key, reservation);
          } else if (reservation != null) { // it has gone again
            news.turns.put(key, reservation);
          }
        });
  }

  @Override
  public void close() {
    watch.close();
  }
}
