package io.nearside.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/** Writes to the keys in turn, so many times a second, by a few threads that share out the keys. */
final class Writer implements AutoCloseable {
  private static final int THREADS = 8;
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final List<String> keys;
  private final BiConsumer<String, String> cache;

  /** By key; each is written by one thread, and read when that has ended. */
  private final long[] last;

  private final List<Future<Long>> running = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(Writer::daemon);
  private volatile boolean stopped;

  /** Writes each key once. */
  Writer(List<String> keys, BiConsumer<String, String> cache) {
    this.keys = keys;
    this.cache = cache;
    this.last = new long[keys.size()];
    for (int key = 0; key < last.length; key++) {
      write(key);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "writer");
    thread.setDaemon(true);
    return thread;
  }

  private void write(int key) {
    cache.accept(keys.get(key), new Stamp(last[key] + 1, System.nanoTime()).text());
    last[key]++;
  }

  /** Writes from now on until {@link #stop}. */
  void start(int perSecond) {
    stopped = false;
    int number = Math.min(THREADS, last.length);
    for (int thread = 0; thread < number && perSecond > 0; thread++) {
      int first = thread;
      long everyNanos = number * NANOS_PER_SECOND / perSecond;
      running.add(threads.submit(() -> writes(first, number, everyNanos)));
    }
  }

  /** Writes that are late are made up for, those of the last second at most. */
  private long writes(int first, int step, long everyNanos) {
    long written = 0;
    int key = first;
    long due = System.nanoTime() + everyNanos * first / step;
    while (!stopped) {
      long early = due - System.nanoTime();
      if (early > 0) {
        LockSupport.parkNanos(early);
        continue;
      }
      write(key);
      written++;
      key = (key + step < last.length) ? key + step : first;
      due = Math.max(due + everyNanos, System.nanoTime() - NANOS_PER_SECOND);
    }
    return written;
  }

  /**
   * Ends the writes and says how many there were.
   *
   * @throws IllegalStateException if a write failed
   */
  long stop() throws InterruptedException {
    stopped = true;
    long written = 0;
    try {
      for (Future<Long> one : running) {
        written += one.get();
      }
    } catch (ExecutionException | CancellationException e) {
      throw new IllegalStateException("a write failed", e);
    } finally {
      running.clear();
    }
    return written;
  }

  /** By key, the sequence of its last write; to be asked when no writes are going on. */
  long[] last() {
    return Arrays.copyOf(last, last.length);
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }
}
