package io.nearside.store.remote;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A script that was sent, and the question of whether a replica has what it did.
 *
 * @param replication completes, and never with a failure, no later than the call's time is over, if
 *     the script was answered; else maybe never
 */
record Replicated<T>(CompletableFuture<T> reply, CompletableFuture<Replication> replication) {

  /** One that begins after something else. */
  static <T> Replicated<T> after(
      CompletableFuture<Void> before, Supplier<Replicated<T>> beginning) {
    CompletableFuture<Replication> replication = new CompletableFuture<>();
    return new Replicated<>(
        before.thenCompose(nothing -> beginning.get().into(replication)), replication);
  }

  /** The reply; what becomes of the question is passed on. */
  CompletableFuture<T> into(CompletableFuture<Replication> other) {
    replication.thenAccept(other::complete);
    return reply;
  }
}
