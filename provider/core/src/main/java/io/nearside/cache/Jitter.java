package io.nearside.cache;

import io.nearside.config.JitterSettings;
import io.nearside.config.JitterSettings.Mode;
import java.util.random.RandomGenerator;

/** Spreads times to live, so that what was written together does not expire together. */
record Jitter(JitterSettings settings, RandomGenerator random) {
  /** No spread. */
  static final Jitter NONE = new Jitter(JitterSettings.NONE, () -> 0);

  /** Zero and eternal times stay as they are. */
  long apply(long nanos) {
    double ratio = settings.ratio();
    if (ratio == 0 || nanos <= 0 || nanos == Durations.ETERNAL) {
      return nanos;
    }
    double spread = random.nextDouble() * ratio;
    if (settings.mode() == Mode.BOTH) {
      spread = 2 * spread - ratio;
    }
    return Math.max(1, nanos - (long) (nanos * spread));
  }
}
