package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.cache.AsyncCalls.Call;
import io.nearside.observe.Thrown;
import io.nearside.store.Applied;
import io.nearside.store.AsyncStore;
import io.nearside.store.Change;
import io.nearside.store.Change.Returning;
import io.nearside.store.CopiedEntry;
import io.nearside.store.StoredEntry;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are made by the store alone, for which no thread waits. Others, and those that
 * listeners are told of, are made by a thread that may wait. Keys and values are the cache's own
 * copies. Thread-safe.
 */
final class AsyncWriting<K, V> {
  private final StoreCache<K, V> cache;
  private final CacheParts<K, V> parts;
  private final Writing<K, V> writing;
  private final Bulk<K, V> bulk;
  private final Answers<K, V> answers;
  private final AsyncNode node;

  AsyncWriting(
      StoreCache<K, V> cache,
      CacheParts<K, V> parts,
      Writing<K, V> writing,
      Bulk<K, V> bulk,
      AsyncNode node) {
    this.cache = cache;
    this.parts = parts;
    this.writing = writing;
    this.bulk = bulk;
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
        done(waiting));
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

  void putAll(Call<@Nullable Void> call, Map<K, V> own) {
    makeAll(
        call,
        parts.expiry(),
        (store, replies) -> bulk.putAll(own, store, replies),
        () -> cache.putAll(own));
  }

  void removeAll(Call<@Nullable Void> call, Set<K> own) {
    makeAll(
        call,
        null,
        (store, replies) -> bulk.removeAll(own, store, replies),
        () -> cache.removeAll(own));
  }

  private void makeAll(
      Call<@Nullable Void> call,
      @Nullable Expiry expiry,
      BiFunction<AsyncStore<K, V>, Executor, CompletableFuture<BulkProgress<K, V>>> made,
      Runnable waiting) {
    AsyncStore<K, V> store = store(expiry);
    if (store == null) {
      call.run(done(waiting));
      return;
    }
    parts.control().admitChange();
    call.follow(
        () -> made.apply(store, node.replies()),
        progress -> call.answer(() -> cache.tell(done(progress::end)::get)));
  }

  private static Supplier<@Nullable Void> done(Runnable operation) {
    return () -> {
      operation.run();
      return null;
    };
  }

  void remove(Call<Boolean> call, K key, V expected) {
    compare(call, new Comparison<>(key, expected, null), () -> cache.remove(key, expected));
  }

  void replace(Call<Boolean> call, K key, V expected, V value) {
    Comparison<K, V> comparison = new Comparison<>(key, expected, value);
    compare(call, comparison, () -> cache.replace(key, expected, value));
  }

  private void compare(Call<Boolean> call, Comparison<K, V> comparison, Supplier<Boolean> waiting) {
    Expiry expiry = parts.expiry();
    AsyncStore<K, V> store = expiry.renews() ? null : store(expiry);
    if (store == null) {
      call.run(waiting);
      return;
    }
    parts.locks().refuseIfHeldHere(comparison.key);
    parts.control().admitCompound();
    new Comparing(call, comparison, store, waiting).read();
  }

  /**
   * @param value null removes
   */
  private record Comparison<K, V>(K key, V expected, @Nullable V value) {
    boolean isMet(@Nullable StoredEntry<V> live) {
      return live != null && expected.equals(live.value());
    }
  }

  /**
   * A compare-and-set under way. If it fails again and again, since others change the key, a thread
   * makes it that waits for its turn. By one thread after the other.
   */
  private final class Comparing {
    private final Call<Boolean> call;
    private final Comparison<K, V> comparison;
    private final AsyncStore<K, V> store;
    private final Supplier<Boolean> waiting;
    private final Lives lives = new Lives(parts.expiry());
    private final long start = now();
    private int failures;

    Comparing(
        Call<Boolean> call,
        Comparison<K, V> comparison,
        AsyncStore<K, V> store,
        Supplier<Boolean> waiting) {
      this.call = call;
      this.comparison = comparison;
      this.store = store;
      this.waiting = waiting;
    }

    void read() {
      call.follow(
          () -> store.read(comparison.key, now(), node.replies()),
          outcome -> {
            StoredEntry<V> live = Degraded.required(outcome);
            if (live instanceof CopiedEntry<V> && !comparison.isMet(live)) {
              inspect(); // that it is something else may be over
            } else {
              met(live);
            }
          });
    }

    private void inspect() {
      call.follow(
          () -> store.inspect(comparison.key, now(), node.replies()),
          outcome -> met(Degraded.required(outcome)));
    }

    private void met(@Nullable StoredEntry<V> live) {
      if (!comparison.isMet(live)) {
        answer(live != null, false);
        return;
      }
      V value = comparison.value;
      Change<V> change =
          (value == null) ? Change.remove(Objects.requireNonNull(live)) : lives.put(live, value);
      call.follow(
          () -> store.apply(comparison.key, change, now(), node.replies()),
          applied -> {
            if (applied.done()) {
              answer(true, true);
            } else if (++failures >= Attempts.BEFORE_TURNS) {
              call.run(waiting);
            } else {
              read();
            }
          });
    }

    private void answer(boolean existed, boolean done) {
      call.answer(() ->
          cache.tell(() -> {
            answers.countHit(existed);
            if (comparison.value == null) {
              return answers.removed(done, start);
            }
            answers.countPut(done, start);
            return done;
          }));
    }
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
    AsyncStore<K, V> store = store(expiry);
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

  /**
   * What changes without a thread that waits; null if one must.
   *
   * @param expiry of what is stored; null if nothing is
   */
  private @Nullable AsyncStore<K, V> store(@Nullable Expiry expiry) {
    boolean one = writing.isOneChange(expiry) && !parts.events().active();
    return one ? parts.store().async() : null;
  }

  private long now() {
    return parts.clock().nanos();
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
