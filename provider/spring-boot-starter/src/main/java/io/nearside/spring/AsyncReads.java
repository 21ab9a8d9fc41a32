package io.nearside.spring;

import io.nearside.NearsideCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cache.Cache.ValueWrapper;

/**
 * One cache for callers who must not wait. Callers of this JVM that miss a key share one call of
 * the method, and a change by the same JVM's Spring cache keeps out what was called for before it.
 * A cache without Redis is asked by the caller. Thread-safe.
 */
final class AsyncReads {
  private static final Logger LOG = LoggerFactory.getLogger(AsyncReads.class);

  private final NearsideSpringCache cache;
  private final QuestionThreads threads;
  private final boolean answersAtOnce;
  private final ConcurrentMap<Object, Flight> flights = new ConcurrentHashMap<>();

  AsyncReads(NearsideSpringCache cache, QuestionThreads threads) {
    this.cache = cache;
    this.threads = threads;
    this.answersAtOnce = !isRemote(cache.getNativeCache());
  }

  private static boolean isRemote(NearsideCache<?, ?> cache) {
    try {
      cache.unwrap(RedissonClient.class);
      return true;
    } catch (IllegalArgumentException local) {
      return false;
    }
  }

  /** One call for all that miss a key. */
  private static final class Flight {
    final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

    /** Held while the value is stored, so that a change comes after it or keeps it out. */
    private final ReentrantLock lock = new ReentrantLock();

    private boolean forgotten;

    void forget() {
      lock.lock();
      try {
        forgotten = true;
      } finally {
        lock.unlock();
      }
    }

    void store(Runnable storing) {
      lock.lock();
      try {
        if (!forgotten) {
          storing.run();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** As {@link org.springframework.cache.Cache#retrieve(Object)} has it. */
  @Nullable CompletableFuture<?> retrieve(Object key) {
    CompletableFuture<@Nullable ValueWrapper> answer = found(key);
    boolean absent = answersAtOnce && !answer.isCompletedExceptionally() && answer.join() == null;
    return absent ? null : answer;
  }

  private <T extends @Nullable Object> CompletableFuture<T> ask(Supplier<T> question) {
    if (!answersAtOnce) {
      return threads.ask(question);
    }
    try {
      return CompletableFuture.completedFuture(question.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Nothing is found, too, where too many ask: the method is called then. */
  private CompletableFuture<@Nullable ValueWrapper> found(Object key) {
    return this.<@Nullable ValueWrapper>ask(() -> cache.shown(cache.lookup(key)))
        .exceptionallyCompose(failure -> {
          if (cause(failure) instanceof RejectedExecutionException) {
            return CompletableFuture.completedFuture(null);
          }
          return CompletableFuture.failedFuture(cause(failure));
        });
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return (failure instanceof CompletionException && cause != null) ? cause : failure;
  }

  /** As {@link org.springframework.cache.Cache#retrieve(Object, Supplier)} has it. */
  @SuppressWarnings("unchecked") // as Spring's interface has it
  <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
    Flight own = new Flight();
    Flight there = flights.putIfAbsent(key, own);
    if (there == null) {
      found(key)
          .thenCompose(found -> found == null ? loaded(key, own, loader) : value(found))
          .whenComplete((value, failure) -> {
            flights.remove(key, own);
            end(own.result, value, failure);
          });
      there = own;
    }
    return (CompletableFuture<T>) there.result.copy();
  }

  private static CompletableFuture<@Nullable Object> value(ValueWrapper found) {
    return CompletableFuture.completedFuture(found.get());
  }

  private static void end(
      CompletableFuture<@Nullable Object> result, @Nullable Object value, @Nullable Throwable why) {
    if (why == null) {
      result.complete(value);
    } else {
      result.completeExceptionally(cause(why));
    }
  }

  private <T> CompletableFuture<@Nullable Object> loaded(
      Object key, Flight flight, Supplier<CompletableFuture<T>> loader) {
    return loader.get().thenCompose(value -> stored(key, flight, value).thenApply(done -> value));
  }

  /** Ends when it is stored, or can't be: its callers have a value all the same. */
  private CompletableFuture<?> stored(Object key, Flight flight, @Nullable Object value) {
    return ask(
            () -> {
              flight.store(() -> cache.store(key, value));
              return true;
            })
        .exceptionally(failure -> {
          LOG.debug("cache \"{}\": what a method gave is not stored", cache.getName(), failure);
          return false;
        });
  }

  void forget(Object key) {
    Flight flight = flights.remove(key);
    if (flight != null) {
      flight.forget();
    }
  }

  void forgetAll() {
    flights.keySet().forEach(this::forget);
  }
}
