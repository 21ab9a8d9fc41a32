package io.nearside.observe;

import io.nearside.Topology;
import io.nearside.store.TierCounts;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What there is to show of a cache.
 *
 * @param tiers all zero unless it has two
 * @param queuedEvents that wait for asynchronous listeners
 * @param entries held in this JVM; null if none are
 * @param weight of them in bytes, estimated; 0 where they are not weighed
 * @param unsaid what Redis is still to be told; null without one
 * @param writes that wait for the source; null if none ever do
 */
public record CacheFigures(
    String cache,
    Topology topology,
    CacheRecorder recorder,
    TierCounts tiers,
    LongSupplier queuedEvents,
    LongSupplier droppedEvents,
    @Nullable LongSupplier entries,
    @Nullable LongSupplier weight,
    @Nullable LongSupplier unsaid,
    @Nullable QueueFigures writes) {}
