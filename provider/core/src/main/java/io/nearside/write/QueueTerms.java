package io.nearside.write;

/**
 * How writes wait.
 *
 * @param flushNanos how long a write waits for others before it is done
 * @param batchSize the most writes that the writer gets at once
 * @param maximumAttempts how often a write is tried before it is parked
 * @param maximumLagNanos while a write waits longer than this, no new ones are taken
 * @param maximumDepth the most keys whose writes wait, are being done or are parked
 * @param blockNanos how long who wants to write waits for room; 0 not at all
 */
public record QueueTerms(
    long flushNanos,
    int batchSize,
    int maximumAttempts,
    long maximumLagNanos,
    int maximumDepth,
    long blockNanos) {}
