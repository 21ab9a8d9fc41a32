package io.nearside.cache;

import io.nearside.config.RefreshSettings;
import io.nearside.load.ShownKey;
import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import io.nearside.store.Reservation;
import io.nearside.store.StaleEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.TrackedEntry;
import io.nearside.store.VersionedEntry;
import java.util.Objects;
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
 * Where nodes share their entries, one of them does it. Thread-safe; who reads never waits for it.
 */
final class Refresher<K, V> {
  /** Beyond it a read begins nothing; a later one will. */
  private static final int MAXIMUM_WAITING = 1_000;

  /** After that it looks again whether another node, which loads a key already, has done it. */
  private static final long LOOK_NANOS = 200_000_000;

  private static final int WORKERS = 4;
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.load");

  private final CacheParts<K, V> parts;
  private final Reloads<K, V> reloads;
  private final Executor executor;
  private final double part;

  /** Null if entries are due by their age. */
  private final @Nullable EarlyExpiry chance;

  private final long throttleNanos;
  private final Queue<Due<K, V>> waiting = new ConcurrentLinkedQueue<>();
  private final Set<K> begun = ConcurrentHashMap.newKeySet();
  private final Pauses<K> failures;

  /** Of keys that another node loads, or has just loaded. */
  private final Pauses<K> elsewhere = new Pauses<>();

  private final AtomicInteger workers = new AtomicInteger();

  /**
   * An entry that is to be replaced.
   *
   * @param key the cache's own
   */
  private record Due<K, V>(K key, StoredEntry<V> entry) {}

  private Refresher(
      CacheParts<K, V> parts,
      BulkReadThrough<K, V> bulk,
      Executor executor,
      @Nullable EarlyExpiry chance,
      Pauses<K> failures) {
    RefreshSettings settings = Objects.requireNonNull(parts.settings().load().refresh());
    this.parts = parts;
    this.reloads = new Reloads<>(parts, bulk, Objects.requireNonNull(parts.loads()));
    this.executor = executor;
    this.part = (settings.part() == null) ? 1 : settings.part();
    this.chance = chance;
    this.failures = failures;
    this.throttleNanos = settings.throttle().toNanos();
  }

  /**
   * Null if the cache's entries are not loaded anew.
   *
   * @param executor may refuse a task, or run it in the caller's thread when it is closed
   * @param chance null if entries are due by their age
   * @param failures of all loads of the cache
   */
  static <K, V> @Nullable Refresher<K, V> of(
      CacheParts<K, V> parts,
      BulkReadThrough<K, V> bulk,
      Executor executor,
      @Nullable EarlyExpiry chance,
      Pauses<K> failures) {
    return (parts.settings().load().refresh() == null || parts.loads() == null)
        ? null
        : new Refresher<>(parts, bulk, executor, chance, failures);
  }

  /**
   * An entry has been read.
   *
   * @param key anybody's
   */
  void read(K key, StoredEntry<V> entry, long now) {
    if (isDue(entry, now) && !begun.contains(key) && !isLeftAlone(key, now)) {
      begin(key, entry);
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
    if (chance != null) {
      return chance.isDue(expiresAt, now);
    }
    if (entry instanceof VersionedEntry<V> versioned) {
      return isPartOver(versioned.writtenAt(), expiresAt, now);
    }
    if (entry instanceof TrackedEntry<V> tracked) {
      return isPartOver(tracked.writtenAt(), expiresAt, now);
    }
    return !entry.hasOwnLife() && expiresAt - now <= parts.control().aheadNanos();
  }

  private boolean isPartOver(long writtenAt, long expiresAt, long now) {
    return now - writtenAt >= part * (expiresAt - writtenAt);
  }

  private boolean isLeftAlone(K key, long now) {
    return failures.has(key, now) || elsewhere.has(key, now);
  }

  private void begin(K key, StoredEntry<V> entry) {
    if (begun.size() < MAXIMUM_WAITING) {
      K own = parts.copier().copy(key);
      if (begun.add(own)) {
        waiting.add(new Due<>(own, entry));
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
    for (Due<K, V> due = waiting.poll(); due != null; due = waiting.poll()) {
      begun.remove(due.key);
    }
  }

  private void work() {
    try {
      for (Due<K, V> due = waiting.poll(); due != null; due = waiting.poll()) {
        try {
          refresh(due.key, due.entry);
        } finally {
          begun.remove(due.key);
        }
      }
    } finally {
      workers.decrementAndGet();
    }
    if (!waiting.isEmpty()) {
      startWorker();
    }
  }

  private void refresh(K key, StoredEntry<V> entry) {
    try {
      Reservation reserved = parts.store().reserveAnew(key, entry, parts.clock().nanos());
      if (reserved == null) { // another node does it, or it has been done
        parts.store().inspect(key, parts.clock().nanos()); // a copy may not know that
        elsewhere.begin(key, parts.clock().nanos(), LOOK_NANOS);
      } else {
        reloads.reload(key, entry, reserved);
        failures.end(key);
        elsewhere.end(key);
        parts.recorder().refreshed();
      }
    } catch (RuntimeException e) {
      failed(key, e);
    }
    parts.events().completeUnasked();
  }

  private void failed(K key, RuntimeException failure) {
    failures.begin(key, parts.clock().nanos(), throttleNanos);
    parts.recorder().refreshFailed();
    long times = parts.recorder().failedRefreshes();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\": {} could not be loaded anew before it expires; it stays as it is and is"
              + " tried again after {} s ({} so far); see to the loader or its source: {}",
          parts.settings().name(),
          ShownKey.of(key),
          throttleNanos / 1_000_000_000,
          times,
          Thrown.shown(failure));
    }
    LOG.debug("cache \"{}\": a load failed", parts.settings().name(), failure);
  }
}
