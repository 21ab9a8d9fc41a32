package io.nearside.cache;

import io.nearside.cache.BulkReadThrough.Result;
import io.nearside.config.RefreshSettings;
import io.nearside.load.Loads;
import io.nearside.load.ShownKey;
import io.nearside.store.Change;
import io.nearside.store.StaleEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.TrackedEntry;
import io.nearside.store.VersionedEntry;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has entries that are read late in their life loaded anew in the background, so that what is read
 * often is never missed. What there is stays until the load has ended, and longer if it fails.
 * Thread-safe; who reads never waits for it.
 */
final class Refresher<K, V> {
  /** Beyond it a read begins nothing; a later one will. */
  private static final int MAXIMUM_WAITING = 1_000;

  /** Beyond it a failure is not remembered, and its key not left alone. */
  private static final int MAXIMUM_FAILED = 10_000;

  private static final int WORKERS = 4;
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.load");

  private final CacheParts<K, V> parts;
  private final BulkReadThrough<K, V> bulk;
  private final Loads<K, V> loads;
  private final Executor executor;
  private final double part;
  private final long aheadNanos;
  private final long throttleNanos;
  private final Queue<K> waiting = new ConcurrentLinkedQueue<>();
  private final Set<K> begun = ConcurrentHashMap.newKeySet();
  private final Map<K, Long> failedAt = new ConcurrentHashMap<>();
  private final AtomicInteger workers = new AtomicInteger();

  private Refresher(
      CacheParts<K, V> parts,
      BulkReadThrough<K, V> bulk,
      Loads<K, V> loads,
      RefreshSettings settings,
      Executor executor) {
    this.parts = parts;
    this.bulk = bulk;
    this.loads = loads;
    this.executor = executor;
    this.part = settings.part();
    this.aheadNanos = (long) Math.ceil((1 - part) * settings.timeToLive().toNanos());
    this.throttleNanos = settings.throttle().toNanos();
  }

  /**
   * Null if the cache's entries are not loaded anew.
   *
   * @param executor may refuse a task, or run it in the caller's thread when it is closed
   */
  static <K, V> @Nullable Refresher<K, V> of(
      CacheParts<K, V> parts, BulkReadThrough<K, V> bulk, Executor executor) {
    RefreshSettings settings = parts.settings().load().refresh();
    Loads<K, V> loads = parts.loads();
    return (settings == null || loads == null)
        ? null
        : new Refresher<>(parts, bulk, loads, settings, executor);
  }

  /**
   * An entry has been read.
   *
   * @param key anybody's
   */
  void read(K key, StoredEntry<V> entry, long now) {
    if (isDue(entry, now) && !begun.contains(key) && !hasJustFailed(key, now)) {
      begin(key);
    }
  }

  /**
   * Where an entry does not know when it was written, it is by what is left of the cache's time to
   * live; if it has a life of its own then, nothing is known.
   */
  private boolean isDue(StoredEntry<V> entry, long now) {
    long expiresAt = entry.expiresAt();
    if (expiresAt == StoredEntry.NEVER || entry instanceof StaleEntry<V>) {
      return false;
    }
    if (entry instanceof VersionedEntry<V> versioned) {
      return isPartOver(versioned.writtenAt(), expiresAt, now);
    }
    if (entry instanceof TrackedEntry<V> tracked) {
      return isPartOver(tracked.writtenAt(), expiresAt, now);
    }
    return !entry.hasOwnLife() && expiresAt - now <= aheadNanos;
  }

  private boolean isPartOver(long writtenAt, long expiresAt, long now) {
    return now - writtenAt >= part * (expiresAt - writtenAt);
  }

  private boolean hasJustFailed(K key, long now) {
    Long at = failedAt.get(key);
    return at != null && now - at < throttleNanos;
  }

  private void begin(K key) {
    if (begun.size() < MAXIMUM_WAITING) {
      K own = parts.copier().copy(key);
      if (begun.add(own)) {
        waiting.add(own);
        startWorker();
      }
    }
  }

  private void startWorker() {
    int running = workers.get();
    if (running >= WORKERS || !workers.compareAndSet(running, running + 1)) {
      return; // or another thread has just started one
    }
    try {
      executor.execute(this::work);
    } catch (RejectedExecutionException e) {
      workers.decrementAndGet();
      forget(); // it closes, or has no room; later reads try again
    }
  }

  private void forget() {
    for (K key = waiting.poll(); key != null; key = waiting.poll()) {
      begun.remove(key);
    }
  }

  private void work() {
    try {
      for (K key = waiting.poll(); key != null; key = waiting.poll()) {
        try {
          refresh(key);
        } finally {
          begun.remove(key);
        }
      }
    } finally {
      workers.decrementAndGet();
    }
    if (!waiting.isEmpty()) {
      startWorker();
    }
  }

  private void refresh(K key) {
    try {
      if (parts.store().peek(key, parts.clock().nanos()) instanceof StoredEntry<V> seen
          && isDue(seen, parts.clock().nanos())) { // else somebody has done it
        reload(key, seen);
        failedAt.remove(key);
        parts.recorder().refreshed();
      }
    } catch (RuntimeException e) {
      failed(key, e);
    }
    tellListeners();
  }

  private void tellListeners() {
    try {
      parts.events().complete();
    } catch (RuntimeException e) { // no caller is there to be told
      LOG.warn("cache \"{}\": a listener threw", parts.settings().name(), e);
    }
  }

  private void reload(K key, StoredEntry<V> seen) {
    Result<K, V> result = bulk.reload(Set.of(parts.copier().copy(key)), loads);
    if (result.all().isEmpty()) { // the source has none any more
      parts.store().apply(key, Change.forget(seen), parts.clock().nanos());
    }
  }

  private void failed(K key, RuntimeException failure) {
    long now = parts.clock().nanos();
    if (failedAt.size() >= MAXIMUM_FAILED) {
      failedAt.values().removeIf(at -> now - at >= throttleNanos);
    }
    if (failedAt.size() < MAXIMUM_FAILED) {
      failedAt.put(key, now);
    }
    parts.recorder().refreshFailed();
    long times = parts.recorder().failedRefreshes();
    if (Long.bitCount(times) == 1) {
      LOG.warn(
          "cache \"{}\": {} could not be loaded anew before it expires; it stays as it is and is"
              + " tried again after {} s ({} so far)",
          parts.settings().name(),
          ShownKey.of(key),
          throttleNanos / 1_000_000_000,
          times,
          failure);
    }
  }
}
