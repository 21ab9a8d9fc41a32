package io.nearside.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. Thread-safe. */
public final class ManualClock implements Clock {
  private final AtomicLong nanos;

  public ManualClock() {
    this(1_000_000_000L);
  }

  public ManualClock(long nanos) {
    this.nanos = new AtomicLong(nanos);
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  /** Returns the new time. */
  public long advance(long byNanos) {
    return nanos.addAndGet(byNanos);
  }

  public long advance(Duration by) {
    return advance(by.toNanos());
  }
}
