package io.nearside.cache;

import io.nearside.store.Clock;
import io.nearside.store.Heats;
import io.nearside.store.ReadLog;
import java.io.Closeable;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of a cache were read of late: a sample of them is counted in memory, and written to a
 * log each minute and at the end. Thread-safe; who reads never waits for it.
 */
final class ReadRecord<K> implements Closeable {
  private static final long WRITE_NANOS = 60_000_000_000L;

  private final ReadSample<K> sample;
  private final ReadLog<K> log;
  private final Clock clock;
  private final RefreshThreads threads;
  private final AtomicBoolean writing = new AtomicBoolean();

  /** Guards the two below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Heats<K> heats;
  private boolean changed;

  /** Read and written by the upkeep alone. */
  private long nextWrite;

  /**
   * @param log closed by {@link #close}
   * @param maximumKeys that are written
   */
  ReadRecord(CacheEnvironment<K, ?> environment, ReadLog<K> log, int maximumKeys) {
    this.sample = new ReadSample<>(environment.copier(), environment.random());
    this.log = log;
    this.clock = environment.clock();
    this.threads = new RefreshThreads(environment.settings().name(), 1);
    this.heats = new Heats<>(maximumKeys);
    this.nextWrite = clock.nanos() + WRITE_NANOS;
  }

  /**
   * A key has been read, whether it was there or not.
   *
   * @param key anybody's
   */
  void read(K key) {
    sample.read(key);
  }

  /** The keys that are counted just now. */
  long keys() {
    lock.lock();
    try {
      return heats.size();
    } finally {
      lock.unlock();
    }
  }

  /** To be called several times a second, by one thread at a time. */
  void tick(long now) {
    drain();
    if (now - nextWrite >= 0 && writing.compareAndSet(false, true)) {
      nextWrite = now + WRITE_NANOS;
      try {
        threads.execute(this::writeLater);
      } catch (RejectedExecutionException e) {
        writing.set(false); // it closes
      }
    }
  }

  private void drain() {
    lock.lock();
    try {
      changed |= sample.drain(heats, clock.wallMillis());
    } finally {
      lock.unlock();
    }
  }

  private void writeLater() {
    try {
      write();
    } finally {
      writing.set(false);
    }
  }

  private void write() {
    List<ReadLog.Read<K>> hottest = changes();
    if (hottest != null) {
      log.write(hottest);
    }
  }

  /** Null if nothing was read since. */
  private @Nullable List<ReadLog.Read<K>> changes() {
    lock.lock();
    try {
      if (!changed) {
        return null;
      }
      changed = false;
      return heats.hottest(clock.wallMillis());
    } finally {
      lock.unlock();
    }
  }

  boolean isClear() {
    return log.isClear();
  }

  /** All keys that are known, the hottest first. */
  List<K> hottest() {
    flush();
    return log.hottest();
  }

  /** Those of the candidates that are known, the hottest first. */
  HotFirst<K> hottestOf(Iterator<? extends K> candidates) {
    return new HotFirst<>(
        candidates,
        () -> {
          flush();
          return log.heats();
        });
  }

  private void flush() {
    drain();
    write();
  }

  /** Forgets all, for good. */
  void destroy() {
    log.destroy();
  }

  @Override
  public void close() {
    threads.close();
    flush();
    log.close();
  }
}
