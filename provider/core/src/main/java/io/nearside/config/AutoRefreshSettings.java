package io.nearside.config;

import java.time.Duration;

/**
 * How keys that are chosen at run time are loaded anew, whether they are read or not.
 *
 * @param interval between two loads of a key
 * @param stopAfterLastAccess a key that has not been read here for so long is left alone
 * @param concurrency the loads at a time, in one JVM
 */
public record AutoRefreshSettings(
    Duration interval, Duration stopAfterLastAccess, int concurrency) {
  public static final Duration DEFAULT_STOP_AFTER_LAST_ACCESS = Duration.ofMinutes(10);
  public static final int DEFAULT_CONCURRENCY = 4;
}
