package io.nearside.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Goes by a source that may jump. */
final class InstantClock implements Clock {
  /** Zero means never here and there. */
  private static final Duration HEAD_START = Duration.ofSeconds(1);

  private final InstantSource source;
  private final Instant origin;
  private final AtomicLong latest = new AtomicLong();

  InstantClock(InstantSource source) {
    this.source = source;
    this.origin = source.instant().minus(HEAD_START);
  }

  /**
   * @throws ArithmeticException if more than 292 years have passed
   */
  @Override
  public long nanos() {
    return latest.accumulateAndGet(Duration.between(origin, source.instant()).toNanos(), Math::max);
  }

  @Override
  public long wallMillis() {
    return source.millis();
  }
}
