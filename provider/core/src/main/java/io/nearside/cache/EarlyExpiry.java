package io.nearside.cache;

import io.nearside.load.LoadTime;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides by chance whether an entry is loaded anew already: the likelier the sooner it expires,
 * and the earlier the longer a load takes. Of many readers none need agree with another, and yet
 * few do it at once. Thread-safe.
 *
 * <p>That is XFetch of Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede
 * Prevention", VLDB 2015: due if {@code now - delta * beta * ln(random) >= expiry}, with the beta
 * of 1 that they find best; so with the probability {@code exp(-(expiry - now) / delta)}.
 */
final class EarlyExpiry {
  /** No random number of 53 bits has a logarithm beyond. */
  private static final int LEAST_LOGARITHM = 37;

  private final LoadTime loadTime;
  private final RandomGenerator random;

  EarlyExpiry(LoadTime loadTime, RandomGenerator random) {
    this.loadTime = loadTime;
    this.random = random;
  }

  /** Null if entries are not loaded anew by chance. */
  static @Nullable EarlyExpiry of(CacheParts<?, ?> parts, RandomGenerator random) {
    LoadTime time = (parts.loads() == null) ? null : parts.loads().time();
    return (time == null) ? null : new EarlyExpiry(time, random);
  }

  /** For one read of an entry. */
  boolean isDue(long expiresAt, long now) {
    double left = expiresAt - now;
    double delta = loadTime.nanos();
    return left < LEAST_LOGARITHM * delta && -delta * Math.log(1 - random.nextDouble()) >= left;
  }
}
