package io.nearside.config;

import java.time.Duration;

/**
 * When calls to a master that fails are not even tried.
 *
 * @param minimumCalls within the window, before a rate counts
 * @param failureRate of the calls within the window that opens it, over 0 and up to 1
 * @param failureThreshold failures in a row that open it, whatever the rate; 0: rate only
 * @param window the time over which calls are counted
 * @param openDuration how long it is open the first time
 * @param maximumOpenDuration what that time grows to
 */
public record CircuitBreakerSettings(
    int minimumCalls,
    double failureRate,
    int failureThreshold,
    Duration window,
    Duration openDuration,
    Duration maximumOpenDuration) {

  public static final CircuitBreakerSettings DEFAULT =
      new CircuitBreakerSettings(
          20, 0.5, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(10));
}
