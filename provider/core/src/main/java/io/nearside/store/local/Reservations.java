package io.nearside.store.local;

import io.nearside.store.Applied;
import io.nearside.store.Notes;
import io.nearside.store.Reservation;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The loads under way, by key. A change takes the reservation of its key away before it is applied;
 * a fill is applied while the reservation is held fast, so no fill can follow a change that began
 * after its load.
 *
 * <p>Thread-safe. A key's own lock is held around a fill's insertion into Caffeine's map, never
 * around user code.
 */
final class Reservations<K, V> {
  /** So many tags are noted at a load that takes long. */
  private static final int MOST_TAGS = 1_000;

  private final ConcurrentHashMap<K, Token> tokens = new ConcurrentHashMap<>();

  /** What is done while a reservation is held fast. */
  @FunctionalInterface
  interface Fill<V> {
    Applied<V> apply();
  }

  Reservation reserve(K key) {
    Token fresh = new Token();
    for (; ; ) {
      Token found = tokens.putIfAbsent(key, fresh);
      Ticket ticket = (found == null) ? fresh.first : found.join();
      if (ticket != null) {
        return ticket;
      }
      tokens.remove(key, found); // it has ended, and whoever ended it is about to do this too
    }
  }

  /** Cheap while nothing is being loaded; the map's count would lag behind its contents. */
  void cancel(K key) {
    Token token = tokens.remove(key);
    if (token != null) {
      token.end();
    }
  }

  void cancelAll() {
    tokens.keySet().forEach(this::cancel);
  }

  /**
   * What is loaded by now is not filled if it has one of these tags, and joined by nobody who comes
   * later. Waits for the fills that are being applied.
   */
  void invalidate(Collection<String> tags) {
    tokens.values().forEach(token -> token.invalidate(tags));
  }

  void release(K key, Reservation reservation) {
    if (reservation instanceof Ticket ticket && ticket.token.leave()) {
      tokens.remove(key, ticket.token);
    }
  }

  /**
   * Applies the fill if the reservation stands; null if it does not. The only load of a key is
   * released when it has been filled.
   *
   * @param notes of the entry that is filled
   */
  @Nullable Applied<V> use(K key, Reservation reservation, Notes notes, Fill<V> fill) {
    if (!(reservation instanceof Ticket ticket)) {
      return null;
    }
    Applied<V> applied = ticket.token.use(ticket, notes, fill);
    if (ticket.token.ended) {
      tokens.remove(key, ticket.token);
    }
    return applied;
  }

  /**
   * One load's part in a token; a later load has a higher number.
   *
   * @param filled the number of the load that had been filled last when this was drawn
   * @param invalidated the last of the loads that began before tags were invalidated
   */
  private record Ticket(Token token, int number, int filled, int invalidated)
      implements Reservation {
    @Override
    public boolean sharesWith(Reservation other) {
      return other instanceof Ticket ticket && ticket.token == token && ticket.invalidated < number;
    }

    @Override
    public @Nullable Object left() {
      return token.get();
    }

    @Override
    public boolean leave(@Nullable Object expected, @Nullable Object next) {
      return token.compareAndSet(expected, next);
    }

    @Override
    public boolean isOvertaken() {
      return token.filled != filled;
    }
  }

  /**
   * Shared by the loads of a key that began without a change between them. What a load has filled
   * stays until a later one comes, since an earlier one may have read its source before it. Holds
   * what they have left for each other. Once it has ended it stays so, and fills nothing.
   */
  private static final class Token extends AtomicReference<@Nullable Object> {
    private static final long serialVersionUID = 1L;

    private final transient ReentrantLock lock = new ReentrantLock();
    private final transient Ticket first = new Ticket(this, 1, 0, 0);

    /** Guarded by the lock, as the next one. */
    private int holders = 1;

    private int drawn = 1;

    /** The load drawn last when tags were invalidated. */
    private int invalidated;

    /** The load drawn last when a tag was invalidated; null if none was. */
    private transient @Nullable Map<String, Integer> tags;

    /** Written under the lock. */
    private volatile int filled;

    /** Written under the lock. */
    private volatile boolean ended;

    /** Null if it has ended. */
    @Nullable Ticket join() {
      lock.lock();
      try {
        if (ended) {
          return null;
        }
        holders++;
        drawn++;
        return new Ticket(this, drawn, filled, invalidated);
      } finally {
        lock.unlock();
      }
    }

    /**
     * Null if it has ended, a later load has filled the key, or a tag was invalidated since this
     * one began.
     */
    <V> @Nullable Applied<V> use(Ticket ticket, Notes notes, Fill<V> fill) {
      lock.lock();
      try {
        if (ended || ticket.number < filled || isInvalid(ticket, notes)) {
          return null;
        }
        Applied<V> applied = fill.apply();
        if (applied.done()) {
          filled = ticket.number;
          ended = holders == 1; // spares the release a second way to the key
        }
        return applied;
      } finally {
        lock.unlock();
      }
    }

    private boolean isInvalid(Ticket ticket, Notes notes) {
      Map<String, Integer> known = tags;
      if (known != null) {
        for (String tag : notes.tags()) {
          if (known.getOrDefault(tag, 0) >= ticket.number) {
            return true;
          }
        }
      }
      return false;
    }

    void invalidate(Collection<String> which) {
      lock.lock();
      try {
        Map<String, Integer> known = (tags == null) ? new HashMap<>() : tags;
        tags = known;
        invalidated = drawn;
        if (known.size() + which.size() > MOST_TAGS) {
          ended = true; // too long under way to tell
        } else {
          which.forEach(tag -> known.put(tag, drawn));
        }
      } finally {
        lock.unlock();
      }
    }

    /** Whether nobody holds it any more. */
    boolean leave() {
      if (ended) {
        return false;
      }
      lock.lock();
      try {
        holders--;
        ended |= holders == 0;
        return ended;
      } finally {
        lock.unlock();
      }
    }

    /** Waits for the fill that is being applied. */
    void end() {
      lock.lock();
      try {
        ended = true;
      } finally {
        lock.unlock();
      }
    }
  }
}
