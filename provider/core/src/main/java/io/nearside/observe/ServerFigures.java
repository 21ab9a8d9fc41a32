package io.nearside.observe;

/**
 * What a server of Redis says of itself.
 *
 * @param server host and port
 * @param usedMemory in bytes
 * @param maximumMemory in bytes; 0 for no maximum
 * @param evictedKeys since it was started
 * @param clients that are connected
 */
public record ServerFigures(
    String server, long usedMemory, long maximumMemory, long evictedKeys, long clients) {}
