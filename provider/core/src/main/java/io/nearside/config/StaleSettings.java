package io.nearside.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What stands in for loads that fail.
 *
 * @param ifError how long an entry may, counted from when it is due to be loaded anew, or else from
 *     its expiry
 * @param throttle how long a key is left alone whose load failed
 * @param softTimeout how long a caller waits for a load until one stands in for that, too; null:
 *     however long it takes
 */
public record StaleSettings(Duration ifError, Duration throttle, @Nullable Duration softTimeout) {

  /** Of a cache whose callers wait for loads that take long. */
  public StaleSettings(Duration ifError, Duration throttle) {
    this(ifError, throttle, null);
  }
}
