package io.nearside.store.tiered;

import io.nearside.coherence.Proof;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.AsyncStore;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Outcome;
import io.nearside.store.tiered.Copying.Attempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TieredStore} does for many keys by one call of the authority, whether a thread
 * waits for it or not. Thread-safe.
 */
record TieredBulk<K, V>(TieredStore<K, V> store, Tiers<K, V> tiers, Copying<K, V> copying) {

  /**
   * What was found near the caller.
   *
   * @param passedBy copies that do not do
   * @param missing what the authority is to be asked for
   */
  private record Near<K, V>(
      Map<K, Outcome<V>> outcomes, Map<K, CopiedEntry<V>> passedBy, List<K> missing) {}

  Map<K, Outcome<V>> readAll(Collection<? extends K> keys, long now) {
    Near<K, V> near = near(keys, now);
    if (near.missing.isEmpty()) {
      return near.outcomes;
    }
    if (!enter(near)) {
      return shed(near, now);
    }
    try {
      return completed(near, fetchAll(near.missing, now), now);
    } finally {
      leave(near);
    }
  }

  /** The same without waiting. */
  CompletableFuture<Map<K, Outcome<V>>> readAll(
      Collection<? extends K> keys, long now, AsyncStore<K, V> authority, Executor executor) {
    Near<K, V> near = near(keys, now);
    if (near.missing.isEmpty()) {
      return CompletableFuture.completedFuture(near.outcomes);
    }
    if (!enter(near)) {
      return CompletableFuture.completedFuture(shed(near, now));
    }
    CompletableFuture<Map<K, Outcome<V>>> fetched;
    try {
      fetched =
          attempting(
              near.missing,
              () -> authority.readAll(near.missing, now, executor),
              (attempts, outcomes) -> {
                if (outcomes != null) {
                  fetched(attempts, outcomes, now);
                }
              });
    } catch (RuntimeException | Error e) {
      leave(near);
      throw e;
    }
    return fetched
        .whenComplete((outcomes, failure) -> leave(near))
        .thenApply(outcomes -> completed(near, outcomes, now));
  }

  private Near<K, V> near(Collection<? extends K> keys, long now) {
    Near<K, V> near = new Near<>(new HashMap<>(), new HashMap<>(), new ArrayList<>());
    Proof proof = tiers.proofs().now(); // before the copies: see Proof
    CopiedBlanks<K> blanks = copying.blanks();
    for (K key : keys) {
      CopiedEntry<V> copy = tiers.copies().read(key);
      if (copy != null && TieredStore.isProved(copy, proof, now)) {
        near.outcomes.put(key, copy);
      } else if (blanks != null && blanks.get(key, proof, now) != null) {
        near.outcomes.put(key, Absent.absent());
      } else {
        near.missing.add(key);
        if (copy != null && copy.isLive(now)) {
          near.passedBy.put(key, copy);
        }
      }
    }
    return near;
  }

  private boolean enter(Near<K, V> near) {
    return near.passedBy.isEmpty() || store.enterBypass(near.passedBy.values().iterator().next());
  }

  private void leave(Near<K, V> near) {
    if (!near.passedBy.isEmpty()) {
      store.leaveBypass();
    }
  }

  private Map<K, Outcome<V>> shed(Near<K, V> near, long now) {
    Map<K, Outcome<V>> shed = new HashMap<>();
    near.missing.forEach(key -> shed.put(key, store.shed()));
    return completed(near, shed, now);
  }

  /** With what the authority has answered; copies stand in where it could not. */
  private Map<K, Outcome<V>> completed(Near<K, V> near, Map<K, Outcome<V>> asked, long now) {
    near.outcomes.putAll(asked);
    near.passedBy.forEach((key, copy) ->
        near.outcomes.computeIfPresent(key, (k, outcome) -> store.standIn(outcome, copy, now)));
    return near.outcomes;
  }

  private Map<K, Outcome<V>> fetchAll(List<K> keys, long now) {
    return attempting(
        keys,
        attempts -> {
          Map<K, Outcome<V>> outcomes = tiers.authority().readAll(keys, now);
          fetched(attempts, outcomes, now);
          return outcomes;
        });
  }

  private void fetched(Map<K, Attempt<K>> attempts, Map<K, Outcome<V>> outcomes, long now) {
    attempts.forEach((key, attempt) -> {
      Outcome<V> outcome = outcomes.get(key);
      if (outcome != null) {
        store.countRemote(outcome);
        copying.read(attempt, outcome, now);
      }
    });
  }

  /**
   * @param applied what is known of the answer
   */
  <R> R changeAll(
      Set<? extends K> keys, Supplier<R> call, Function<R, Map<K, Applied<V>>> applied) {
    return attempting(
        keys,
        attempts -> {
          Map<K, Applied<V>> known = Map.of();
          try {
            R result = call.get();
            known = applied.apply(result);
            return result;
          } finally {
            changed(attempts, known);
          }
        });
  }

  CompletableFuture<AppliedAll<K, V>> applyAll(
      Map<? extends K, Change<V>> changes,
      long now,
      AsyncStore<K, V> authority,
      Executor executor) {
    return attempting(
        changes.keySet(),
        () -> authority.applyAll(changes, now, executor),
        (attempts, result) -> changed(attempts, (result == null) ? Map.of() : result.applied()));
  }

  /** Of what nothing is known maybe it was done. */
  private void changed(Map<K, Attempt<K>> attempts, Map<K, Applied<V>> applied) {
    Map<K, Attempt<K>> unknown = new HashMap<>(attempts);
    try {
      applied.forEach((key, one) -> {
        Attempt<K> attempt = unknown.remove(key);
        if (attempt != null) {
          copying.applied(attempt, one, Condition.SAME); // the strictest
        }
      });
    } finally {
      unknown.keySet().forEach(key -> copying.touch(key, null));
    }
  }

  /** Has the authority called with an attempt for each key. */
  <R> R attempting(Collection<? extends K> keys, Function<Map<K, Attempt<K>>, R> call) {
    Map<K, Attempt<K>> attempts = begin(keys);
    try {
      return call.apply(attempts);
    } finally {
      end(attempts);
    }
  }

  /**
   * @param answered is given null if the call has failed
   */
  private <R> CompletableFuture<R> attempting(
      Collection<? extends K> keys,
      Supplier<CompletableFuture<R>> call,
      BiConsumer<Map<K, Attempt<K>>, @Nullable R> answered) {
    Map<K, Attempt<K>> attempts = begin(keys);
    CompletableFuture<R> answer;
    try {
      answer = call.get();
    } catch (RuntimeException | Error e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.whenComplete((result, failure) -> {
      try {
        answered.accept(attempts, result);
      } finally {
        end(attempts);
      }
    });
  }

  private Map<K, Attempt<K>> begin(Collection<? extends K> keys) {
    Map<K, Attempt<K>> attempts = new HashMap<>();
    try {
      for (K key : keys) {
        if (!attempts.containsKey(key)) {
          attempts.put(key, copying.begin(key));
        }
      }
      return attempts;
    } catch (RuntimeException | Error e) {
      end(attempts);
      throw e;
    }
  }

  private void end(Map<K, Attempt<K>> attempts) {
    attempts.values().forEach(copying::end);
  }
}
