package io.nearside.event;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One event on its way to one listener. */
final class Delivery {
  /** How many listeners are running further up this thread's stack. */
  private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

  private final ListenerLog log;
  private final Runnable call;
  private final AtomicBoolean logged = new AtomicBoolean();
  private volatile boolean awaited;
  private volatile boolean done;
  private volatile @Nullable RuntimeException failure;

  /**
   * @param awaited whether somebody waits for it, and will be told of its failure
   */
  Delivery(ListenerLog log, Runnable call, boolean awaited) {
    this.log = log;
    this.call = call;
    this.awaited = awaited;
  }

  /** Whether this thread is inside a listener. */
  static boolean inListener() {
    return DEPTH.get()[0] > 0;
  }

  void deliver() {
    int[] depth = DEPTH.get();
    depth[0]++;
    try {
      call.run();
    } catch (RuntimeException e) {
      failure = e;
    } catch (Throwable e) { // a listener's error must not end the one who delivers
      failure = new IllegalStateException(e);
    } finally {
      depth[0]--;
      if (depth[0] == 0) {
        DEPTH.remove();
      }
      done = true;
    }
    logUnlessAwaited();
  }

  /** Nobody waits for it any longer: a failure, of before or to come, goes to the log. */
  void abandon() {
    awaited = false;
    logUnlessAwaited();
  }

  /** Called after either change of state; who comes second sees both, and so may both. */
  private void logUnlessAwaited() {
    RuntimeException thrown = failure;
    if (done && thrown != null && !awaited && logged.compareAndSet(false, true)) {
      log.failed(thrown);
    }
  }

  boolean isDone() {
    return done;
  }

  @Nullable RuntimeException failure() {
    return failure;
  }
}
