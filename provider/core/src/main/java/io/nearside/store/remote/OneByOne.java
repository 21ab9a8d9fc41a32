package io.nearside.store.remote;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Uses one thread of another executor at most. Thread-safe. */
final class OneByOne implements Executor {
  private final Executor behind;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger tasks = new AtomicInteger();

  OneByOne(Executor behind) {
    this.behind = behind;
  }

  @Override
  public void execute(Runnable task) {
    waiting.add(task);
    if (tasks.getAndIncrement() == 0) {
      behind.execute(this::runFirst);
    }
  }

  private void runFirst() {
    try {
      Runnable first = waiting.poll();
      if (first != null) {
        first.run();
      }
    } finally {
      if (tasks.decrementAndGet() > 0) {
        next();
      }
    }
  }

  private void next() {
    try {
      behind.execute(this::runFirst);
    } catch (RejectedExecutionException e) {
      waiting.clear(); // it has closed
    }
  }
}
