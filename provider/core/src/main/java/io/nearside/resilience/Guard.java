package io.nearside.resilience;

import io.nearside.NearsideHealth.Kind;
import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.observe.Count;
import io.nearside.observe.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds calls to one master: in time, in number, and by a circuit breaker that keeps calls away
 * from a server that fails. Thread-safe; holds no monitor while it waits.
 *
 * <p>What goes wrong is a {@link RemoteUnavailableException}, except an answer that calls the
 * request itself wrong, which is a {@link javax.cache.CacheException}.
 */
public final class Guard {
  private final Supplier<String> name;
  final Breaker breaker;
  final Function<Throwable, Diagnosis> diagnosis;
  final Ambient ambient;
  final Recorder recorder;
  final long timeoutNanos;
  private final int callsInFlight;
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Null since the last call that was answered, as the next. */
  private volatile @Nullable Ailment failing;

  private volatile @Nullable Ailment full;

  /**
   * @param name of the server, for messages; another one after a fail-over
   * @param diagnosis says what a failure of a call means
   * @param recorder is told of calls and of the circuit breaker
   */
  public Guard(
      Supplier<String> name,
      GuardSettings settings,
      Function<Throwable, Diagnosis> diagnosis,
      Ambient ambient,
      Recorder recorder) {
    this.name = name;
    this.diagnosis = diagnosis;
    this.ambient = ambient;
    this.timeoutNanos = settings.timeout().toNanos();
    this.callsInFlight = settings.callsInFlight();
    this.recorder = recorder;
    this.breaker = new Breaker(name, settings.breaker(), ambient, recorder);
  }

  String name() {
    return name.get();
  }

  /**
   * Waits for an answer, no longer than the time-out.
   *
   * @param start sends what is asked, without blocking
   * @throws RemoteUnavailableException if none came; also when the thread is interrupted, whose
   *     flag is then set again
   */
  public <T> T call(Request request, Supplier<? extends CompletionStage<T>> start) {
    return call(request, timeoutNanos, start);
  }

