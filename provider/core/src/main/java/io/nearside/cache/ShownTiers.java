package io.nearside.cache;

import io.nearside.observe.TierCount;
import io.nearside.observe.TierCounts;
import io.nearside.store.TierFigures;
import org.jspecify.annotations.Nullable;

/** Shows what a store with two tiers counts. */
record ShownTiers(TierFigures figures) implements TierCounts {

  /** Of any store: null if it has one tier. */
  static TierCounts of(@Nullable TierFigures figures) {
    return (figures == null) ? TierCounts.NONE : new ShownTiers(figures);
  }

  @Override
  public long get(TierCount count) {
    return switch (count) {
      case LOCAL_HITS -> figures.localHits();
      case REMOTE_HITS -> figures.remoteHits();
      case STALE_HITS -> figures.stale();
      case BYPASSED_READS -> figures.bypassed();
      case REFUSED_READS -> figures.refused();
      case PROMOTIONS -> figures.promoted();
      case DEMOTIONS -> figures.dropped();
      case REVALIDATIONS -> figures.revalidated();
      case RENEWALS -> figures.renewed();
      case ANNOUNCEMENTS -> figures.heard();
    };
  }

  @Override
  public void clear() {
    figures.clear();
  }
}
