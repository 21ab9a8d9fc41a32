package io.nearside.write;

import io.nearside.store.Clock;
import io.nearside.store.WriteVersion;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Versions of changes, where the store does not give them. Thread-safe. */
final class Versions {
  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  Versions(Clock clock) {
    this.clock = clock;
  }

  /** The one that the store gave, or one that is greater than all before. */
  long of(WriteVersion known) {
    if (known.given()) {
      last.accumulateAndGet(known.number(), Math::max);
      return known.number();
    }
    long least =
        (known.number() == 0) ? TimeUnit.MILLISECONDS.toMicros(clock.wallMillis()) : known.number();
    return last.updateAndGet(before -> Math.max(before + 1, least));
  }
}
