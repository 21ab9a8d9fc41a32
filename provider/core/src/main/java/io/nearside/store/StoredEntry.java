package io.nearside.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A value and when it expires. The value never changes: a write replaces the whole entry, and the
 * entry's object identity is what compare-and-set compares. Only the expiry may move, by a read
 * that renews it; once {@linkplain #seal sealed} it never moves again, so that exactly one thread
 * gets to say that the entry expired.
 *
 * <p>Thread-safe.
 */
public sealed class StoredEntry<V> implements Outcome<V> permits TrackedEntry {
  /** Expires never. Even, as all times of an entry are. */
  public static final long NEVER = Long.MAX_VALUE - 1;

  private static final long SEALED = Long.MIN_VALUE;

  /**
   * In the lowest bit of the time: the value is known to be immutable. It saves the readers from
   * touching the value, which is likely a cache miss, just to see its class; a field would cost 8
   * bytes an entry.
   */
  private static final long SHARED = 1;

  private static final VarHandle EXPIRES_AT;

  static {
    try {
      EXPIRES_AT = MethodHandles.lookup().findVarHandle(StoredEntry.class, "expiresAt", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final V value;

  @SuppressWarnings("FieldMayBeFinal") // written through EXPIRES_AT
  private long expiresAt;

  /**
   * @param expiresAt in nanoseconds of {@link Clock#nanos}, or {@link #NEVER}; the lowest bit is
   *     ignored
   */
  public StoredEntry(V value, long expiresAt) {
    this.value = value;
    this.expiresAt = expiresAt & ~SHARED;
  }

  public final V value() {
    return value;
  }

  /** In nanoseconds of {@link Clock#nanos}; {@link #NEVER}; a time long past once sealed. */
  public final long expiresAt() {
    return expiresAt & ~SHARED;
  }

  public final boolean isLive(long now) {
    return now < (expiresAt & ~SHARED);
  }

  /** Whether somebody has noted that the value can't change. */
  public final boolean isShared() {
    return (expiresAt & SHARED) != 0;
  }

  /** Notes that the value can't change. */
  public final void markShared() {
    long seen = (long) EXPIRES_AT.getVolatile(this);
    while (seen != SEALED && !EXPIRES_AT.compareAndSet(this, seen, seen | SHARED)) {
      seen = (long) EXPIRES_AT.getVolatile(this);
    }
  }

  /**
   * Moves the expiry.
   *
   * @return false if the entry has expired and was sealed meanwhile: it must count as absent
   */
  public final boolean renew(long newExpiresAt) {
    long seen = (long) EXPIRES_AT.getVolatile(this);
    while (seen != SEALED) {
      long moved = (newExpiresAt & ~SHARED) | (seen & SHARED);
      if (seen == moved || EXPIRES_AT.compareAndSet(this, seen, moved)) {
        return true;
      }
      seen = (long) EXPIRES_AT.getVolatile(this);
    }
    return false;
  }

  /**
   * Ends the life of an entry that has expired.
   *
   * @return false if a read has renewed it meanwhile: it is live
   */
  public final boolean seal(long now) {
    long seen = (long) EXPIRES_AT.getVolatile(this);
    while (seen != SEALED) {
      if (now < (seen & ~SHARED)) {
        return false;
      }
      if (EXPIRES_AT.compareAndSet(this, seen, SEALED)) {
        return true;
      }
      seen = (long) EXPIRES_AT.getVolatile(this);
    }
    return true;
  }
}
