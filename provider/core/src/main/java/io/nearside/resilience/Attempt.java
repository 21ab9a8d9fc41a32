package io.nearside.resilience;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.observe.Count;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** One guarded call on its way; the first of answer, failure and time-out decides. */
final class Attempt<T> extends CompletableFuture<T> implements BiConsumer<T, Throwable> {
  private static final long REPEAT_MILLIS = 5;
  private static final long IDLE_SECONDS = 10;

  /**
   * Dependents of attempts are not for the JVM's only timer thread; and the common pool may be full
   * of an application's tasks that wait for this very time-out.
   */
  private static final Executor TIMELY = timely();

  private static Executor timely() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(null, task, "nearside-timeouts", 0, false);
              thread.setDaemon(true);
              thread.setContextClassLoader(null);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<Attempt> SETTLED =
      AtomicIntegerFieldUpdater.newUpdater(Attempt.class, "settled");

  private final Guard guard;
  private final Request request;
  private final Supplier<? extends CompletionStage<T>> start;
  private final long deadline;
  private final @Nullable Running running;
  private volatile int settled;
  private volatile @Nullable CompletionStage<T> sent;
  private volatile @Nullable Diagnosis notNow;

  Attempt(Guard guard, Request request, Supplier<? extends CompletionStage<T>> start) {
    this.guard = guard;
    this.request = request;
    this.start = start;
    this.deadline = request.repeatable() ? now() + guard.timeoutNanos : 0;
    this.running = guard.recorder.begin(Step.NETWORK, request.what());
  }

  private long now() {
    return guard.ambient.nanos().getAsLong();
  }

  void send() {
    CompletionStage<T> stage;
    try {
      stage = start.get();
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedFuture(e);
    }
    sent = stage;
    stage.whenComplete(this);
  }

  @Override
  public void accept(T value, @Nullable Throwable failure) {
    if (failure != null) {
      failed(guard.diagnosis.apply(unwrapped(failure)));
    } else if (settle()) {
      guard.breaker.succeeded();
      guard.answered(request);
      Running.end(running, null);
      complete(value);
    }
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  private void failed(Diagnosis diagnosis) {
    if (diagnosis.kind() == Diagnosis.Kind.NOT_NOW && mayRepeat()) {
      notNow = diagnosis;
      delayed().execute(this::repeat);
    } else if (settle()) {
      fail(diagnosis);
    }
  }

  private static Executor delayed() {
    return CompletableFuture.delayedExecutor(REPEAT_MILLIS, TimeUnit.MILLISECONDS, TIMELY);
  }

  private boolean mayRepeat() {
    return request.repeatable()
        && deadline - now() > TimeUnit.MILLISECONDS.toNanos(2 * REPEAT_MILLIS);
  }

  private void repeat() {
    if (settled == 0) {
      send();
    }
  }

  private boolean settle() {
    if (!SETTLED.compareAndSet(this, 0, 1)) {
      return false;
    }
    guard.ended();
    return true;
  }

  private void fail(Diagnosis diagnosis) {
    RuntimeException exception = exception(guard, request, diagnosis);
    if (diagnosis.kind() == Diagnosis.Kind.ERROR) {
      guard.answered(request);
    } else {
      guard.failed(diagnosis);
    }
    if (diagnosis.kind() == Diagnosis.Kind.OUTAGE) {
      guard.breaker.failed(diagnosis.text(), exception);
    } else if (diagnosis.kind() == Diagnosis.Kind.ERROR) {
      guard.breaker.succeeded();
    } else {
      guard.breaker.release();
    }
    end(count(diagnosis.kind()), exception);
  }

  private static Count count(Diagnosis.Kind kind) {
    return switch (kind) {
      case OUTAGE -> Count.CALLS_UNREACHABLE;
      case NOT_NOW -> Count.CALLS_REFUSED;
      case FULL -> Count.CALLS_FULL;
      case DENIED -> Count.CALLS_DENIED;
      case ERROR -> Count.CALLS_WRONG;
    };
  }

  private void end(Count why, RuntimeException exception) {
    guard.recorder.add(why, 1);
    Running.end(running, exception);
    completeExceptionally(exception);
  }

  static RuntimeException exception(Guard guard, Request request, Diagnosis diagnosis) {
    String message = guard.name() + ": " + request.what() + ": " + diagnosis.text();
    return switch (diagnosis.kind()) {
      case OUTAGE ->
          new RemoteUnavailableException(
              message,
              Reason.UNREACHABLE,
              request.changes() && !diagnosis.neverSent(),
              diagnosis.cause());
      case NOT_NOW ->
          new RemoteUnavailableException(message, Reason.REFUSED, false, diagnosis.cause());
      case FULL -> new RemoteUnavailableException(message, Reason.FULL, false, diagnosis.cause());
      case DENIED ->
          new RemoteUnavailableException(message, Reason.DENIED, false, diagnosis.cause());
      case ERROR -> new CacheException(message, diagnosis.cause());
    };
  }

  /**
   * Ends the call after so much silence; too little of it is not held against the server. Who has
   * been told that the server can't now has an answer.
   */
  void silentFor(long nanos) {
    if (nanos >= guard.timeoutNanos / 2 || notNow != null) {
      expire();
    } else {
      giveUp("no answer in what was left of the operation's time (remote.timeout)");
    }
  }

  /** Ends the call for want of an answer, unless it has ended. */
  private void expire() {
    if (settle()) {
      Diagnosis refusal = notNow;
      fail(refusal != null ? refusal : silence());
      cancelSent();
    }
  }

  private Diagnosis silence() {
    return new Diagnosis(
        Diagnosis.Kind.OUTAGE,
        "no answer within "
            + TimeUnit.NANOSECONDS.toMillis(guard.timeoutNanos)
            + " ms (remote.timeout); see whether the server is up and not overloaded",
        false,
        null);
  }

  /** Ends the call since its caller does not want to wait, which says nothing of the server. */
  void interrupt() {
    giveUp("the waiting thread was interrupted");
  }

  /** Ends the call for a reason that says nothing of the server. */
  void giveUp(String why) {
    if (settle()) {
      guard.breaker.release();
      end(
          Count.CALLS_GIVEN_UP,
          new RemoteUnavailableException(
              guard.name() + ": " + request.what() + ": " + why,
              Reason.UNREACHABLE,
              request.changes(),
              null));
      cancelSent();
    }
  }

  /** What waits for a connection need not wait any more. */
  private void cancelSent() {
    CompletionStage<T> stage = sent;
    if (stage != null) {
      stage.toCompletableFuture().cancel(true);
    }
  }

  void expireIn(long nanos) {
    CompletableFuture<Void> timer = new CompletableFuture<Void>();
    timer.orTimeout(nanos, TimeUnit.NANOSECONDS);
    timer.whenComplete((nothing, timeout) -> {
      if (timeout != null) {
        TIMELY.execute(() -> silentFor(nanos));
      }
    });
    whenComplete((value, failure) -> timer.complete(null));
  }
}