  /**
   * As {@link #call(Request, Supplier)}, for what is left of an operation's time.
   *
   * @param nanos at most the time-out counts; silence in less than half of it is not held against
   *     the server
   */
  public <T> T call(Request request, long nanos, Supplier<? extends CompletionStage<T>> start) {
    requireTime(request, nanos);
    Attempt<T> attempt = begin(request, start);
    try {
      return attempt.get(Math.min(nanos, timeoutNanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      attempt.silentFor(nanos);
    } catch (InterruptedException e) {
      attempt.interrupt();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
    return settled(attempt);
  }

  private void requireTime(Request request, long nanos) {
    if (nanos <= 0) {
      recorder.add(Count.CALLS_GIVEN_UP, 1);
      throw shed(request, "the time of the operation (remote.timeout) was over before it");
    }
  }

  /**
   * The outcome of an attempt that can't go on; waits for nothing but another thread's last step.
   */
  private static <T> T settled(Attempt<T> attempt) {
    try {
      return attempt.join();
    } catch (CompletionException e) {
      throw rethrown(e);
    }
  }

  /** Only one caller sees the exception, so it may show where that one is. */
  private static RuntimeException rethrown(Exception wrapper) {
    RuntimeException cause = (RuntimeException) Objects.requireNonNull(wrapper.getCause());
    cause.fillInStackTrace();
    return cause;
  }

  /**
   * As {@link #call}, but the future completes within the time-out instead. Its dependents may run
   * on a thread of the network: they must not block.
   */
  public <T> CompletableFuture<T> callAsync(
      Request request, Supplier<? extends CompletionStage<T>> start) {
    return callAsync(request, timeoutNanos, start);
  }

  /**
   * As {@link #callAsync(Request, Supplier)}, for what is left of an operation's time; it may have
   * more than the time-out where many bytes are to pass.
   */
  public <T> CompletableFuture<T> callAsync(
      Request request, long nanos, Supplier<? extends CompletionStage<T>> start) {
    try {
      requireTime(request, nanos);
      Attempt<T> attempt = begin(request, start);
      attempt.expireIn(nanos);
      return attempt;
    } catch (RemoteUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> Attempt<T> begin(Request request, Supplier<? extends CompletionStage<T>> start) {
    if (inFlight.incrementAndGet() > callsInFlight) {
      inFlight.decrementAndGet();
      recorder.add(Count.CALLS_OVERLOADED, 1);
      throw overload(request);
    }
    if (!breaker.tryAcquire()) {
      inFlight.decrementAndGet();
      recorder.add(Count.CALLS_NOT_TRIED, 1);
      throw open(request);
    }
    Attempt<T> attempt = new Attempt<>(this, request, start);
    attempt.send();
    return attempt;
  }

  void ended() {
    inFlight.decrementAndGet();
  }

  private RemoteUnavailableException overload(Request request) {
    return shed(
        request,
        callsInFlight
            + " calls wait for an answer already, more would only wait longer; ask less at once,"
            + " or see what slows the server down");
  }

  private RemoteUnavailableException open(Request request) {
    return shed(request, breaker.refusal());
  }

  private RemoteUnavailableException shed(Request request, String why) {
    return new RemoteUnavailableException(
        name() + ": " + request.what() + ": " + why, Reason.SHED, false, null);
  }

  /** What a call that failed so throws; for parts of a call that succeeded on the whole. */
  public RuntimeException described(Request request, Throwable failure) {
    return Attempt.exception(this, request, diagnosis.apply(Attempt.unwrapped(failure)));
  }

  /** Whether calls are meet at once while the circuit breaker is open, else nothing. */
  public boolean isOpen() {
    return breaker.isOpen();
  }

  /** Whether calls are let through as usual, not just a few that try. */
  public boolean isClosed() {
    return breaker.isClosed();
  }

  /** Lets a few calls try now: there is a sign that the server is back. */
  public void probeNow() {
    breaker.probeNow();
  }

  /**
   * Tells when the circuit breaker has closed again.
   *
   * @param listener must not block or throw; runs on the thread of the call that succeeded
   */
  public void onRecovery(Runnable listener) {
    breaker.onRecovery(listener);
  }

  /** The state of the circuit breaker: CLOSED, OPEN or HALF_OPEN. */
  public String state() {
    return breaker.state().name();
  }

  /** What is the matter with the server, as far as calls have shown; waits for nothing. */
  public List<Ailment> ailments() {
    Ailment known = failing;
    Ailment noRoom = full;
    boolean closed = breaker.isClosed();
    if (known == null && noRoom == null && closed) {
      return List.of();
    }
    List<Ailment> all = new ArrayList<>();
    if (known != null) {
      all.add(known);
    }
    if (!closed) {
      all.add(breaker.ailment());
    }
    if (noRoom != null) {
      all.add(noRoom);
    }
    return all;
  }

  void answered(Request request) {
    if (failing != null) {
      failing = null;
    }
    if (full != null && request.changes()) {
      full = null;
    }
  }

  void failed(Diagnosis diagnosis) {
    if (diagnosis.kind() == Diagnosis.Kind.FULL) {
      full = ailment(Kind.REMOTE_FULL, full, diagnosis);
    } else {
      failing = ailment(Kind.REMOTE_UNAVAILABLE, failing, diagnosis);
    }
  }

  private Ailment ailment(Kind kind, @Nullable Ailment before, Diagnosis diagnosis) {
    long since = (before == null) ? ambient.nanos().getAsLong() : before.since();
    return new Ailment(kind, since, diagnosis.text());
  }

  /** Who is told of its calls. */
  public Recorder recorder() {
    return recorder;
  }

  /** Calls that wait for an answer now. */
  public int inFlight() {
    return inFlight.get();
  }
}
