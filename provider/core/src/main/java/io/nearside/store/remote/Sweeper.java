package io.nearside.store.remote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the memory of entries that a clear or an invalidated tag has made worthless: walks over the
 * cache's entries, at most {@link #KEYS_PER_SECOND}, and has a script delete those of a partition
 * that don't count. Nothing depends on it. One at a time for a cache on a node; clears that come
 * meanwhile make it walk once more. Thread-safe.
 */
final class Sweeper {
  static final int KEYS_PER_SECOND = 10_000;

  /** Kept together, so that one call of the script is worth while in each partition. */
  private static final int BATCH = 10_000;

  /** What one call of the script may take. */
  private static final int CALL = 500;

  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.store.remote");
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final StoreParts<?, ?> parts;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  Sweeper(StoreParts<?, ?> parts) {
    this.parts = parts;
  }

  /** Notes that there is something to sweep; true if the caller is to have {@link #run} called. */
  boolean ask() {
    return asked.getAndIncrement() == 0;
  }

  /** Sweeps as often as was asked for; gives up when Redis is away, since it is not needed. */
  void run() {
    int seen = asked.get();
    while (seen != 0) {
      try {
        sweep(Pace.SLOW, () -> {});
      } catch (CacheException e) { // away, or it refuses: the next clear tries again
        LOG.debug("cache \"{}\": not swept: {}", parts.settings().cacheName(), e.getMessage());
      }
      seen = asked.compareAndSet(seen, 0) ? 0 : asked.get();
    }
  }

  /** Whether it may use all of Redis. */
  enum Pace {
    SLOW,
    FAST
  }

  /**
   * One walk; returns how many entries it has deleted.
   *
   * @param check called before each step; may throw
   */
  long sweep(Pace pace, Runnable check) {
    long start = parts.clock().nanos();
    long walked = 0;
    long deleted = 0;
    Map<Integer, List<String>> byPartition = new HashMap<>();
    int held = 0;
    ScanCursor cursor = ScanCursor.START;
    while (!cursor.equals(ScanCursor.END) && !closed.get()) {
      check.run();
      ScanPage page =
          parts.connection().scan(cursor, parts.layout().entriesPattern(), StoreParts.CHUNK);
      cursor = page.next();
      for (String name : page.keys()) {
        if (parts.layout().tail(name) != null) {
          byPartition
              .computeIfAbsent(parts.layout().partitionOf(name), p -> new ArrayList<>())
              .add(name);
          held++;
        }
      }
      walked += page.keys().size();
      if (held >= BATCH) {
        deleted += delete(byPartition);
        held = 0;
      }
      if (pace == Pace.SLOW) {
        await(start + TimeUnit.SECONDS.toNanos(walked) / KEYS_PER_SECOND);
      }
    }
    return deleted + delete(byPartition);
  }

  private long delete(Map<Integer, List<String>> byPartition) {
    long deleted = 0;
    for (Map.Entry<Integer, List<String>> some : byPartition.entrySet()) {
      String head = parts.layout().head(some.getKey());
      List<String> names = some.getValue();
      for (int from = 0; from < names.size() && !closed.get(); from += CALL) {
        deleted +=
            parts.scripts().sweep(head, names.subList(from, Math.min(names.size(), from + CALL)));
      }
    }
    byPartition.clear();
    return deleted;
  }

  private void await(long nanos) {
    long left = nanos - parts.clock().nanos();
    while (left > 0 && !closed.get() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(Math.min(left, LONGEST_PAUSE_NANOS));
      left = nanos - parts.clock().nanos();
    }
  }

  void close() {
    closed.set(true);
  }
}
