package io.nearside.store.local;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What bounds a local tier.
 *
 * @param maximum the most entries, or the most bytes if there is a weigher
 * @param weigher estimates the bytes of an entry; null when entries are counted
 * @param budget the bytes that all local tiers of the manager share; null if there is no such bound
 * @param executor does Caffeine's maintenance
 */
public record LocalBound(
    long maximum, @Nullable Weigher weigher, @Nullable LocalBudget budget, Executor executor) {}
