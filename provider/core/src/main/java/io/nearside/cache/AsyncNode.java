package io.nearside.cache;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the asynchronous views of a manager's caches share: threads, and so many calls of Redis at
 * once that their share of those a master takes leaves room for others. Thread-safe.
 */
public final class AsyncNode {
  private final Executor tasks;
  private final Executor replies;
  private final AtomicInteger free;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger departing = new AtomicInteger();

  /**
   * @param tasks runs what may wait; never in the caller's thread
   * @param replies runs what does not wait, such as what follows an answer of Redis
   * @param calls of Redis at once, more than 0
   */
  public AsyncNode(Executor tasks, Executor replies, int calls) {
    this.tasks = tasks;
    this.replies = replies;
    this.free = new AtomicInteger(calls);
  }

  Executor tasks() {
    return tasks;
  }

  Executor replies() {
    return replies;
  }

  /**
   * Has a call sent, now or when others have left.
   *
   * @param call must not throw or wait; {@link #leave} is to be called once when it has ended
   */
  void enter(Runnable call) {
    if (waiting.isEmpty() && takePlace()) {
      call.run();
    } else {
      waiting.add(call);
      depart();
    }
  }

  void leave() {
    free.incrementAndGet();
    depart();
  }

  private boolean takePlace() {
    int now = free.get();
    while (now > 0) {
      if (free.compareAndSet(now, now - 1)) {
        return true;
      }
      now = free.get();
    }
    return false;
  }

  /** In one thread at a time, or calls that end at once would pile up on its stack. */
  private void depart() {
    int seen = departing.incrementAndGet();
    if (seen != 1) {
      return;
    }
    while (seen != 0) {
      while (!waiting.isEmpty() && takePlace()) {
        Runnable next = waiting.poll();
        if (next == null) {
          free.incrementAndGet();
        } else {
          next.run();
        }
      }
      seen = departing.addAndGet(-seen);
    }
  }
}
