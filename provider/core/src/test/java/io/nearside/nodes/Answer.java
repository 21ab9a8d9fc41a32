package io.nearside.nodes;

import io.nearside.EntryView;
import io.nearside.NearsideCache;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * What a read was told.
 *
 * @param fresh whether the cache says that it is within the bound; if not, that it may be older
 */
record Answer(@Nullable Long value, Tier tier, boolean fresh) {
  /** Who answered. */
  enum Tier {
    LOCAL,
    REMOTE,
    UNKNOWN
  }

  /** A cache as one that is asked for answers. Thread-safe. */
  interface Reader {
    Answer read(String key);
  }

  /**
   * The one place that asks caches: a copy where there is one that may answer, else whoever does.
   */
  @SuppressWarnings("unchecked")
  static Reader reader(Cache<String, Long> cache) {
    NearsideCache<String, Long> views = cache.unwrap(NearsideCache.class);
    return key -> {
      EntryView<Long> view = views.entry(key);
      return (view != null && view.tier() == EntryView.Tier.LOCAL)
          ? new Answer(view.value(), Tier.LOCAL, view.freshness() == EntryView.Freshness.FRESH)
          : new Answer(cache.get(key), Tier.REMOTE, true);
    };
  }
}
