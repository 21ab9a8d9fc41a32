package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import io.nearside.observe.Thrown;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.AsyncStore;
import io.nearside.store.Change;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Unavailable;
import io.nearside.store.remote.ChangeRun.Place;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RemoteStore} does without a thread that waits; what follows an answer is the same
 * as in its own methods. Only while nothing is unsaid, and the server has been reached.
 * Thread-safe.
 */
record RemoteAsync<K, V>(
    StoreParts<K, V> parts,
    Look<K, V> look,
    Expirations<K, V> expirations,
    Changes<K, V> changes,
    Loading<K, V> loading,
    BooleanSupplier closed)
    implements AsyncStore<K, V> {

  /** A call's reply, or what it failed with. */
  interface Reply<T> {
    /**
     * @throws RemoteUnavailableException or what else it failed with
     */
    T get();

    static <T> Reply<T> of(@Nullable T reply, @Nullable Throwable failure) {
      return () -> {
        if (reply != null) {
          return reply;
        }
        Throwable cause = (failure == null) ? null : Thrown.first(failure);
        if (cause instanceof RuntimeException known) {
          throw known;
        }
        throw new IllegalStateException("a call of redis failed", cause);
      };
    }
  }

  @Override
  public CompletableFuture<Outcome<V>> read(K key, long now, Executor executor) {
    RemoteKey remote = parts.entries().locate(key);
    return operation(
        "read",
        () ->
            sending(executor)
                .by(() -> pair(remote))
                .handleAsync(
                    (pair, failure) -> outcome(key, remote, Reply.of(pair, failure), now),
                    executor));
  }

  @Override
  public CompletableFuture<Outcome<V>> peek(K key, long now, Executor executor) {
    return read(key, now, executor);
  }

  /** With the server's clock, which is asked for if nothing is known of it yet. */
  private CompletableFuture<List<byte @Nullable []>> pair(RemoteKey remote) {
    CompletableFuture<List<byte @Nullable []>> pair =
        parts.connection().readAsync(List.of(remote.head(), remote.entry()));
    CompletableFuture<ServerClock> clock = parts.connection().serverClockAsync(remote.head());
    return clock.isDone() ? pair : pair.thenCombine(clock, (values, known) -> values);
  }

  private Outcome<V> outcome(
      K key, RemoteKey remote, Reply<List<byte @Nullable []>> reply, long now) {
    try {
      Seen<V> seen = look.seen(remote, reply.get(), now);
      expirations.metInPassing(key, remote, seen);
      return seen.outcome();
    } catch (RemoteUnavailableException e) {
      return new Unavailable<>(e);
    }
  }

  @Override
  public CompletableFuture<ReadOrReserved<V>> readOrReserve(K key, long now, Executor executor) {
    return operation("read-or-reserve", () -> loading.readOrReserve(key, sending(executor)));
  }

  @Override
  public CompletableFuture<Outcome<V>> inspect(K key, long now, Executor executor) {
    return read(key, now, executor);
  }

  @Override
  public CompletableFuture<Map<K, Outcome<V>>> readAll(
      Collection<? extends K> keys, long now, Executor executor) {
    BulkRead<K, V> read = new BulkRead<>(parts, look, expirations);
    keys.forEach(key -> read.add(new Place<>(key, parts.entries().locate(key))));
    return operation("read-all", () -> read.ask(now, sending(executor)));
  }

  @Override
  public CompletableFuture<Applied<V>> apply(K key, Change<V> change, long now, Executor executor) {
    return operation("change", () -> changes.apply(key, change, sending(executor)));
  }

  @Override
  public CompletableFuture<AppliedAll<K, V>> applyAll(
      Map<? extends K, Change<V>> all, long now, Executor executor) {
    return operation("change-all", () -> changes.applyAll(all, sending(executor)));
  }

  private Sending sending(Executor executor) {
    return new Sending(parts, closed, executor);
  }

  private <T> CompletableFuture<T> operation(String what, Supplier<CompletableFuture<T>> begin) {
    Running running = parts.recorder().begin(Step.OPERATION, what);
    Running.enter(running);
    try {
      CompletableFuture<T> answer = begin.get();
      return (running == null)
          ? answer
          : answer.whenComplete((value, failure) -> Running.end(running, failure));
    } catch (RuntimeException | Error e) {
      Running.end(running, e);
      throw e;
    } finally {
      Running.leave(running);
    }
  }
}
