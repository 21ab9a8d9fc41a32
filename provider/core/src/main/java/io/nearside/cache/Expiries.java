package io.nearside.cache;

import io.nearside.config.ExpirySettings;
import io.nearside.store.Notes;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.jspecify.annotations.Nullable;

/** Chooses the {@link Expiry} that settings ask for. */
final class Expiries {
  private Expiries() {}

  /**
   * @param policy what the settings' policy factory made; null if the settings' times rule
   * @param failures hears of what a user's policy throws
   */
  static Expiry of(
      ExpirySettings settings,
      @Nullable ExpiryPolicy policy,
      RandomGenerator random,
      Consumer<RuntimeException> failures) {
    Jitter jitter =
        settings.jitter().ratio() == 0 ? Jitter.NONE : new Jitter(settings.jitter(), random);
    return (policy == null) ? ofTimes(settings, jitter) : ofPolicy(policy, jitter, failures);
  }

  /** An entry's own time to live, counted from its write. */
  static Expiry ofEntry(Duration timeToLive) {
    return new OwnExpiry(Durations.nanos(timeToLive));
  }

  /**
   * An entry's own terms.
   *
   * @param timeToLive null leaves it to the cache
   * @param notes what the entry is to remember
   */
  static Expiry ofEntry(Expiry cache, @Nullable Duration timeToLive, Notes notes) {
    Expiry expiry = (timeToLive == null) ? cache : ofEntry(timeToLive);
    return (notes == Notes.NONE) ? expiry : new NotedExpiry(expiry, notes);
  }

  private static Expiry ofPolicy(
      ExpiryPolicy policy, Jitter jitter, Consumer<RuntimeException> failures) {
    // Only the exact classes of JSR-107: a subclass may answer differently each time.
    Class<?> type = policy.getClass();
    if (type == EternalExpiryPolicy.class) {
      return FixedExpiry.eternal();
    }
    boolean modified = type == ModifiedExpiryPolicy.class || type == TouchedExpiryPolicy.class;
    boolean accessed = type == AccessedExpiryPolicy.class || type == TouchedExpiryPolicy.class;
    if (!modified && !accessed && type != CreatedExpiryPolicy.class) {
      return new PolicyExpiry(policy, jitter, failures);
    }
    long nanos = Durations.nanos(policy.getExpiryForCreation());
    return new FixedExpiry(
        nanos, modified ? nanos : Expiry.KEEP, accessed ? nanos : Expiry.KEEP, jitter);
  }

  private static Expiry ofTimes(ExpirySettings settings, Jitter jitter) {
    long timeToLive = nanos(settings.timeToLive());
    long sliding = nanos(settings.sliding());
    long maximumLife = nanos(settings.maximumLife());
    boolean slides = sliding != Durations.ETERNAL;
    boolean capped = timeToLive != Durations.ETERNAL || maximumLife != Durations.ETERNAL;
    if (settings.adaptive() != null || (slides && capped)) {
      return new TrackedExpiry(timeToLive, sliding, maximumLife, settings.adaptive(), jitter);
    }
    if (slides) {
      return new FixedExpiry(sliding, sliding, sliding, jitter);
    }
    if (maximumLife != Durations.ETERNAL) {
      return new TrackedExpiry(timeToLive, sliding, maximumLife, null, jitter);
    }
    return (timeToLive == Durations.ETERNAL)
        ? FixedExpiry.eternal()
        : new FixedExpiry(timeToLive, timeToLive, Expiry.KEEP, jitter);
  }

  private static long nanos(@Nullable Duration duration) {
    return (duration == null) ? Durations.ETERNAL : Durations.nanos(duration);
  }
}
