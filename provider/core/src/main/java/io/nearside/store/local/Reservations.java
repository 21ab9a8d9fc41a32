package io.nearside.store.local;

import io.nearside.store.Applied;
import io.nearside.store.Reservation;
import java.util.concurrent.ConcurrentHashMap;
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
    return tokens.compute(key, (k, token) -> (token == null) ? new Token() : token.join());
  }

  /** Cheap while nothing is being loaded; the map's count would lag behind its contents. */
  void cancel(K key) {
    tokens.remove(key);
  }

  void cancelAll() {
    tokens.clear();
  }

  void release(K key, Reservation reservation) {
    tokens.computeIfPresent(key, (k, token) -> (token == reservation) ? token.leave() : token);
  }

  /** Applies the fill if the reservation stands, and uses it up; null if it does not stand. */
  @Nullable Applied<V> use(K key, Reservation reservation, Fill<V> fill) {
    Result<V> result = new Result<>();
    tokens.computeIfPresent(
        key,
        (k, token) -> {
          if (token != reservation) {
            return token;
          }
          result.applied = fill.apply();
          return null;
        });
    return result.applied;
  }

  private static final class Result<V> {
    @Nullable Applied<V> applied;
  }

  /** Shared by the loads of a key that began without a change between them. */
  private static final class Token implements Reservation {
    /** Guarded by the map's lock of the key. */
    private int holders = 1;

    Token join() {
      holders++;
      return this;
    }

    @Nullable Token leave() {
      holders--;
      return holders == 0 ? null : this;
    }
  }
}
