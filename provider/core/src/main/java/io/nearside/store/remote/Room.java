package io.nearside.store.remote;

import io.nearside.store.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The wait of one change for room in the queue of writes. For one thread. */
final class Room {
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Clock clock;
  private final long end;
  private long pause = FIRST_NANOS;

  Room(Clock clock, long nanos) {
    this.clock = clock;
    this.end = clock.nanos() + nanos;
  }

  boolean isOver() {
    return clock.nanos() >= end || Thread.currentThread().isInterrupted();
  }

  /**
   * Waits a while before the next attempt, which has all the time of a call again.
   *
   * @return false if the wait is over
   */
  boolean await() {
    if (isOver()) {
      return false;
    }
    LockSupport.parkNanos(Math.min(pause, Math.max(1, end - clock.nanos())));
    pause = Math.min(LONGEST_NANOS, 2 * pause);
    CallTime.answered();
    return true;
  }
}
