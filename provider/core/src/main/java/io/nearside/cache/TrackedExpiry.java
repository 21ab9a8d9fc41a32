package io.nearside.cache;

import io.nearside.config.ExpirySettings.Adaptive;
import io.nearside.store.Lifetime;
import io.nearside.store.StoredEntry;
import io.nearside.store.TrackedEntry;
import org.jspecify.annotations.Nullable;

/**
 * A lifetime that depends on an entry's age or reads: sliding under a cap, or adaptive.
 *
 * @param timeToLive from the last write, in nanoseconds
 * @param sliding from the last write or read, in nanoseconds
 * @param maximumLife from creation, in nanoseconds
 * @param adaptive replaces {@code timeToLive} by one that follows the reads
 */
record TrackedExpiry(
    long timeToLive, long sliding, long maximumLife, @Nullable Adaptive adaptive, Jitter jitter)
    implements Expiry, Lifetime {

  @Override
  public boolean constant() {
    return true;
  }

  @Override
  public Lifetime creation() {
    return this;
  }

  @Override
  public Lifetime update() {
    return this;
  }

  @Override
  public boolean renews() {
    return true;
  }

  @Override
  public long accessed(StoredEntry<?> entry, long now) {
    if (!(entry instanceof TrackedEntry<?> tracked)) {
      return KEEP; // an entry with a time to live of its own
    }
    int reads = tracked.countRead();
    if (sliding == Durations.ETERNAL && !crosses(reads)) {
      return KEEP;
    }
    return expiresAt(now, tracked.createdAt(), tracked.writtenAt(), reads);
  }

  @Override
  public <V> StoredEntry<V> created(V value, long now) {
    return new TrackedEntry<>(value, expiresAt(now, now, now, 0), now, now, 0);
  }

  @Override
  public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
    if (!(prior instanceof TrackedEntry<V> tracked)) {
      return created(value, now);
    }
    long createdAt = tracked.createdAt();
    int reads = tracked.reads();
    return new TrackedEntry<>(value, expiresAt(now, createdAt, now, reads), createdAt, now, reads);
  }

  private long expiresAt(long now, long createdAt, long writtenAt, int reads) {
    long nearest = Durations.after(now, jitter.apply(sliding));
    long written = (adaptive == null) ? timeToLive : adaptiveNanos(adaptive, reads);
    nearest = Math.min(nearest, Durations.after(writtenAt, jitter.apply(written)));
    return Math.min(nearest, Durations.after(createdAt, maximumLife));
  }

  private boolean crosses(int reads) {
    return adaptive != null && (reads == adaptive.popular() + 1 || reads == adaptive.hot() + 1);
  }

  private static long adaptiveNanos(Adaptive adaptive, int reads) {
    long maximum = Durations.nanos(adaptive.maximum());
    long minimum = Durations.nanos(adaptive.minimum());
    if (reads > adaptive.hot()) {
      return maximum;
    }
    return (reads > adaptive.popular()) ? Math.max(minimum, maximum / 2) : minimum;
  }
}
