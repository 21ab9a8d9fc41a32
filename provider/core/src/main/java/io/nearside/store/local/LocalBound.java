package io.nearside.store.local;

import org.jspecify.annotations.Nullable;

/**
 * What bounds a local tier. Who comes across Caffeine's maintenance does it: it is short, and
 * waking another thread for it costs more.
 *
 * @param maximum the most entries, or the most bytes if there is a weigher
 * @param weigher estimates the bytes of an entry; null when entries are counted
 * @param budget the bytes that all local tiers of the manager share; null if there is no such bound
 */
public record LocalBound(long maximum, @Nullable Weigher weigher, @Nullable LocalBudget budget) {
  LocalBound with(long other) {
    return new LocalBound(other, weigher, budget);
  }
}
