package io.nearside.store.remote;

import io.nearside.config.WriteBehindSettings;

/**
 * How the writes of a cache wait for its source.
 *
 * @param mostWrites of one partition, parked ones included
 * @param longestMillis while one waits for longer, its partition takes no more
 * @param blockNanos how long a change waits for room
 * @param flushMillis how long a write waits for others
 * @param batchSize the most writes of a partition that are taken at once
 * @param byReplica whether a change is done only when a replica has it
 */
record QueueSettings(
    int mostWrites,
    long longestMillis,
    long blockNanos,
    long flushMillis,
    int batchSize,
    boolean byReplica) {
  private static final long FOREVER = (1L << 48) - 1;

  /**
   * @param partitions of the namespace, not more than the maximum depth
   */
  static QueueSettings of(WriteBehindSettings wanted, int partitions) {
    return new QueueSettings(
        share(wanted.maximumDepth(), partitions),
        wanted.maximumLag() == null ? FOREVER : wanted.maximumLag().toMillis(),
        wanted.block().toNanos(),
        wanted.flushInterval().toMillis(),
        portion(wanted.batchSize()),
        wanted.byReplica());
  }

  /** The same with other bounds of the whole queue. */
  QueueSettings with(int maximumDepth, int maximumBatch, int partitions) {
    return new QueueSettings(
        share(maximumDepth, partitions),
        longestMillis,
        blockNanos,
        flushMillis,
        portion(maximumBatch),
        byReplica);
  }

  private static int share(int maximumDepth, int partitions) {
    return Math.max(1, maximumDepth / partitions);
  }

  private static int portion(int batchSize) {
    return Math.min(batchSize, Short.MAX_VALUE);
  }
}
