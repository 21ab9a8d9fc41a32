package io.nearside.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.nearside.NearsideHealth.Kind;
import io.nearside.config.CircuitBreakerSettings;
import io.nearside.observe.Count;
import io.nearside.observe.Recorder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A circuit breaker by resilience4j that says in the log what it does. Thread-safe. */
final class Breaker {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  /** Enough to tell a server that is back from a lucky call. */
  private static final int PROBES = 3;

  private static final double JITTER = 0.2;

  /**
   * Resilience4j counts by whole seconds: its time runs so that this many of them are the window,
   * which then slides in tenths.
   */
  private static final int WINDOW_SECONDS = 10;

  private final Supplier<String> name;
  private final CircuitBreakerSettings settings;
  private final Ambient ambient;
  private final Recorder recorder;
  private final double speed;
  private final CircuitBreaker breaker;
  private final AtomicInteger failuresInRow = new AtomicInteger();
  private final List<Runnable> recoveryListeners = new CopyOnWriteArrayList<>();
  private volatile String lastFailure = "";
  private volatile long openMillis;
  private volatile long openedNanos;

  Breaker(
      Supplier<String> name, CircuitBreakerSettings settings, Ambient ambient, Recorder recorder) {
    this.name = name;
    this.settings = settings;
    this.ambient = ambient;
    this.recorder = recorder;
    this.speed = WINDOW_SECONDS * 1e9 / settings.window().toNanos();
    this.breaker = CircuitBreaker.of("remote", config());
    breaker
        .getEventPublisher()
        .onStateTransition(event ->
            changed(
                event.getStateTransition().getFromState(),
                event.getStateTransition().getToState()));
  }

  private CircuitBreakerConfig config() {
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            WINDOW_SECONDS,
            settings.minimumCalls(),
            SlidingWindowType.TIME_BASED,
            CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
        .failureRateThreshold((float) (settings.failureRate() * 100))
        .permittedNumberOfCallsInHalfOpenState(PROBES)
        .waitIntervalFunctionInOpenState(this::nextOpenMillis)
        .clock(new FastClock(ambient.nanos(), speed))
        .writableStackTraceEnabled(false)
        .build();
  }

  private long nextOpenMillis(int attempt) {
    double first = settings.openDuration().toMillis();
    double grown = Math.min(first * Math.pow(2, attempt - 1), maximumMillis());
    double jittered = grown * (1 - JITTER * ambient.random().nextDouble());
    openMillis = Math.max(1, (long) jittered);
    return Math.max(1, (long) (openMillis * speed));
  }

  private double maximumMillis() {
    return Math.max(settings.openDuration().toMillis(), settings.maximumOpenDuration().toMillis());
  }

  boolean tryAcquire() {
    return breaker.tryAcquirePermission();
  }

  void release() {
    breaker.releasePermission();
  }

  void succeeded() {
    if (failuresInRow.get() != 0) {
      failuresInRow.set(0);
    }
    breaker.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  void failed(String what, Throwable failure) {
    lastFailure = what;
    int row = failuresInRow.incrementAndGet();
    breaker.onError(0, TimeUnit.NANOSECONDS, failure);
    int threshold = settings.failureThreshold();
    if (threshold > 0 && row >= threshold && breaker.getState() == State.CLOSED) {
      breaker.transitionToOpenState();
    }
  }

  /** Whether calls are refused unasked, as far as a look without side effects can tell. */
  boolean isOpen() {
    return breaker.getState() == State.OPEN;
  }

  /** Lets a few calls try now instead of later. */
  void probeNow() {
    if (isOpen()) {
      breaker.transitionToHalfOpenState();
    }
  }

  String refusal() {
    return "not asked for up to "
        + Duration.ofMillis(openMillis)
        + " since calls failed too often, the last with: "
        + lastFailure;
  }

  /** Whether calls are let through as usual. */
  boolean isClosed() {
    return breaker.getState() == State.CLOSED;
  }

  /** What is the matter while it is not closed. */
  Ailment ailment() {
    return new Ailment(Kind.BREAKER_OPEN, openedNanos, refusal());
  }

  State state() {
    return breaker.getState();
  }

  void onRecovery(Runnable listener) {
    recoveryListeners.add(listener);
  }

  private void changed(State before, State state) {
    switch (state) {
      case OPEN -> opened(before == State.CLOSED);
      case HALF_OPEN -> {
        recorder.add(Count.BREAKER_HALF_OPENED, 1);
        LOG.info("{}: trying {} calls", name.get(), PROBES);
      }
      case CLOSED -> closed();
      default -> LOG.info("{}: circuit breaker is {}", name.get(), state);
    }
  }

  private void opened(boolean anew) {
    if (anew) {
      openedNanos = ambient.nanos().getAsLong();
    }
    recorder.add(Count.BREAKER_OPENED, 1);
    LOG.warn(
        "{}: no calls for up to {} ms, since calls failed too often; the last: {}; then {} calls"
            + " try, nothing needs to be restarted",
        name.get(),
        openMillis,
        lastFailure,
        PROBES);
  }

  private void closed() {
    failuresInRow.set(0);
    recorder.add(Count.BREAKER_CLOSED, 1);
    long awayNanos = ambient.nanos().getAsLong() - openedNanos;
    LOG.info("{}: calls succeed again after {} ms", name.get(), awayNanos / 1_000_000);
    recoveryListeners.forEach(Runnable::run);
  }

  /** Resilience4j wants wall time, but only ever takes differences. */
  private static final class FastClock extends Clock {
    private final LongSupplier nanos;
    private final double speed;

    FastClock(LongSupplier nanos, double speed) {
      this.nanos = nanos;
      this.speed = speed;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(0, (long) (nanos.getAsLong() * speed));
    }
  }
}
