package io.nearside.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that stands still until a test moves it. */
public final class FakeClock implements Clock {
  private final AtomicLong nanos = new AtomicLong(Duration.ofSeconds(1).toNanos());

  @Override
  public long nanos() {
    return nanos.get();
  }

  public void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
