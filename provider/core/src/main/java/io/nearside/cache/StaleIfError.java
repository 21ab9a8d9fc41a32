package io.nearside.cache;

import io.nearside.cache.BulkReadThrough.Result;
import io.nearside.config.StaleSettings;
import io.nearside.load.ShownKey;
import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import io.nearside.store.KeptEntry;
import io.nearside.store.StoredEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has entries whose time is over stand in for loads that fail (stale-if-error of RFC 5861). Whether
 * there is one is asked when the load has failed, so that nothing stands in that was changed or
 * removed meanwhile. Then the key's source is left alone for a while. Thread-safe.
 */
final class StaleIfError<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.load");

  private final CacheParts<K, V> parts;
  private final Pauses<K> failures;
  private final long throttleNanos;

  /** Null if callers wait for loads however long they take. */
  private final @Nullable Duration softTimeout;

  private StaleIfError(CacheParts<K, V> parts, Pauses<K> failures, StaleSettings settings) {
    this.parts = parts;
    this.failures = failures;
    this.throttleNanos = settings.throttle().toNanos();
    this.softTimeout = settings.softTimeout();
  }

  /**
   * Null if the cache keeps nothing.
   *
   * @param failures of the cache's loads in the background, too
   */
  static <K, V> @Nullable StaleIfError<K, V> of(CacheParts<K, V> parts, Pauses<K> failures) {
    StaleSettings settings = parts.settings().load().stale();
    return (settings == null) ? null : new StaleIfError<>(parts, failures, settings);
  }

  /** What loads a key. */
  interface Load<K, V> {
    /**
     * @param impatience of the caller; null if it waits however long that takes
     */
    @Nullable V by(@Nullable Impatience<K, V> impatience);
  }

  /** Of one more caller. */
  @Nullable Impatience<K, V> impatience() {
    return (softTimeout == null)
        ? null
        : new Impatience<>(parts, softTimeout.toNanos(), this::failed);
  }

  /**
   * Loads, or has what there was stand in.
   *
   * @param key anybody's
   * @param load what its value is now; null if the source has none
   */
  @Nullable V load(K key, Load<K, V> load) {
    V standIn = isPaused(key) ? kept(key) : null;
    return (standIn != null) ? standIn : loadNow(key, load);
  }

  /** The same, though the source may have failed a moment ago. */
  @Nullable V loadNow(K key, Load<K, V> load) {
    V value;
    try {
      value = load.by(impatience());
    } catch (StoodIn e) {
      StoredEntry<V> standIn = e.<K, V>entries().get(key);
      return (standIn == null) ? keptOr(key, e) : answer(standIn);
    } catch (RuntimeException e) {
      return keptOr(key, e);
    }
    failures.end(key);
    return value;
  }

  /** Whether the source is left alone, since it has failed of late. */
  boolean isPaused(K key) {
    return failures.has(key, parts.clock().nanos());
  }

  private @Nullable V kept(K key) {
    StoredEntry<V> kept = parts.store().kept(key, parts.clock().nanos());
    return (kept == null) ? null : answer(kept);
  }

  private V answer(StoredEntry<V> kept) {
    if (kept instanceof KeptEntry<V>) {
      parts.recorder().staleAnswer();
    }
    return parts.valueFor(kept);
  }

  private V keptOr(K key, RuntimeException failure) {
    V value = kept(key);
    if (value == null) {
      throw failure;
    }
    failed(key, failure);
    return value;
  }

  private void failed(K key, RuntimeException failure) {
    failures.begin(parts.copier().copy(key), parts.clock().nanos(), throttleNanos);
    long times = parts.recorder().staleAnswers();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\": {} could not be loaded, and an entry that has expired stands in; the source"
              + " is asked again after {} s ({} such answers so far); see to the loader or its"
              + " source: {}",
          parts.settings().name(),
          ShownKey.of(key),
          throttleNanos / 1_000_000_000,
          times,
          Thrown.shown(failure));
    }
    LOG.debug("cache \"{}\": a load failed", parts.settings().name(), failure);
  }

  /** Answers those keys whose loads have just failed, and takes them from what is to be loaded. */
  void answer(Set<K> missing, Result<K, V> found) {
    List<K> paused = missing.stream().filter(this::isPaused).toList();
    parts
        .store()
        .keptAll(paused, parts.clock().nanos())
        .forEach((key, kept) -> {
          found.values().put(key, answer(kept));
          missing.remove(key);
        });
  }

  /** Of a load that goes on. */
  private boolean stoodIn(K key, RuntimeException failure, Result<K, V> found) {
    StoredEntry<V> standIn =
        (failure instanceof StoodIn stood) ? stood.<K, V>entries().get(key) : null;
    if (standIn == null) {
      return false;
    }
    found.values().put(key, answer(standIn));
    return true;
  }

  /**
   * Has what there was stand in for those that failed.
   *
   * @param asked what was to be loaded
   */
  void answer(Set<K> asked, Result<K, V> loaded, Result<K, V> found) {
    Map<K, RuntimeException> failed = new HashMap<>(loaded.failures());
    failed.entrySet().removeIf(one -> stoodIn(one.getKey(), one.getValue(), found));
    Map<K, StoredEntry<V>> kept = parts.store().keptAll(failed.keySet(), parts.clock().nanos());
    failed.forEach((key, failure) -> {
      StoredEntry<V> standIn = kept.get(key);
      if (standIn == null) {
        found.failures().put(key, failure);
      } else {
        failed(key, failure);
        found.values().put(key, answer(standIn));
      }
    });
    asked.stream().filter(key -> !loaded.failures().containsKey(key)).forEach(failures::end);
  }
}
