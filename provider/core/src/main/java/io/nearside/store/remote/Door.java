package io.nearside.store.remote;

import io.nearside.observe.Recorder;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets so many calls for which no thread waits be at Redis at once, the others after them: who
 * waits bounds himself, but these are only as many as their callers like, and a master's guard
 * would refuse most. Thread-safe; nothing is locked.
 */
final class Door {
  private final AtomicInteger free;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger departing = new AtomicInteger();

  /**
   * @param calls more than 0
   */
  Door(int calls) {
    this.free = new AtomicInteger(calls);
  }

  /**
   * Has a call begun, at once or by the thread that has ended another one.
   *
   * @param call must not wait
   * @param recorder of who calls, also if another thread begins it
   */
  <T> CompletableFuture<T> pass(Supplier<CompletableFuture<T>> call, Recorder recorder) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Runnable begin =
        () ->
            begun(call)
                .whenComplete((value, failure) -> {
                  leave();
                  if (failure == null) {
                    answer.complete(value);
                  } else {
                    answer.completeExceptionally(failure);
                  }
                });
    if (waiting.isEmpty() && takePlace()) {
      begin.run();
    } else {
      waiting.add(recorder.carried(begin));
      depart();
    }
    return answer;
  }

  private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> call) {
    try {
      return call.get();
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void leave() {
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
    int asked = departing.incrementAndGet();
    if (asked != 1) {
      return;
    }
    while (asked != 0) {
      while (!waiting.isEmpty() && takePlace()) {
        Runnable next = waiting.poll();
        if (next == null) {
          free.incrementAndGet();
        } else {
          next.run();
        }
      }
      asked = departing.addAndGet(-asked);
    }
  }
}
