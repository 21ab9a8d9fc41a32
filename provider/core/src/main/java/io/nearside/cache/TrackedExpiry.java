package io.nearside.cache;

import io.nearside.config.ExpirySettings.Adaptive;
import io.nearside.store.StoredEntry;
import io.nearside.store.TrackedEntry;
import io.nearside.store.VersionedEntry;
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
    implements ConstantExpiry {

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
    if (entry instanceof VersionedEntry<?> shared) {
      return (sliding == Durations.ETERNAL) ? KEEP : slid(shared, now);
    }
    if (!(entry instanceof TrackedEntry<?> tracked)) {
      return KEEP; // an entry with a time to live of its own
    }
    int reads = tracked.countRead();
    if (crosses(reads)) {
      tracked.deadline(deadline(tracked.createdAt(), tracked.writtenAt(), reads));
    } else if (sliding == Durations.ETERNAL) {
      return KEEP;
    }
    return Math.min(tracked.deadline(), Durations.after(now, sliding));
  }

  @Override
  public <V> StoredEntry<V> created(V value, long now) {
    return written(value, now, now, 0);
  }

  @Override
  public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
    return (prior instanceof TrackedEntry<V> tracked)
        ? written(value, now, tracked.createdAt(), tracked.reads())
        : created(value, now);
  }

  private <V> StoredEntry<V> written(V value, long now, long createdAt, int reads) {
    long deadline = deadline(createdAt, now, reads);
    long expiresAt = Math.min(deadline, Durations.after(now, jitter.apply(sliding)));
    return new TrackedEntry<>(value, expiresAt, createdAt, now, deadline, reads);
  }

  /** Without jitter, which each read would draw anew. */
  private long slid(VersionedEntry<?> entry, long now) {
    long left = Math.min(sliding, left(timeToLive, now - entry.writtenAt()));
    return Durations.after(now, Math.min(left, left(maximumLife, now - entry.createdAt())));
  }

  private static long left(long life, long age) {
    return (life == Durations.ETERNAL) ? life : life - age;
  }

  /** What reads can't prolong the life beyond; jittered once, when it is set. */
  private long deadline(long createdAt, long writtenAt, int reads) {
    long written = (adaptive == null) ? timeToLive : adaptiveNanos(adaptive, reads);
    return Math.min(
        Durations.after(writtenAt, jitter.apply(written)), Durations.after(createdAt, maximumLife));
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

  @Override
  public Terms terms() {
    if (adaptive != null) {
      throw new IllegalStateException(
          "an adaptive life depends on reads that only this JVM counts");
    }
    long life = Math.min(jitter.apply(timeToLive), jitter.apply(sliding));
    return new Terms(Math.min(life, maximumLife), life, maximumLife, false);
  }
}
