package io.nearside.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that start a task together; a hang fails the test with their stacks. */
final class Crew {
  private static final long LIMIT_MILLIS = 60_000;

  /** What each thread does; its number counts from 0. */
  @FunctionalInterface
  interface Task {
    void run(int thread) throws Exception;
  }

  private Crew() {}

  static void run(int size, Task task) {
    CyclicBarrier start = new CyclicBarrier(size);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int number = i;
      threads.add(new Thread(() -> work(start, task, number, failure), "crew-" + i));
    }
    threads.forEach(thread -> thread.setDaemon(true));
    threads.forEach(Thread::start);
    threads.forEach(Crew::join);
    if (failure.get() != null) {
      throw new AssertionError("a thread failed: " + failure.get(), failure.get());
    }
  }

  /** One thread beside the test's own. */
  static Thread start(Runnable task) {
    Thread thread = new Thread(task, "crew");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static void join(Thread thread) {
    try {
      thread.join(LIMIT_MILLIS);
      if (thread.isAlive()) {
        AssertionError hang =
            new AssertionError(thread.getName() + " hangs; its stack is the cause");
        Throwable stack = new Throwable("stack of " + thread.getName());
        stack.setStackTrace(thread.getStackTrace());
        hang.initCause(stack);
        throw hang;
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void work(
      CyclicBarrier start, Task task, int number, AtomicReference<Throwable> failure) {
    try {
      start.await();
      task.run(number);
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }
}
