package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.cache.AsyncCalls.Call;
import io.nearside.observe.Thrown;
import io.nearside.store.Applied;
import io.nearside.store.AsyncStore;
import io.nearside.store.Change;
import io.nearside.store.Change.Returning;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one key that are one change of the store, for which no thread waits. Others, and those
 * that listeners are told of, are made by a thread that may wait. Keys and values are the cache's
 * own copies. Thread-safe.
 */
final class AsyncWriting<K, V> {
  private final StoreCache<K, V> cache;
  private final CacheParts<K, V> parts;
  private final Writing<K, V> writing;
  private final Answers<K, V> answers;
  private final AsyncNode node;

  AsyncWriting(
      StoreCache<K, V> cache, CacheParts<K, V> parts, Writing<K, V> writing, AsyncNode node) {
    this.cache = cache;
    this.parts = parts;
    this.writing = writing;
    this.answers = new Answers<>(parts);
    this.node = node;
  }

  /** What an operation makes of the store's answer. */
  private interface Answer<V, R extends @Nullable Object> {
    R of(Applied<V> applied, long start);
  }

  /**
   * @param away what is answered if the store is away and the cache goes on without it; null if it
   *     throws all the same
   */
  private record Operation<V, R extends @Nullable Object>(
      Change<V> change, Answer<V, R> answer, @Nullable Supplier<R> away) {}

  void put(Call<@Nullable Void> call, K key, V value, Expiry expiry, Runnable waiting) {
    Supplier<@Nullable Void> done = () -> null;
    make(
        call,
        key,
        expiry,
        () ->
            new Operation<V, @Nullable Void>(
                Change.put(value, expiry.creation()),
                (applied, start) -> {
                  answers.put(applied, start);
                  return null;
                },
                done),
        () -> {
          waiting.run();
          return null;
        });
  }

  void getAndPut(Call<@Nullable V> call, K key, V value) {
    Expiry expiry = parts.expiry();
    make(
        call,
        key,
        expiry,
        () ->
            new Operation<V, @Nullable V>(
                Change.put(value, expiry.creation()).returning(Returning.ENTRY),
                answers::getAndPut,
                null),
        () -> cache.getAndPut(key, value));
  }

  void putIfAbsent(Call<Boolean> call, K key, V value) {
    Expiry expiry = parts.expiry();
    make(
        call,
        key,
        expiry,
        () ->
            new Operation<>(
                Change.putIfAbsent(value, expiry.creation()), answers::putIfAbsent, null),
        () -> cache.putIfAbsent(key, value));
  }

  void remove(Call<Boolean> call, K key) {
    make(
        call,
        key,
        null,
        () -> new Operation<>(Change.remove(), answers::remove, () -> false),
        () -> cache.remove(key));
  }

  void getAndRemove(Call<@Nullable V> call, K key) {
    make(
        call,
        key,
        null,
        () ->
            new Operation<V, @Nullable V>(
                Change.<V>remove().returningPrior(), answers::getAndRemove, null),
        () -> cache.getAndRemove(key));
  }

  void replace(Call<Boolean> call, K key, V value) {
    Expiry expiry = parts.expiry();
    make(
        call,
        key,
        expiry,
        () -> new Operation<>(Change.replace(value, expiry.update()), answers::replace, null),
        () -> cache.replace(key, value));
  }

  void getAndReplace(Call<@Nullable V> call, K key, V value) {
    Expiry expiry = parts.expiry();
    make(
        call,
        key,
        expiry,
        () ->
            new Operation<V, @Nullable V>(
                Change.replace(value, expiry.update()).returning(Returning.ENTRY),
                answers::getAndReplace,
                null),
        () -> cache.getAndReplace(key, value));
  }

  private <R extends @Nullable Object> void make(
      Call<R> call,
      K key,
      @Nullable Expiry expiry,
      Supplier<Operation<V, R>> made,
      Supplier<R> waiting) {
    boolean one = writing.isOneChange(expiry) && !parts.events().active();
    AsyncStore<K, V> store = one ? parts.store().async() : null;
    if (store == null) {
      call.run(waiting);
      return;
    }
    call.attempt(() -> {
      parts.locks().refuseIfHeldHere(key);
      Operation<V, R> operation = made.get();
      if (operation.away == null) {
        parts.control().admitCompound();
      } else {
        parts.control().admitChange();
      }
      long start = parts.clock().nanos();
      call.follow(
          () -> forgiving(store, key, operation, start),
          answer -> call.answer(() -> cache.tell(answer::get)));
    });
  }

  private <R extends @Nullable Object> CompletableFuture<Supplier<R>> forgiving(
      AsyncStore<K, V> store, K key, Operation<V, R> operation, long start) {
    return store
        .apply(key, operation.change, start, node.replies())
        .handle((applied, failure) ->
            () -> {
              if (failure == null) {
                return operation.answer.of(applied, start);
              }
              Throwable cause = Thrown.first(failure);
              if (operation.away != null && cause instanceof RemoteUnavailableException away) {
                parts.degraded().forgiveChange(away);
                return operation.away.get();
              }
              throw (cause instanceof RuntimeException thrown)
                  ? thrown
                  : new CompletionException(cause);
            });
  }
}
