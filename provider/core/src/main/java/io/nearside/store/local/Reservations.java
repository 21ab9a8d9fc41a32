package io.nearside.store.local;

import io.nearside.store.Applied;
import io.nearside.store.Reservation;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The loads under way, by key. A change takes the reservation of its key away before it is applied;
 * a fill is applied while the reservation is held fast, so no fill can follow a change that began
 * after its load.
 *
 * <p>Thread-safe. The map's own bin lock is held around a fill's insertion into Caffeine's map,
 * never around user code.
 */
final class Reservations<K, V> {
  private final ConcurrentHashMap<K, Token> tokens = new ConcurrentHashMap<>();

  /** What is done while a reservation is held fast. */
  @FunctionalInterface
  interface Fill<V> {
    Applied<V> apply();
  }

  Reservation reserve(K key) {
    Ticket[] drawn = new Ticket[1];
    tokens.compute(
        key,
        (k, token) -> {
          Token joined = (token == null) ? new Token() : token;
          drawn[0] = joined.join();
          return joined;
        });
    return drawn[0];
  }

  /** Cheap while nothing is being loaded; the map's count would lag behind its contents. */
  void cancel(K key) {
    tokens.remove(key);
  }

  void cancelAll() {
    tokens.clear();
  }

  void release(K key, Reservation reservation) {
    if (reservation instanceof Ticket ticket && ticket.token.over) {
      return;
    }
    tokens.computeIfPresent(
        key, (k, token) -> token.issued(reservation) == null ? token : token.leave());
  }

  /**
   * Applies the fill if the reservation stands; null if it does not. The only load of a key is
   * released when it has been filled.
   */
  @Nullable Applied<V> use(K key, Reservation reservation, Fill<V> fill) {
    Result<V> result = new Result<>();
    tokens.computeIfPresent(
        key,
        (k, token) -> {
          Ticket ticket = token.issued(reservation);
          if (ticket != null && ticket.number >= token.filled) {
            Applied<V> applied = fill.apply();
            result.applied = applied;
            if (applied.done()) {
              token.filled = ticket.number;
              token.over = token.holders == 1; // spares the release a second way to the key
            }
          }
          return token.over ? null : token;
        });
    return result.applied;
  }

  private static final class Result<V> {
    @Nullable Applied<V> applied;
  }

  /**
   * One load's part in a token; a later load has a higher number.
   *
   * @param filled the number of the load that had been filled last when this was drawn
   */
  private record Ticket(Token token, int number, int filled) implements Reservation {
    @Override
    public boolean sharesWith(Reservation other) {
      return other instanceof Ticket ticket && ticket.token == token;
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
   * stays until a later one comes, since an earlier one may have read its source before it. Written
   * under the map's lock of the key. Holds what they have left for each other.
   */
  private static final class Token extends AtomicReference<@Nullable Object> {
    private static final long serialVersionUID = 1L;

    private int holders;
    private int drawn;
    private volatile int filled;

    /** Whether it is in the map no more, since its only load has been filled. */
    private volatile boolean over;

    Ticket join() {
      holders++;
      drawn++;
      return new Ticket(this, drawn, filled);
    }

    /** The reservation if it is of this token. */
    @Nullable Ticket issued(Reservation reservation) {
      return (reservation instanceof Ticket ticket && ticket.token == this) ? ticket : null;
    }

    @Nullable Token leave() {
      holders--;
      return holders == 0 ? null : this;
    }
  }
}
