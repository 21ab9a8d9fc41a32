package io.nearside.cache;

import io.nearside.WarmOptions;
import io.nearside.Warming;
import io.nearside.load.Loads;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Warms a cache: begins warmings, and ends them with the cache. Thread-safe. */
final class Warmer<K, V> implements AutoCloseable {
  /** The warmings at a time. */
  static final int MAXIMUM = 4;

  private final CacheParts<K, V> parts;
  private final BulkReadThrough<K, V> bulk;
  private final Warmth warmth;
  private final @Nullable ReadRecord<K> record;
  private final Set<WarmingRun<K, V>> runs = ConcurrentHashMap.newKeySet();

  /**
   * @param record of what is read; null if there is none
   */
  Warmer(
      CacheParts<K, V> parts,
      BulkReadThrough<K, V> bulk,
      Warmth warmth,
      @Nullable ReadRecord<K> record) {
    this.parts = parts;
    this.bulk = bulk;
    this.warmth = warmth;
    this.record = record;
  }

  /**
   * @param total of the keys, or {@link Warming#UNKNOWN}
   */
  Warming warm(Iterator<? extends K> keys, long total, WarmOptions options) {
    return begin(run(keys, () -> total, options));
  }

  /** By the keys that were read of late, the hottest first. */
  Warming warmFromRecord(WarmOptions options) {
    ReadRecord<K> known = requireRecord();
    if (!known.isClear()) {
      throw refused(
          "warm.record knows keys by hashes only: say among which keys to look, or give"
              + " warm.record.keys: clear");
    }
    requireRoom(); // before files are read
    List<K> keys = known.hottest();
    return warm(keys.iterator(), keys.size(), options);
  }

  /** By those of the candidates that were read of late, the hottest first. */
  Warming warmFromRecord(Iterator<? extends K> candidates, WarmOptions options) {
    HotFirst<K> hot = requireRecord().hottestOf(candidates);
    WarmingRun<K, V> run = run(hot, hot::total, options);
    hot.endIf(run::isCancelled);
    return begin(run);
  }

  private ReadRecord<K> requireRecord() {
    if (record == null) {
      throw refused("warmFromRecord needs warm.record: give a directory");
    }
    return record;
  }

  private WarmingRun<K, V> run(
      Iterator<? extends K> keys, LongSupplier total, WarmOptions options) {
    Loads<K, V> loads = parts.loads();
    if (loads == null) {
      throw refused("warm needs a loader: give loader");
    }
    return new WarmingRun<>(
        new WarmingRun.Means<>(parts, bulk, loads, warmth), keys, total, options);
  }

  private Warming begin(WarmingRun<K, V> run) {
    requireRoom();
    warmth.begin();
    runs.add(run);
    var unused = run.completion().whenComplete((end, failure) -> runs.remove(run));
    run.start();
    return run;
  }

  private void requireRoom() {
    if (runs.size() >= MAXIMUM) {
      throw refused(MAXIMUM + " warmings are under way already: await or cancel one");
    }
  }

  private IllegalStateException refused(@Nullable String why) {
    return new IllegalStateException("cache \"" + parts.settings().name() + "\": " + why);
  }

  @Override
  public void close() {
    runs.forEach(WarmingRun::cancel);
  }
}
