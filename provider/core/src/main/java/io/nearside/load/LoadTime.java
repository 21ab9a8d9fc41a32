package io.nearside.load;

import io.nearside.store.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the calls of a cache's loader take: smoothed, so that one that is slow by chance counts
 * for an eighth. Thread-safe.
 */
public final class LoadTime {
  private static final int WEIGHT = 8;

  private final Clock clock;
  private final AtomicLong smoothed = new AtomicLong();

  public LoadTime(Clock clock) {
    this.clock = clock;
  }

  /** In nanoseconds; 0 before the first call has ended. */
  public long nanos() {
    return smoothed.get();
  }

  /** When a call begins. */
  long begun() {
    return clock.nanos();
  }

  /**
   * A call has brought something.
   *
   * @param begun when it began, by the same clock
   */
  public void ended(long begun) {
    long took = Math.max(1, clock.nanos() - begun);
    smoothed.updateAndGet(before -> before == 0 ? took : before + (took - before) / WEIGHT);
  }
}
