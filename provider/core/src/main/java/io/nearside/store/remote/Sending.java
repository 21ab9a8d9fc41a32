package io.nearside.store.remote;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How calls are sent for which no thread waits: through the {@link Door}, now or soon. Thread-safe.
 *
 * @param closed whether there is to be no more
 * @param executor by which goes on what follows an answer; must not wait for Redis
 */
record Sending(StoreParts<?, ?> parts, BooleanSupplier closed, Executor executor) {

  /** Never by a thread that must not wait, where the call would. */
  <T> CompletableFuture<T> by(Supplier<CompletableFuture<T>> call) {
    return parts
        .door()
        .pass(
            () -> {
              if (closed.getAsBoolean()) {
                throw parts.unavailable("the cache was closed before Redis was asked", null);
              }
              return parts.connection().isAtHand()
                  ? call.get()
                  : CompletableFuture.supplyAsync(call, executor).thenCompose(sent -> sent);
            },
            parts.recorder());
  }
}
