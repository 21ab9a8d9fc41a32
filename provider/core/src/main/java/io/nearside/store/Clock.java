package io.nearside.store;

/**
 * The one source of time, so that tests and simulations can drive it. Implementations are
 * thread-safe.
 */
public interface Clock {

  /** Monotonic time in nanoseconds, never negative; only differences mean anything. */
  long nanos();

  /** The clock of this machine. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
