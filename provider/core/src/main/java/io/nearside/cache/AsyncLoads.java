package io.nearside.cache;

import io.nearside.NearsideAsyncLoader;
import io.nearside.cache.AsyncCalls.Call;
import io.nearside.load.Flight;
import io.nearside.load.Loaded;
import io.nearside.load.Loads;
import io.nearside.load.Nothing;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.observe.Thrown;
import io.nearside.store.Reservation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Loads by loaders that answer by a stage: the same flights and fills as {@link ReadThrough}'s, but
 * no thread waits for the source, nor for another caller's load. Such a flight has no thread that
 * leads it, so a loader never waits for it, and loads by itself. Thread-safe.
 */
final class AsyncLoads<K, V> {
  private final StoreCache<K, V> cache;
  private final CacheParts<K, V> parts;
  private final Reading<K, V> reading;
  private final ReadThrough<K, V> readThrough;
  private final AsyncNode node;

  AsyncLoads(
      StoreCache<K, V> cache, CacheParts<K, V> parts, Reading<K, V> reading, AsyncNode node) {
    this.cache = cache;
    this.parts = parts;
    this.reading = reading;
    this.readThrough = reading.readThrough();
    this.node = node;
  }

  /**
   * Whether a load need wait for nobody: neither for room, nor for another node, nor is there
   * something that may stand in.
   */
  boolean mayLoad(@Nullable Reservation reservation) {
    return !reading.mayStandIn()
        && parts.gate().isUnbounded()
        && (reservation == null || reservation.elsewhere() == null);
  }

  /**
   * A key was not found; by a thread that may wait for Redis.
   *
   * @param reservation given back here; null if what comes can't be stored, nor be shared
   */
  void load(
      Call<@Nullable V> call,
      K key,
      @Nullable Reservation reservation,
      NearsideAsyncLoader<K, V> loader,
      long start) {
    reading.missed(key, start);
    if (reservation == null) {
      alone(call, key, loader, start);
    } else if (parts.notFound().answers(reservation)) {
      answer(call, () -> null, start);
    } else if (call.isDone()) { // nobody wants it any more
      parts.store().release(key, reservation);
    } else {
      fly(call, key, new Flight<>(reservation), loader, start);
    }
  }

  /** What comes is neither stored nor shared. */
  private void alone(Call<@Nullable V> call, K key, NearsideAsyncLoader<K, V> loader, long start) {
    if (call.isDone()) {
      return;
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    bound(call, end, () -> call.completeExceptionally(parts.gate().late(key)));
    call.attempt(() ->
        call.follow(
            () -> begin(key, loader),
            node.replies(),
            (loaded, failure) -> {
              end.complete(null);
              if (failure == null) {
                answer(call, () -> checked(key, loaded.value()), start);
              } else {
                call.completeExceptionally(Thrown.first(failure));
              }
            },
            () -> end.complete(null)));
  }

  private void fly(
      Call<@Nullable V> call, K key, Flight<V> own, NearsideAsyncLoader<K, V> loader, long start) {
    Flight<V> flight;
    try {
      flight = readThrough.flights().join(key, own);
    } catch (RuntimeException e) {
      parts.store().release(key, own.reservation());
      throw e;
    }
    if (flight != own) { // which has a reservation of its own, for as long as it takes
      parts.store().release(key, own.reservation());
      bound(call, key, flight, () -> {});
      flight.onLanding(() -> joined(call, key, flight, loader, start));
      return;
    }
    try {
      bound(call, key, flight, () -> parts.store().concede(key, flight.reservation()));
      V live = readThrough.landed(key, flight);
      if (live != null) {
        land(call, key, flight, live, start);
      } else {
        lead(call, key, flight, loader, start);
      }
    } catch (Throwable e) { // nobody else would land it
      fail(call, key, flight, e);
    }
  }

  /** Another caller's load has landed; if it was abandoned, one of those who wait for it leads. */
  private void joined(
      Call<@Nullable V> call,
      K key,
      Flight<V> flight,
      NearsideAsyncLoader<K, V> loader,
      long start) {
    if (flight.isAbandoned()) {
      call.run(() -> cache.getOrLoad(key, Loads.awaited(parts.settings().name(), loader)));
    } else {
      call.step(node.replies(), () -> answer(call, () -> copy(flight.value()), start));
    }
  }

  private void lead(
      Call<@Nullable V> call,
      K key,
      Flight<V> flight,
      NearsideAsyncLoader<K, V> loader,
      long start) {
    call.follow(
        () -> begin(key, loader),
        node.fills(),
        (loaded, failure) -> {
          if (failure == null) {
            fill(call, key, flight, loaded, start);
          } else {
            fail(call, key, flight, Thrown.first(failure));
          }
        },
        () -> fail(call, key, flight, new CacheException("the cache manager is closed")));
  }

  private CompletableFuture<Loaded<V>> begin(K key, NearsideAsyncLoader<K, V> loader) {
    K own = copyOf(key);
    return parts
        .gate()
        .run(() ->
            Loads.begin(
                parts.settings().name(),
                loader,
                own,
                Nothing.said(parts.settings().notFound()),
                parts.recorder()));
  }

  private void fill(Call<@Nullable V> call, K key, Flight<V> flight, Loaded<V> loaded, long start) {
    V seen;
    try {
      seen = readThrough.stored(key, flight.reservation(), loaded);
    } catch (Throwable e) { // of other languages it may be a checked one
      fail(call, key, flight, e);
      return;
    }
    land(call, key, flight, seen, start);
  }

  private void land(Call<@Nullable V> call, K key, Flight<V> flight, @Nullable V seen, long start) {
    readThrough.flights().leave(flight);
    flight.land(seen);
    parts.store().release(key, flight.reservation());
    answer(call, () -> copy(seen), start);
  }

  private void fail(Call<@Nullable V> call, K key, Flight<V> flight, Throwable failure) {
    readThrough.flights().leave(flight);
    flight.fail(failure);
    parts.store().release(key, flight.reservation());
    call.completeExceptionally(failure);
  }

  private void answer(Call<@Nullable V> call, Supplier<@Nullable V> seen, long start) {
    call.answer(() ->
        cache.tell(() -> {
          V value = seen.get();
          parts.recorder().took(Timed.GET, start);
          return value;
        }));
  }

  /**
   * A caller whose time is over leaves the load; others begin another one.
   *
   * @param left what is done then if it has not landed
   */
  private void bound(Call<@Nullable V> call, K key, Flight<V> flight, Runnable left) {
    if (flight.hasLanded()) {
      return;
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    bound(
        call,
        end,
        () -> {
          if (!flight.hasLanded()) {
            readThrough.flights().leave(flight);
            left.run();
            call.completeExceptionally(parts.gate().late(key));
          }
        });
    flight.onLanding(() -> end.complete(null));
  }

  /**
   * @param end completes when there is nothing to wait for any more
   * @param late is done if it does not in time; must not wait
   */
  private void bound(Call<?> call, CompletableFuture<Void> end, Runnable late) {
    Duration timeout = parts.gate().timeout();
    if (timeout != null) {
      end.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
      end.whenComplete((nothing, failure) -> {
        if (failure != null) { // the timer's thread is the JVM's only one
          call.reply(late);
        }
      });
    }
  }

  private @Nullable V checked(K key, @Nullable V value) {
    if (value == null) {
      return null;
    }
    Types.check(parts.settings(), key, value);
    return copyOf(value);
  }

  private @Nullable V copy(@Nullable V value) {
    return (value == null) ? null : copyOf(value);
  }

  private <T> T copyOf(T object) {
    return parts.copier().copy(object);
  }
}
