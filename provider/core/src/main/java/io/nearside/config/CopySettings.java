package io.nearside.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a two-tier cache keeps in the JVM.
 *
 * @param timeToLive the longest life of a copy, which is never longer than its entry's
 * @param maximumValueBytes what a value may have, encoded; larger ones are not copied
 * @param promoteAfter the reads of a key within a short time before it is copied; 1: at once
 * @param maximumStaleness how old copies may be that answer while Redis is away; null: none does
 */
public record CopySettings(
    Duration timeToLive,
    long maximumValueBytes,
    int promoteAfter,
    @Nullable Duration maximumStaleness) {

  public static final Duration DEFAULT_MAXIMUM_STALENESS = Duration.ofSeconds(30);

  public static final CopySettings DEFAULT =
      new CopySettings(Duration.ofMinutes(5), 64 << 10, 1, null);
}
