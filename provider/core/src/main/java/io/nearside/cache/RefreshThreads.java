package io.nearside.cache;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cache's own threads for loads that go on all the time, so that they take none of those that
 * callers wait for: daemons, started when they are needed, whose code sees the class loader of who
 * makes them. Thread-safe.
 */
final class RefreshThreads implements Executor, AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor pool;

  RefreshThreads(String cache, int threads) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    AtomicInteger count = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(threads), // no more workers are sent at a time
            task -> {
              Thread thread =
                  new Thread(
                      null,
                      task,
                      "nearside-refresh-" + cache + "-" + count.incrementAndGet(),
                      0,
                      false);
              thread.setDaemon(true);
              thread.setContextClassLoader(context);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** What runs ends by itself. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
