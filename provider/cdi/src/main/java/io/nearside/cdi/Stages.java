package io.nearside.cdi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is done when asynchronous methods end. */
final class Stages {

  /** Sees how a stage has ended, and may give another value. */
  @FunctionalInterface
  interface Ending {
    @Nullable Object apply(@Nullable Object value, @Nullable Throwable failure);
  }

  private Stages() {}

  /**
   * A stage that ends once the ending has been called: with what it gives; with the failure itself,
   * if there was one; with that of the ending, if there was none before.
   */
  static CompletableFuture<@Nullable Object> after(CompletionStage<?> stage, Ending ending) {
    CompletableFuture<@Nullable Object> after = new CompletableFuture<>();
    stage.whenComplete((value, wrapped) -> {
      Throwable failure = unwrapped(wrapped);
      Object given = null;
      try {
        given = ending.apply(value, failure);
      } catch (Throwable e) {
        if (failure == null) {
          failure = e;
        } else {
          suppress(failure, e);
        }
      }
      if (failure == null) {
        after.complete(given);
      } else {
        after.completeExceptionally(failure);
      }
    });
    return after;
  }

  private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Keeps a second failure in the first, which may be the same. */
  static void suppress(Throwable first, Throwable second) {
    if (first != second) {
      first.addSuppressed(second);
    }
  }
}
