package io.nearside.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.config.CircuitBreakerSettings;
import io.nearside.observe.Count;
import io.nearside.observe.PartRecorder;
import io.nearside.resilience.Diagnosis.Kind;
import io.nearside.store.ManualClock;
import io.nearside.store.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

/** What a guard lets through, for how long, and what it makes of failures. */
class GuardTest {
  private static final Request READ = new Request("read", false, false);
  private static final Request WRITE = new Request("put", true, false);
  private static final Request REPEATABLE = new Request("read", false, true);
  private static final CircuitBreakerSettings RATE =
      new CircuitBreakerSettings(
          4, 0.5, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(4));
  private static final CircuitBreakerSettings IN_A_ROW =
      new CircuitBreakerSettings(
          1000, 0.5, 3, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(4));

  private final ManualClock clock = new ManualClock();
  private final PartRecorder recorder = new PartRecorder("", clock::nanos, null, null);

  /** A failure that says itself what it means. */
  private static final class Told extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Diagnosis diagnosis;

    Told(Kind kind, boolean neverSent) {
      this.diagnosis = new Diagnosis(kind, kind + " it said", neverSent, null);
    }
  }

  private Guard guard(CircuitBreakerSettings breaker) {
    return guard(breaker, Duration.ofMillis(50), 1000);
  }

  private Guard guard(CircuitBreakerSettings breaker, Duration timeout, int calls) {
    return new Guard(
        () -> "redis at test",
        new GuardSettings(timeout, calls, breaker),
        failure -> ((Told) failure).diagnosis,
        new Ambient(clock::nanos, Seeds.random(7)),
        recorder);
  }

  private static CompletableFuture<String> failing(Kind kind) {
    return CompletableFuture.failedFuture(new Told(kind, false));
  }

  private static void fail(Guard guard, int times) {
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(() -> guard.call(READ, () -> failing(Kind.OUTAGE)))
          .isInstanceOf(RemoteUnavailableException.class);
    }
  }

  private static String succeed(Guard guard) {
    return guard.call(READ, () -> CompletableFuture.completedFuture("ok"));
  }

  @Test
  void anAnswerIsPassedOn() {
    Guard guard = guard(RATE);
    assertThat(succeed(guard)).isEqualTo("ok");
    assertThat(guard.inFlight()).isZero();
  }

  @Test
  void silenceEndsWithTheTimeoutAndCancelsWhatWasSent() {
    Guard guard = guard(RATE);
    CompletableFuture<String> silent = new CompletableFuture<>();
    assertThatThrownBy(() -> guard.call(WRITE, () -> silent))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class,
            e -> {
              assertThat(e.isOutcomeUnknown()).isTrue();
              assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
              assertThat(e)
                  .hasMessageContaining("redis at test: put")
                  .hasMessageContaining("50 ms")
                  .hasMessageContaining("remote.timeout");
            });
    assertThat(silent).isCancelled();
    assertThat(guard.inFlight()).isZero();
  }

  @Test
  void aReadThatTimedOutHasNoUnknownOutcome() {
    assertThatThrownBy(() -> guard(RATE).call(READ, CompletableFuture<String>::new))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class, e -> assertThat(e.isOutcomeUnknown()).isFalse());
  }

  @Test
  void aWriteThatWasNeverSentHasNoUnknownOutcome() {
    assertThatThrownBy(() ->
            guard(RATE)
                .call(WRITE, () -> CompletableFuture.failedFuture(new Told(Kind.OUTAGE, true))))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class, e -> assertThat(e.isOutcomeUnknown()).isFalse());
  }

  @Test
  void anAsynchronousCallEndsWithTheTimeout() {
    Guard guard = guard(RATE);
    CompletableFuture<String> result = guard.callAsync(WRITE, CompletableFuture<String>::new);
    await().until(result::isDone);
    assertThatThrownBy(result::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(RemoteUnavailableException.class);
    assertThat(guard.inFlight()).isZero();
  }

  @Test
  void halfOfTheCallsFailingOpensIt() {
    Guard guard = guard(RATE);
    succeed(guard);
    succeed(guard);
    fail(guard, 1);
    assertThat(guard.state()).isEqualTo("CLOSED");
    fail(guard, 1);
    assertThat(guard.state()).isEqualTo("OPEN");
  }

  @Test
  void failuresOutsideTheWindowDoNotCount() {
    Guard guard = guard(RATE);
    fail(guard, 3);
    clock.advance(Duration.ofSeconds(3));
    fail(guard, 3);
    assertThat(guard.state()).isEqualTo("CLOSED");
  }

  @Test
  void failuresInARowOpenItWhateverTheRate() {
    Guard guard = guard(IN_A_ROW);
    fail(guard, 2);
    succeed(guard);
    fail(guard, 2);
    assertThat(guard.state()).isEqualTo("CLOSED");
    fail(guard, 1);
    assertThat(guard.state()).isEqualTo("OPEN");
  }

  @Test
  void whileOpenNothingIsSent() {
    Guard guard = guard(RATE);
    fail(guard, 4);
    AtomicInteger sent = new AtomicInteger();
    assertThatThrownBy(() ->
            guard.call(
                WRITE,
                () -> {
                  sent.incrementAndGet();
                  return CompletableFuture.completedFuture("ok");
                }))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.SHED);
              assertThat(e.isOutcomeUnknown()).isFalse();
              assertThat(e).hasMessageContaining("OUTAGE it said");
            });
    assertThat(sent).hasValue(0);
    assertThat(guard.inFlight()).isZero();
  }

  @Test
  void threeGoodCallsAfterThePauseCloseItAndTell() {
    Guard guard = guard(RATE);
    AtomicInteger recoveries = new AtomicInteger();
    guard.onRecovery(recoveries::incrementAndGet);
    fail(guard, 4);
    clock.advance(Duration.ofSeconds(1).plusMillis(1));
    succeed(guard);
    assertThat(guard.state()).isEqualTo("HALF_OPEN");
    assertThat(recoveries).hasValue(0);
    succeed(guard);
    succeed(guard);
    assertThat(guard.state()).isEqualTo("CLOSED");
    assertThat(recoveries).hasValue(1);
  }

  @Test
  void thePauseGrowsToItsMaximum() {
    Guard guard = guard(RATE);
    fail(guard, 4);
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pauses.add(pause(guard));
      fail(guard, 2);
    }
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(800), Duration.ofMillis(1010));
    assertThat(pauses.get(1)).isBetween(Duration.ofMillis(1600), Duration.ofMillis(2010));
    assertThat(pauses.get(2)).isBetween(Duration.ofMillis(3200), Duration.ofMillis(4010));
    assertThat(pauses.get(4)).isBetween(Duration.ofMillis(3200), Duration.ofMillis(4010));
  }

  /** Passes time in small steps until a call is let through, which fails. */
  private Duration pause(Guard guard) {
    Duration passed = Duration.ZERO;
    AtomicInteger sent = new AtomicInteger();
    while (sent.get() == 0 && passed.compareTo(Duration.ofSeconds(60)) < 0) {
      clock.advance(Duration.ofMillis(10));
      passed = passed.plusMillis(10);
      assertThatThrownBy(() ->
              guard.call(
                  READ,
                  () -> {
                    sent.incrementAndGet();
                    return failing(Kind.OUTAGE);
                  }))
          .isInstanceOf(RemoteUnavailableException.class);
    }
    return passed;
  }

  @Test
  void aSignThatTheServerIsBackShortensThePause() {
    Guard guard = guard(RATE);
    fail(guard, 4);
    guard.probeNow();
    assertThat(succeed(guard)).isEqualTo("ok");
  }

  @Test
  void refusalsOfTheServerAreNoOutage() {
    Guard guard = guard(IN_A_ROW);
    for (Kind kind : List.of(Kind.NOT_NOW, Kind.FULL, Kind.DENIED, Kind.ERROR)) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> guard.call(WRITE, () -> failing(kind)))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining(kind + " it said");
      }
    }
    assertThat(guard.state()).isEqualTo("CLOSED");
    assertThat(guard.inFlight()).isZero();
  }

  @Test
  void refusalsSayWhatTheyAre() {
    assertThat(refusal(Kind.NOT_NOW)).isEqualTo(Reason.REFUSED);
    assertThat(refusal(Kind.FULL)).isEqualTo(Reason.FULL);
    assertThat(refusal(Kind.DENIED)).isEqualTo(Reason.DENIED);
    assertThatThrownBy(() -> guard(RATE).call(WRITE, () -> failing(Kind.ERROR)))
        .isExactlyInstanceOf(CacheException.class);
  }

  private Reason refusal(Kind kind) {
    AtomicReference<Reason> reason = new AtomicReference<>();
    assertThatThrownBy(() -> guard(RATE).call(WRITE, () -> failing(kind)))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class,
            e -> {
              assertThat(e.isOutcomeUnknown()).isFalse();
              reason.set(e.reason());
            });
    return reason.get();
  }

  @Test
  void whatMayBeRepeatedIsSentAgainWhenTheServerSaysNotNow() {
    Guard guard = guard(RATE, Duration.ofSeconds(30), 10);
    AtomicInteger sent = new AtomicInteger();
    String answer =
        guard.call(
            REPEATABLE,
            () ->
                sent.incrementAndGet() < 4
                    ? failing(Kind.NOT_NOW)
                    : CompletableFuture.completedFuture("ok"));
    assertThat(answer).isEqualTo("ok");
    assertThat(sent).hasValue(4);
  }

  @Test
  void whatMayNotBeRepeatedIsNot() {
    AtomicInteger sent = new AtomicInteger();
    assertThatThrownBy(() ->
            guard(RATE)
                .call(
                    WRITE,
                    () -> {
                      sent.incrementAndGet();
                      return failing(Kind.NOT_NOW);
                    }))
        .isInstanceOf(RemoteUnavailableException.class);
    assertThat(sent).hasValue(1);
  }

  @Test
  void callsOverTheBoundAreShed() {
    Guard guard = guard(RATE, Duration.ofSeconds(30), 2);
    CompletableFuture<String> silent = new CompletableFuture<>();
    CompletableFuture<String> first = guard.callAsync(READ, () -> silent);
    CompletableFuture<String> second = guard.callAsync(READ, () -> silent);
    assertThatThrownBy(() -> succeed(guard))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SHED))
        .hasMessageContaining("2 calls wait");
    silent.complete("ok");
    assertThat(first).isCompletedWithValue("ok");
    assertThat(second).isCompletedWithValue("ok");
    assertThat(succeed(guard)).isEqualTo("ok");
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() throws InterruptedException {
    Guard guard = guard(IN_A_ROW, Duration.ofSeconds(60), 10);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread caller =
        new Thread(() -> {
          try {
            guard.call(WRITE, CompletableFuture<String>::new);
          } catch (RuntimeException e) {
            thrown.set(e);
            flag.set(Thread.currentThread().isInterrupted());
          }
        });
    caller.start();
    await().until(() -> guard.inFlight() == 1);
    caller.interrupt();
    caller.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class, e -> assertThat(e.isOutcomeUnknown()).isTrue())
        .hasMessageContaining("interrupted");
    assertThat(flag.get()).isTrue();
    assertThat(guard.inFlight()).isZero();
  }

  @Test
  void aCallEndsInTimeHoweverBusyTheCommonPoolIs() throws Exception {
    Guard guard = guard(RATE);
    CompletableFuture<Void> end = new CompletableFuture<>();
    java.util.concurrent.ForkJoinPool pool = java.util.concurrent.ForkJoinPool.commonPool();
    for (int i = 0; i < Math.max(1, pool.getParallelism()); i++) {
      pool.execute(() -> {
        while (!end.isDone()) {
          java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
      });
    }
    try {
      CompletableFuture<String> call = guard.callAsync(READ, CompletableFuture::new);
      assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(RemoteUnavailableException.class);
    } finally {
      end.complete(null);
    }
  }

  @Test
  void callsAndTheBreakerAreTold() {
    Guard guard = guard(RATE, Duration.ofMillis(50), 1);
    succeed(guard);
    CompletableFuture<String> silent = new CompletableFuture<>();
    guard.callAsync(READ, () -> silent);
    assertThatThrownBy(() -> succeed(guard)).hasMessageContaining("1 calls wait");
    silent.complete("late");
    assertThatThrownBy(() -> guard.call(READ, 0, () -> silent)).hasMessageContaining("was over");
    for (Kind kind : List.of(Kind.NOT_NOW, Kind.FULL, Kind.DENIED, Kind.ERROR)) {
      assertThatThrownBy(() -> guard.call(READ, () -> failing(kind)))
          .isInstanceOf(CacheException.class);
    }
    fail(guard, 3);
    assertThatThrownBy(() -> succeed(guard)).isInstanceOf(RemoteUnavailableException.class);
    clock.advance(Duration.ofSeconds(1).plusMillis(1));
    for (int i = 0; i < 3; i++) {
      succeed(guard);
    }
    assertThat(
            Map.of(
                "overloaded", recorder.get(Count.CALLS_OVERLOADED),
                "given up", recorder.get(Count.CALLS_GIVEN_UP),
                "refused", recorder.get(Count.CALLS_REFUSED),
                "full", recorder.get(Count.CALLS_FULL),
                "denied", recorder.get(Count.CALLS_DENIED),
                "wrong", recorder.get(Count.CALLS_WRONG),
                "unreachable", recorder.get(Count.CALLS_UNREACHABLE),
                "not tried", recorder.get(Count.CALLS_NOT_TRIED)))
        .isEqualTo(
            Map.of(
                "overloaded", 1L,
                "given up", 1L,
                "refused", 1L,
                "full", 1L,
                "denied", 1L,
                "wrong", 1L,
                "unreachable", 3L,
                "not tried", 1L));
    assertThat(recorder.get(Count.BREAKER_OPENED)).isEqualTo(1);
    assertThat(recorder.get(Count.BREAKER_HALF_OPENED)).isEqualTo(1);
    assertThat(recorder.get(Count.BREAKER_CLOSED)).isEqualTo(1);
  }
}
