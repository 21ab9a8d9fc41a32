package io.nearside.config;

import java.time.Duration;
import java.util.List;

/**
 * What a cache remembers of keys that its source had nothing for.
 *
 * @param timeToLive for how long, shortened or stretched as {@code jitter} says
 * @param maximumSize the most keys remembered in this JVM, and by Redis at most twice as many
 * @param exceptions by which a loader says that the source has nothing, beside null
 */
public record NotFoundSettings(
    Duration timeToLive,
    JitterSettings jitter,
    int maximumSize,
    List<Class<? extends Throwable>> exceptions) {
  public static final int DEFAULT_MAXIMUM_SIZE = 10_000;

  public NotFoundSettings {
    exceptions = List.copyOf(exceptions);
  }
}
