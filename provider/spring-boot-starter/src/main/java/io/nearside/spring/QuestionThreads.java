package io.nearside.spring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads that ask Redis for callers who must not wait. Only calls of caches run there, each
 * bounded by its time-outs: methods of the application never hold a thread. Thread-safe.
 */
final class QuestionThreads implements AutoCloseable {
  private static final long IDLE_SECONDS = 30;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final ThreadPoolExecutor threads;

  QuestionThreads(int most, int queued) {
    this.threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queued),
            QuestionThreads::thread);
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "nearside-spring-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** Asks; fails with {@link RejectedExecutionException} if too many questions wait already. */
  <T> CompletableFuture<T> ask(Supplier<T> question) {
    try {
      return CompletableFuture.supplyAsync(question, threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
