package io.nearside.store;

import java.time.InstantSource;

/**
 * The one source of time, so that tests and simulations can drive it. Implementations are
 * thread-safe.
 */
public interface Clock {

  /** Monotonic time in nanoseconds, never negative; only differences mean anything. */
  long nanos();

  /**
   * What the machine takes for the time of day, in milliseconds: for what outlives the JVM, and to
   * notice that it parts from {@link #nanos}, as it does when the machine has slept.
   */
  default long wallMillis() {
    return nanos() / 1_000_000;
  }

  /** The clock of this machine. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }

  /**
   * A clock that goes by another source of time. When that goes back, monotonic time stands still.
   */
  static Clock of(InstantSource source) {
    return new InstantClock(source);
  }
}
