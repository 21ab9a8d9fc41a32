package io.nearside.samples.quickstart;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param products rows in the table
 * @param reads the least number of reads
 * @param seconds the least duration of the traffic
 * @param corrupt whether one cached value is altered
 * @param local whether the cache lives in this JVM only
 * @param uri the cache manager's; null for the provider's default
 */
record Settings(
    int products,
    int threads,
    int seconds,
    long reads,
    long seed,
    boolean corrupt,
    boolean local,
    @Nullable URI uri) {}
