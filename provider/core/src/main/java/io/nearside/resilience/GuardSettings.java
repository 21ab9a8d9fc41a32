package io.nearside.resilience;

import io.nearside.config.CircuitBreakerSettings;
import java.time.Duration;

/**
 * How calls to one master are guarded.
 *
 * @param timeout the longest that a call may take, its repetitions included
 * @param callsInFlight the most that may wait for an answer at once; more are refused at once
 */
public record GuardSettings(Duration timeout, int callsInFlight, CircuitBreakerSettings breaker) {
  /** The bound where nothing else is said. */
  public static final int CALLS_IN_FLIGHT = 1_000;
}
