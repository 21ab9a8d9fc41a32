package io.nearside.config;

import java.time.Duration;

/**
 * When an entry that is read is loaded anew before it expires.
 *
 * @param part of its life after which a read begins that; over 0, under 1
 * @param timeToLive of an entry whose life nobody has chosen otherwise
 * @param throttle how long a key whose reload failed is left alone
 */
public record RefreshSettings(double part, Duration timeToLive, Duration throttle) {
  public static final Duration DEFAULT_THROTTLE = Duration.ofSeconds(30);
}
