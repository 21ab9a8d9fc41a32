package io.nearside.nodes;

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

  /** The one place that asks caches: they don't tell yet which tier answers and how fresh it is. */
  static Reader reader(Cache<String, Long> cache) {
    return key -> new Answer(cache.get(key), Tier.UNKNOWN, true);
  }
}
