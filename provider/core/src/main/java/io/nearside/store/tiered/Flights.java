package io.nearside.store.tiered;

import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The questions of the authority under way, by key: who wants the same joins one, unless the key
 * was touched since it began; else a reader could miss what its own node has just written.
 * Thread-safe. Not final, so that the simulator can wait in its own way.
 */
class Flights<K, V> {
  private final ConcurrentHashMap<K, Flight<V>> flights = new ConcurrentHashMap<>();
  private final long bound;
  private final long timeout;
  private final Supplier<OperationTime> times;

  /**
   * @param bound the oldest that a question may be that is joined, in nanoseconds
   * @param timeout how long it is waited for, likewise
   * @param times what who waits, and then has to ask, may take for both
   */
  Flights(long bound, long timeout, Supplier<OperationTime> times) {
    this.bound = bound;
    this.timeout = timeout;
    this.times = times;
  }

  /**
   * A question, begun at that time or later.
   *
   * @param answer fails if the question does
   * @param led whether a thread waits for the answer, so that it comes in time
   */
  record Flight<V>(long begun, CompletableFuture<Outcome<V>> answer, boolean led) {}

  /** The answer of the question that is under way, else of that one. */
  Outcome<V> ask(K key, long now, Supplier<Outcome<V>> question) {
    Flight<V> own = new Flight<>(now, new CompletableFuture<>(), true);
    Flight<V> other = flights.putIfAbsent(key, own);
    if (other == null || !other.led && flights.replace(key, other, own)) {
      return lead(key, own, question);
    }
    if (!other.led || now - other.begun > bound) {
      return question.get();
    }
    OperationTime time = times.get();
    try (OperationTime.Use use = time.use()) {
      Outcome<V> answer = await(other);
      return (answer == null) ? question.get() : answer;
    } finally {
      time.end();
    }
  }

  private Outcome<V> lead(K key, Flight<V> own, Supplier<Outcome<V>> question) {
    try {
      Outcome<V> answer = question.get();
      landed(key, own, answer, null);
      return answer;
    } catch (Throwable e) {
      landed(key, own, null, e);
      throw e;
    }
  }

  /**
   * As {@link #ask(Object, long, Supplier)}, without waiting. What a question fails with is for all
   * who have joined it by a future: were they to ask then, that would take its time once more.
   *
   * @param executor by which goes on who has joined a question
   */
  CompletableFuture<Outcome<V>> ask(
      K key, long now, Supplier<CompletableFuture<Outcome<V>>> question, Executor executor) {
    Flight<V> own = new Flight<>(now, new CompletableFuture<>(), false);
    Flight<V> other = flights.putIfAbsent(key, own);
    if (other == null) {
      return leadAsync(key, own, question);
    }
    return (now - other.begun <= bound)
        ? other.answer.thenApplyAsync(answer -> answer, executor)
        : question.get();
  }

  private CompletableFuture<Outcome<V>> leadAsync(
      K key, Flight<V> own, Supplier<CompletableFuture<Outcome<V>>> question) {
    try {
      return question.get().whenComplete((answer, failure) -> landed(key, own, answer, failure));
    } catch (Throwable e) {
      landed(key, own, null, e);
      throw e;
    }
  }

  private void landed(
      K key, Flight<V> own, @Nullable Outcome<V> answer, @Nullable Throwable failure) {
    flights.remove(key, own);
    if (failure != null) {
      own.answer.completeExceptionally(failure);
    } else if (answer != null) {
      own.answer.complete(answer);
    }
  }

  /** Null if the question failed or takes too long. */
  @Nullable Outcome<V> await(Flight<V> flight) {
    try {
      return flight.answer.get(timeout, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException | TimeoutException e) {
      return null;
    }
  }

  /** Nobody joins the question of that key any more. */
  void detach(K key) {
    flights.remove(key);
  }

  void detachAll() {
    flights.clear();
  }
}
