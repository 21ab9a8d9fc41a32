package io.nearside.cache;

import io.nearside.config.AutoRefreshSettings;
import io.nearside.load.LoadTime;
import io.nearside.load.Loads;
import io.nearside.load.ShownKey;
import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import io.nearside.store.Absent;
import io.nearside.store.Outcome;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads chosen keys anew at intervals, while they are read now and then. Where nodes share their
 * entries, whoever comes first does it: the others see that the entry is younger than the interval,
 * or that somebody holds the lease. Thread-safe; who reads never waits for it.
 */
final class AutoRefresher<K, V> implements AutoCloseable {
  /** The keys that may be chosen. */
  static final int MAXIMUM_KEYS = 10_000;

  private static final long SECOND = 1_000_000_000;

  /** Between two warnings that there are too many keys. */
  private static final long QUIET_NANOS = 3_600 * SECOND;

  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.load");

  private final CacheParts<K, V> parts;
  private final BulkReadThrough<K, V> bulk;
  private final Loads<K, V> loads;
  private final AutoRefreshSettings settings;
  private final Reloads<K, V> reloads;
  private final LoadTime loadTime;
  private final RefreshThreads threads;
  private final long intervalNanos;
  private final long stopNanos;
  private final Map<K, Chosen> chosen = new ConcurrentHashMap<>();
  private final Queue<K> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger workers = new AtomicInteger();
  private volatile long nextScan = Long.MIN_VALUE;
  private volatile long nextWarning = Long.MIN_VALUE;
  private volatile boolean closed;

  /** A key's times; written by whoever reads or loads the key. */
  private static final class Chosen {
    volatile long readAt;
    volatile long dueAt;
    volatile boolean underWay;

    Chosen(long readAt, long dueAt) {
      this.readAt = readAt;
      this.dueAt = dueAt;
    }
  }

  /** Null if the cache has no keys loaded at intervals. */
  static <K, V> @Nullable AutoRefresher<K, V> of(
      CacheParts<K, V> parts, BulkReadThrough<K, V> bulk) {
    AutoRefreshSettings settings = parts.settings().load().autoRefresh();
    Loads<K, V> loads = parts.loads();
    return (settings == null || loads == null)
        ? null
        : new AutoRefresher<>(parts, bulk, loads, settings);
  }

  private AutoRefresher(
      CacheParts<K, V> parts,
      BulkReadThrough<K, V> bulk,
      Loads<K, V> loads,
      AutoRefreshSettings settings) {
    this.parts = parts;
    this.bulk = bulk;
    this.loads = loads;
    this.settings = settings;
    this.reloads = new Reloads<>(parts, bulk, loads);
    this.loadTime = new LoadTime(parts.clock());
    this.threads = new RefreshThreads(parts.settings().name(), settings.concurrency());
    this.intervalNanos = settings.interval().toNanos();
    this.stopNanos = settings.stopAfterLastAccess().toNanos();
  }

  /**
   * Has these keys loaded anew from now on, too.
   *
   * @throws IllegalArgumentException if there would be too many; none of them is chosen then
   */
  void choose(Set<? extends K> keys) {
    long news = keys.stream().filter(key -> !chosen.containsKey(key)).count();
    if (chosen.size() + news > MAXIMUM_KEYS) {
      throw new IllegalArgumentException(
          "cache \""
              + parts.settings().name()
              + "\": at most "
              + MAXIMUM_KEYS
              + " keys may be loaded anew at intervals, and there would be "
              + (chosen.size() + news)
              + ": choose fewer, or use refreshAheadFactor");
    }
    long now = parts.clock().nanos();
    for (K key : keys) {
      K own = parts.copier().copy(key);
      chosen.computeIfAbsent(own, k -> new Chosen(now, now + intervalNanos)).readAt = now;
    }
  }

  void forget(Set<? extends K> keys) {
    keys.forEach(chosen::remove);
  }

  /** A key has been read, whether it was there or not. */
  void read(K key, long now) {
    Chosen times = chosen.get(key);
    if (times != null && now - times.readAt > SECOND) { // seldom, since others read the field
      times.readAt = now;
    }
  }

  /** Whether nothing is under way or waits for it. */
  boolean isIdle() {
    return workers.get() == 0 && waiting.isEmpty();
  }

  /** The chosen keys that are loaded anew now: those that are read. */
  long active() {
    long now = parts.clock().nanos();
    return chosen.values().stream().filter(times -> isRead(times, now)).count();
  }

