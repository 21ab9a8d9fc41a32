package io.nearside.cdi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is done when asynchronous methods end. */
final class Stages {
  /** Of those who have nothing to wait for. */
  static final CompletionStage<?> DONE = CompletableFuture.completedStage(null);

  /** Sees how a stage has ended, and may begin something. */
  @FunctionalInterface
  interface Ending {
    CompletionStage<?> begin(@Nullable Object value, @Nullable Throwable failure);
  }

  private Stages() {}

  /**
   * A stage that ends as the given one does, once what the ending begins has ended too: with the
   * value, or the failure itself; with the failure of what was begun, if there was none before. Who
   * gives it up gives the given one up.
   */
  static CompletableFuture<@Nullable Object> after(CompletionStage<?> stage, Ending ending) {
    CompletableFuture<@Nullable Object> after = givingUp(stage);
    stage.whenComplete((value, wrapped) -> {
      Throwable failure = unwrapped(wrapped);
      CompletionStage<?> begun;
      try {
        begun = ending.begin(value, failure);
      } catch (Throwable e) {
        begun = CompletableFuture.failedStage(e);
      }
      begun.whenComplete((done, other) -> end(after, value, both(failure, unwrapped(other))));
    });
    return after;
  }

  /** Not done yet; given up, it gives up the stage where that is possible. */
  private static CompletableFuture<@Nullable Object> givingUp(CompletionStage<?> stage) {
    CompletableFuture<@Nullable Object> other = new CompletableFuture<>();
    if (stage instanceof Future<?> future) {
      other.whenComplete((value, failure) -> {
        if (other.isCancelled()) {
          future.cancel(true);
        }
      });
    }
    return other;
  }

  private static void end(
      CompletableFuture<@Nullable Object> stage,
      @Nullable Object value,
      @Nullable Throwable failure) {
    if (failure == null) {
      stage.complete(value);
    } else {
      stage.completeExceptionally(failure);
    }
  }

  private static @Nullable Throwable both(@Nullable Throwable first, @Nullable Throwable second) {
    if (first == null) {
      return second;
    }
    if (second != null) {
      suppress(first, second);
    }
    return first;
  }

  private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /**
   * A stage that ends as the given one does, its failures in another form. Who gives it up gives
   * the given one up.
   */
  static CompletableFuture<@Nullable Object> failing(
      CompletionStage<?> stage, UnaryOperator<Throwable> form) {
    CompletableFuture<@Nullable Object> other = givingUp(stage);
    stage.whenComplete((value, wrapped) -> {
      Throwable failure = unwrapped(wrapped);
      end(other, value, (failure == null) ? null : form.apply(failure));
    });
    return other;
  }

  /** Keeps a second failure in the first, which may be the same. */
  static void suppress(Throwable first, Throwable second) {
    if (first != second) {
      first.addSuppressed(second);
    }
  }
}
