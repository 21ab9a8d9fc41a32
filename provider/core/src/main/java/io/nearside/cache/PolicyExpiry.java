package io.nearside.cache;

import io.nearside.store.Lifetime;
import io.nearside.store.StoredEntry;
import java.util.function.Consumer;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;

/**
 * A user's own policy. If it throws, a created entry lives for {@link #FALL_BACK_NANOS}, since
 * JSR-107 leaves the default to us and nothing else is known; an updated or accessed one keeps its
 * expiry.
 */
final class PolicyExpiry implements Expiry {
  /** One minute. */
  static final long FALL_BACK_NANOS = 60_000_000_000L;

  private final ExpiryPolicy policy;
  private final Jitter jitter;
  private final Consumer<RuntimeException> failures;

  PolicyExpiry(ExpiryPolicy policy, Jitter jitter, Consumer<RuntimeException> failures) {
    this.policy = policy;
    this.jitter = jitter;
    this.failures = failures;
  }

  @Override
  public boolean constant() {
    return false;
  }

  @Override
  public Lifetime creation() {
    long nanos;
    try {
      Duration duration = policy.getExpiryForCreation();
      nanos = (duration == null) ? FALL_BACK_NANOS : Durations.nanos(duration);
    } catch (RuntimeException e) {
      failures.accept(e);
      nanos = FALL_BACK_NANOS;
    }
    return new FixedExpiry(nanos, KEEP, KEEP, jitter);
  }

  @Override
  public Lifetime update() {
    long nanos;
    try {
      nanos = nanosOrKeep(policy.getExpiryForUpdate());
    } catch (RuntimeException e) {
      failures.accept(e);
      nanos = KEEP;
    }
    return new FixedExpiry(Durations.ETERNAL, nanos, KEEP, jitter);
  }

  @Override
  public boolean keepsOnUpdate() {
    return false;
  }

  @Override
  public boolean renews() {
    return true;
  }

  @Override
  public long accessed(StoredEntry<?> entry, long now) {
    try {
      long nanos = nanosOrKeep(policy.getExpiryForAccess());
      return (nanos == KEEP) ? KEEP : Durations.after(now, jitter.apply(nanos));
    } catch (RuntimeException e) {
      failures.accept(e);
      return KEEP;
    }
  }

  private static long nanosOrKeep(@org.jspecify.annotations.Nullable Duration duration) {
    return (duration == null) ? KEEP : Durations.nanos(duration);
  }
}