  private boolean isRead(Chosen times, long now) {
    return now - times.readAt < stopNanos;
  }

  /** Begins what is due; to be called several times a second, by one thread at a time. */
  void tick(long now) {
    if (chosen.isEmpty() || nextScan != Long.MIN_VALUE && now - nextScan < 0) {
      return;
    }
    nextScan = now + SECOND;
    long active = 0;
    for (Map.Entry<K, Chosen> one : chosen.entrySet()) {
      Chosen times = one.getValue();
      if (isRead(times, now)) {
        active++;
        if (!times.underWay && now - times.dueAt >= 0) {
          times.underWay = true;
          waiting.add(one.getKey());
        }
      }
    }
    startWorkers();
    warnIfTooMany(active, now);
  }

  private void startWorkers() {
    int wanted = Math.min(settings.concurrency(), waiting.size());
    for (int running = workers.get(); running < wanted; running = workers.get()) {
      if (workers.compareAndSet(running, running + 1)) {
        try {
          threads.execute(this::work);
        } catch (RejectedExecutionException e) {
          workers.decrementAndGet();
          return; // it closes; else the next tick tries again
        }
      }
    }
  }

  private void work() {
    try {
      for (K key = waiting.poll(); key != null && !closed; key = waiting.poll()) {
        Chosen times = chosen.get(key);
        if (times != null) {
          refresh(key, times);
        }
      }
    } finally {
      workers.decrementAndGet();
    }
    if (!waiting.isEmpty() && !closed) {
      startWorkers();
    }
  }

  private void refresh(K key, Chosen times) {
    long start = parts.clock().nanos();
    try {
      times.dueAt = refresh(key, start);
    } catch (RuntimeException e) {
      times.dueAt = start + intervalNanos;
      failed(key, e);
    } finally {
      times.underWay = false;
    }
    parts.events().completeUnasked();
  }

  /** When it is due again. */
  private long refresh(K key, long now) {
    Outcome<V> outcome = parts.store().inspect(key, now);
    if (outcome instanceof StoredEntry<V> entry) {
      if (entry instanceof VersionedEntry<V> shared && now - shared.writtenAt() < intervalNanos) {
        return shared.writtenAt() + intervalNanos; // another node has done it
      }
      Reservation reserved = parts.store().reserveAnew(key, entry, now);
      if (reserved == null) { // another node does it
        return now + SECOND;
      }
      reloads.reload(key, entry, reserved);
    } else if (outcome instanceof Absent<V>) {
      var unused = bulk.load(Set.of(parts.copier().copy(key)), loads).all();
    } else { // Redis is away, and what was loaded could not be stored
      return now + intervalNanos;
    }
    parts.recorder().refreshed();
    loadTime.ended(now);
    return now + intervalNanos;
  }

  private void failed(K key, RuntimeException failure) {
    parts.recorder().refreshFailed();
    long times = parts.recorder().failedRefreshes();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\": {} could not be loaded anew; it stays as it is, and is tried again after"
              + " {} ({} so far); see to the loader or its source: {}",
          parts.settings().name(),
          ShownKey.of(key),
          settings.interval(),
          times,
          Thrown.shown(failure));
    }
    LOG.debug("cache \"{}\": a load failed", parts.settings().name(), failure);
  }

  /** How long all keys take this node alone; other nodes share them. */
  static long estimate(long averageNanos, long keys, int concurrency) {
    return (long) Math.ceil((double) averageNanos * keys / concurrency);
  }

  private void warnIfTooMany(long active, long now) {
    long averageNanos = loadTime.nanos();
    long estimate = estimate(averageNanos, active, settings.concurrency());
    boolean quiet = nextWarning != Long.MIN_VALUE && now - nextWarning < 0;
    if (estimate > intervalNanos && !quiet) {
      nextWarning = now + QUIET_NANOS;
      LOG.warn(
          "cache \"{}\": {} keys are to be loaded anew every {}, but that takes this node about {} s"
              + " ({} ms each, {} at a time): raise refresh.interval or refresh.concurrency, or"
              + " choose fewer keys",
          parts.settings().name(),
          active,
          settings.interval(),
          Duration.ofNanos(estimate).toSeconds(),
          averageNanos / 1_000_000,
          settings.concurrency());
    }
  }

  /** Begins nothing more. A load that is under way ends by itself. */
  @Override
  public void close() {
    closed = true;
    chosen.clear();
    waiting.clear();
    threads.close();
  }
}
