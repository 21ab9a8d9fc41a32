package io.nearside.store.tiered;

import io.nearside.coherence.Proofs;
import io.nearside.store.Authority;
import io.nearside.store.Clock;
import io.nearside.store.Copies;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a two-tier store is made of.
 *
 * @param blanks copies of what the authority remembers of keys that the source had nothing for;
 *     null if that is nothing
 * @param keys makes a copy's own key, which its reader can't change any more
 * @param proofs whether copies may be served
 * @param background runs what asks the authority without a caller
 */
public record Tiers<K, V>(
    Authority<K, V> authority,
    Copies<K, V> copies,
    @Nullable Copies<K, Boolean> blanks,
    UnaryOperator<K> keys,
    Proofs proofs,
    Executor background,
    Clock clock) {

  /** Of a cache that remembers no keys that its source had nothing for. */
  public Tiers(
      Authority<K, V> authority,
      Copies<K, V> copies,
      UnaryOperator<K> keys,
      Proofs proofs,
      Executor background,
      Clock clock) {
    this(authority, copies, null, keys, proofs, background, clock);
  }

  /** Has it run without a caller; false if that is over, as it closes. */
  boolean inBackground(Runnable task) {
    try {
      background.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
