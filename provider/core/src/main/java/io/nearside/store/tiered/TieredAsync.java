package io.nearside.store.tiered;

import io.nearside.coherence.Proof;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.AsyncStore;
import io.nearside.store.Blank;
import io.nearside.store.Change;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.tiered.Copying.Attempt;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link TieredStore} does without a thread that waits, by the same rules. Thread-safe. */
record TieredAsync<K, V>(
    TieredStore<K, V> store,
    Tiers<K, V> tiers,
    AsyncStore<K, V> authority,
    Copying<K, V> copying,
    Flights<K, V> flights,
    TieredBulk<K, V> bulk)
    implements AsyncStore<K, V> {

  @Override
  public CompletableFuture<Outcome<V>> read(K key, long now, Executor executor) {
    Proof proof = tiers.proofs().now(); // before the copy: see Proof
    CopiedEntry<V> copy = tiers.copies().read(key);
    if (copy != null && TieredStore.isProved(copy, proof, now)) {
      return CompletableFuture.completedFuture(copy);
    }
    return beyond(
        copy, now, () -> flights.ask(key, now, () -> fetch(key, now, executor), executor));
  }

  @Override
  public CompletableFuture<Outcome<V>> peek(K key, long now, Executor executor) {
    Proof proof = tiers.proofs().now();
    CopiedEntry<V> copy = tiers.copies().peek(key);
    return (copy != null && TieredStore.isProved(copy, proof, now))
        ? CompletableFuture.completedFuture(copy)
        : beyond(copy, now, () -> authority.peek(key, now, executor));
  }

  private CompletableFuture<Outcome<V>> beyond(
      @Nullable CopiedEntry<V> copy, long now, Supplier<CompletableFuture<Outcome<V>>> question) {
    return (copy == null || !copy.isLive(now))
        ? question.get()
        : passing(copy, question, Function.identity())
            .thenApply(outcome -> store.standIn(outcome, copy, now));
  }

  /**
   * Asks beyond a copy that does not do.
   *
   * @param shed the answer if too many do so already
   */
  private <T> CompletableFuture<T> passing(
      CopiedEntry<V> copy, Supplier<CompletableFuture<T>> question, Function<Outcome<V>, T> shed) {
    if (!store.enterBypass(copy)) {
      return CompletableFuture.completedFuture(shed.apply(store.shed()));
    }
    CompletableFuture<T> answer;
    try {
      answer = question.get();
    } catch (RuntimeException | Error e) {
      store.leaveBypass();
      throw e;
    }
    return answer.whenComplete((value, failure) -> store.leaveBypass());
  }

  private CompletableFuture<Outcome<V>> fetch(K key, long now, Executor executor) {
    return attempting(
        key,
        () -> authority.read(key, now, executor),
        (attempt, outcome) -> {
          store.countRemote(outcome);
          copying.read(attempt, outcome, now);
        },
        attempt -> {});
  }

  @Override
  public CompletableFuture<ReadOrReserved<V>> readOrReserve(K key, long now, Executor executor) {
    Proof proof = tiers.proofs().now();
    CopiedEntry<V> copy = tiers.copies().read(key);
    if (copy != null && TieredStore.isProved(copy, proof, now)) {
      return CompletableFuture.completedFuture(new ReadOrReserved<>(copy, null));
    }
    CopiedBlanks<K> blanks = copying.blanks();
    Blank blank = (blanks == null) ? null : blanks.get(key, proof, now);
    if (blank != null) {
      return CompletableFuture.completedFuture(new ReadOrReserved<>(Absent.absent(), blank));
    }
    return (copy == null || !copy.isLive(now))
        ? fetchOrReserve(key, now, executor)
        : passing(
                copy,
                () -> fetchOrReserve(key, now, executor),
                outcome -> new ReadOrReserved<>(outcome, null))
            .thenApply(read -> store.standIn(key, read, copy, now));
  }

  private CompletableFuture<ReadOrReserved<V>> fetchOrReserve(K key, long now, Executor executor) {
    return attempting(
        key,
        () -> authority.readOrReserve(key, now, executor),
        (attempt, read) -> store.fetched(attempt, read, now),
        attempt -> {});
  }

  @Override
  public CompletableFuture<Outcome<V>> inspect(K key, long now, Executor executor) {
    return fetch(key, now, executor);
  }

  @Override
  public CompletableFuture<Map<K, Outcome<V>>> readAll(
      Collection<? extends K> keys, long now, Executor executor) {
    return bulk.readAll(keys, now, authority, executor);
  }

  @Override
  public CompletableFuture<AppliedAll<K, V>> applyAll(
      Map<? extends K, Change<V>> changes, long now, Executor executor) {
    return bulk.applyAll(changes, now, authority, executor);
  }

  @Override
  public CompletableFuture<Applied<V>> apply(K key, Change<V> change, long now, Executor executor) {
    return attempting(
        key,
        () -> authority.apply(key, change, now, executor),
        (attempt, applied) -> copying.applied(attempt, applied, change.condition()),
        attempt -> copying.touch(key, null)); // maybe it was done
  }

  /**
   * @param answered what the answer means for copies
   * @param failed what it means that there is none
   */
  private <T> CompletableFuture<T> attempting(
      K key,
      Supplier<CompletableFuture<T>> call,
      BiConsumer<Attempt<K>, T> answered,
      Consumer<Attempt<K>> failed) {
    Attempt<K> attempt = copying.begin(key);
    try {
      return call.get()
          .whenComplete((value, failure) ->
              end(
                  attempt,
                  () -> {
                    if (failure == null) {
                      answered.accept(attempt, value);
                    } else {
                      failed.accept(attempt);
                    }
                  }));
    } catch (RuntimeException | Error e) {
      end(attempt, () -> failed.accept(attempt));
      throw e;
    }
  }

  private void end(Attempt<K> attempt, Runnable step) {
    try {
      step.run();
    } finally {
      copying.end(attempt);
    }
  }
}
