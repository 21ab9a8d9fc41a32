package io.nearside.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads some keys over and over in a thread of its own and notes how late it sees each change: from
 * the call of the write to the end of the read that gave the new value. Between two passes it
 * pauses, so that it takes no whole core from those that it watches; a part of each lag is that
 * pause.
 */
final class Watcher implements AutoCloseable {
  private final List<String> keys;
  private final Function<String, @Nullable String> cache;
  private final long pauseNanos;
  private final long[] seen;
  private final Lags lags = new Lags();
  private final Thread thread;
  private boolean measuring;
  private @Nullable RuntimeException failure;
  private volatile boolean closed;

  /**
   * @param pause between two passes
   */
  Watcher(List<String> keys, Function<String, @Nullable String> cache, Duration pause) {
    this.pauseNanos = pause.toNanos();
    this.keys = keys;
    this.cache = cache;
    this.seen = new long[keys.size()];
    Arrays.fill(seen, -1);
    this.thread = new Thread(this::run, "watcher");
    thread.setDaemon(true);
    thread.start();
  }

  /** Forgets what was noted, and notes from now on. */
  synchronized void start() {
    lags.clear();
    measuring = true;
  }

  /**
   * Notes no more.
   *
   * @throws IllegalStateException if a read has failed meanwhile
   */
  synchronized Lags.Summary stop() {
    measuring = false;
    if (failure != null) {
      throw new IllegalStateException("the watcher could not read", failure);
    }
    return lags.summary();
  }

  private void run() {
    try {
      while (!closed) {
        pass();
        LockSupport.parkNanos(pauseNanos);
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private synchronized void fail(RuntimeException e) {
    failure = e;
  }

  private void pass() {
    for (int key = 0; key < seen.length; key++) {
      String text = cache.apply(keys.get(key));
      if (text != null) {
        note(key, Stamp.parse(text), System.nanoTime());
      }
    }
  }

  private void note(int key, Stamp stamp, long nowNanos) {
    if (stamp.sequence() != seen[key]) {
      boolean first = seen[key] < 0;
      seen[key] = stamp.sequence();
      if (!first) {
        add(nowNanos - stamp.nanos());
      }
    }
  }

  private synchronized void add(long lagNanos) {
    if (measuring) {
      lags.add(lagNanos);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
