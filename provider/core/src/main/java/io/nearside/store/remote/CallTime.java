package io.nearside.store.remote;

import io.nearside.store.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The time that one operation of a store has, whatever number of calls of Redis it needs: each may
 * wait for what is left. An operation that a listener begins within another has its own. Belongs to
 * the thread that begins it.
 */
final class CallTime implements AutoCloseable {
  private static final ThreadLocal<@Nullable CallTime> CURRENT = new ThreadLocal<>();

  private final long end;
  private final @Nullable CallTime outer;

  private CallTime(long end, @Nullable CallTime outer) {
    this.end = end;
    this.outer = outer;
  }

  static CallTime begin(Clock clock, long nanos) {
    CallTime time = new CallTime(clock.nanos() + nanos, CURRENT.get());
    CURRENT.set(time);
    return time;
  }

  /** What is left to the calling thread, 0 for nothing; all of it outside of an operation. */
  static long left(Clock clock, long nanos) {
    CallTime time = CURRENT.get();
    return (time == null) ? nanos : Math.max(0, Math.min(nanos, time.end - clock.nanos()));
  }

  @Override
  public void close() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
