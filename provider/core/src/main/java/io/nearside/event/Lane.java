package io.nearside.event;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue of deliveries of which one is under way at a time, in the order of their coming. Whoever
 * needs one delivered works the queue off until it is; so synchronous events need no thread of
 * ours.
 *
 * <p>Thread-safe. No lock is held while a listener runs.
 */
final class Lane {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
  private boolean working;

  /** Whether a task of the executor is yet to come by. */
  private boolean offered;

  void add(Delivery delivery) {
    lock.lock();
    try {
      queue.add(delivery);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has another thread work the queue off, unless one is at it or will be: for lanes that nobody
   * awaits. An executor that refuses, since it was shut down with the manager, leaves the lane to
   * others.
   */
  void workOff(Executor executor) {
    if (begin()) {
      execute(executor, this::work, this::end);
    }
  }

  /**
   * Asks another thread to come by and work the queue off. Until it does the lane is free: who
   * awaits a delivery must not wait for a thread that the executor may never have.
   */
  void offer(Executor executor) {
    lock.lock();
    try {
      if (offered || working || queue.isEmpty()) {
        return;
      }
      offered = true;
    } finally {
      lock.unlock();
    }
    execute(executor, this::accept, this::withdraw);
  }

  private static void execute(Executor executor, Runnable task, Runnable refused) {
    boolean accepted = false;
    try {
      executor.execute(task);
      accepted = true;
    } catch (RejectedExecutionException e) {
      return; // see workOff
    } finally {
      if (!accepted) {
        refused.run();
      }
    }
  }

  private void accept() {
    withdraw();
    tryWorkOff();
  }

  private void withdraw() {
    lock.lock();
    try {
      offered = false;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when the delivery has been made, by this thread or another. */
  void await(Delivery delivery) {
    while (!delivery.isDone()) {
      if (begin()) {
        work();
      } else {
        awaitProgress(delivery);
      }
    }
  }

  /** Works the queue off unless another thread, or this one further up its stack, is at it. */
  void tryWorkOff() {
    if (begin()) {
      work();
    }
  }

  private void awaitProgress(Delivery delivery) {
    lock.lock();
    try {
      while (working && !delivery.isDone()) {
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean begin() {
    lock.lock();
    try {
      if (working || queue.isEmpty()) {
        return false;
      }
      working = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (Delivery delivery = next(); delivery != null; delivery = next()) {
      delivery.deliver();
    }
  }

  private void end() {
    lock.lock();
    try {
      working = false;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next delivery; null, and no longer working, when there is none. */
  private @Nullable Delivery next() {
    lock.lock();
    try {
      Delivery delivery = queue.poll();
      if (delivery == null) {
        working = false;
      }
      progress.signalAll();
      return delivery;
    } finally {
      lock.unlock();
    }
  }
}
