package io.nearside.cdi;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * Calls of asynchronous methods whose results are to come: who wants the same key meanwhile joins.
 * Thread-safe.
 */
final class Flights {

  /** Calls a method. */
  @FunctionalInterface
  interface Take {
    CompletionStage<?> off() throws Exception;
  }

  private record Id(Cache<?, ?> cache, Object key) {}

  private static final class Flight {
    private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
    private final ReentrantLock storing = new ReentrantLock();
    private boolean forgotten;

    /** Runs unless it is forgotten, and is not forgotten while it runs. */
    void store(Runnable store) {
      storing.lock();
      try {
        if (!forgotten) {
          store.run();
        }
      } finally {
        storing.unlock();
      }
    }

    void forget() {
      storing.lock();
      try {
        forgotten = true;
      } finally {
        storing.unlock();
      }
    }
  }

  private final Map<Id, Flight> flights = new ConcurrentHashMap<>();
  private final AtomicLong landings = new AtomicLong();

  /** To be asked before the cache is. */
  long landings() {
    return landings.get();
  }

  /**
   * Joins the flight of a key that the cache did not have, or takes off. What comes is stored
   * unless the key is forgotten meanwhile.
   *
   * @param seen the landings before the cache was asked: if there are more by now, it is asked
   *     again
   * @return the caller's own; its value, if it is another caller's too, is what the cache has of it
   * @throws Exception what the method throws at once
   */
  CompletableFuture<@Nullable Object> join(
      Cache<Object, Object> cache, Object key, long seen, Take take) throws Exception {
    Id id = new Id(cache, key);
    Flight own = new Flight();
    Flight other = flights.putIfAbsent(id, own);
    if (other != null) {
      return Stages.after(other.result, (value, failure) -> copy(cache, key, value));
    }
    CompletionStage<?> stage;
    boolean isNew;
    try {
      Object landed = (landings.get() == seen) ? null : cache.get(key);
      isNew = landed == null;
      stage = isNew ? take.off() : CompletableFuture.completedFuture(landed);
    } catch (Throwable e) {
      flights.remove(id, own);
      own.result.completeExceptionally(e);
      throw e;
    }
    return Stages.after(
        Stages.after(
            stage,
            (value, failure) -> {
              if (isNew && value != null) {
                own.store(() -> cache.put(key, value));
              }
              return value;
            }),
        (value, failure) -> land(id, own, value, failure));
  }

  /** By value: no two callers get the same object, if the cache has it by now. */
  private static @Nullable Object copy(
      Cache<Object, Object> cache, Object key, @Nullable Object value) {
    Object kept = (value == null) ? null : cache.get(key);
    return (kept == null) ? value : kept;
  }

  private @Nullable Object land(
      Id id, Flight flight, @Nullable Object value, @Nullable Throwable failure) {
    landings.incrementAndGet(); // first: who misses it among the flights must see that
    flights.remove(id, flight);
    if (failure == null) {
      flight.result.complete(value);
    } else {
      flight.result.completeExceptionally(failure);
    }
    return value;
  }

  /** Ends all hope of a key's flight to be stored; who comes later does not join it. */
  void forget(Cache<?, ?> cache, Object key) {
    Id id = new Id(cache, key);
    Flight flight = flights.remove(id);
    if (flight != null) {
      flight.forget();
    }
  }

  /** The same for all keys of a cache. */
  void forgetAll(Cache<?, ?> cache) {
    for (Id id : flights.keySet()) {
      if (id.cache() == cache) {
        forget(id.cache(), id.key());
      }
    }
  }
}
