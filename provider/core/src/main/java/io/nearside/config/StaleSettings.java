package io.nearside.config;

import java.time.Duration;

/**
 * What stands in for loads that fail.
 *
 * @param ifError how long an entry may, counted from when it is due to be loaded anew, or else from
 *     its expiry
 * @param throttle how long a key is left alone whose load failed
 */
public record StaleSettings(Duration ifError, Duration throttle) {}
