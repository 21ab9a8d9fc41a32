package io.nearside.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How changes reach a cache's writer later. Immutable.
 *
 * @param flushInterval how long a write waits for others of its batch
 * @param batchSize the most writes that the writer gets at once
 * @param maximumAttempts how often a write is tried before it is parked
 * @param maximumLag while a write waits for longer, the queue counts as full; null: never
 * @param maximumDepth the most writes that wait, parked ones included
 * @param block how long a change waits that finds the queue full; zero: not at all
 * @param byReplica whether a change over Redis returns only when a replica of its master has it
 * @param journal where the queue of a local cache is kept on disk; null if it is not
 */
public record WriteBehindSettings(
    Duration flushInterval,
    int batchSize,
    int maximumAttempts,
    @Nullable Duration maximumLag,
    int maximumDepth,
    Duration block,
    boolean byReplica,
    @Nullable JournalSettings journal) {

  /** What holds where nothing else is said. */
  public static final WriteBehindSettings DEFAULT =
      new WriteBehindSettings(
          Duration.ofSeconds(1), 100, 8, null, 100_000, Duration.ofSeconds(2), false, null);
}
