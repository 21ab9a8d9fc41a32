package io.nearside.cache;

import io.nearside.WarmOptions;
import io.nearside.Warming;
import io.nearside.load.Loads;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Warms a cache: begins warmings, and ends them with the cache. Thread-safe. */
final class Warmer<K, V> implements AutoCloseable {
  /** The warmings at a time. */
  static final int MAXIMUM = 4;

  private final CacheParts<K, V> parts;
  private final BulkReadThrough<K, V> bulk;
  private final Warmth warmth;
  private final Set<WarmingRun<K, V>> runs = ConcurrentHashMap.newKeySet();

  Warmer(CacheParts<K, V> parts, BulkReadThrough<K, V> bulk, Warmth warmth) {
    this.parts = parts;
    this.bulk = bulk;
    this.warmth = warmth;
  }

  /**
   * @param total of the keys, or {@link Warming#UNKNOWN}
   */
  Warming warm(Iterator<? extends K> keys, long total, WarmOptions options) {
    Loads<K, V> loads = parts.loads();
    if (loads == null) {
      throw refused("warm needs a loader: give loader");
    }
    if (runs.size() >= MAXIMUM) {
      throw refused(MAXIMUM + " warmings are under way already: await or cancel one");
    }
    warmth.begin();
    WarmingRun<K, V> run =
        new WarmingRun<>(new WarmingRun.Means<>(parts, bulk, loads, warmth), keys, total, options);
    runs.add(run);
    var unused = run.completion().whenComplete((end, failure) -> runs.remove(run));
    run.start();
    return run;
  }

  private IllegalStateException refused(@Nullable String why) {
    return new IllegalStateException("cache \"" + parts.settings().name() + "\": " + why);
  }

  @Override
  public void close() {
    runs.forEach(WarmingRun::cancel);
  }
}
