package io.nearside.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A value and when it expires. The value never changes: a write replaces the whole entry, and the
 * entry's identity is what compare-and-set compares: in one JVM that of the object, else that of a
 * {@link VersionedEntry}. Only the expiry may move, by a read that renews it; once {@linkplain
 * #seal sealed} it never moves again, so that exactly one thread gets to say that the entry
 * expired.
 *
 * <p>Thread-safe.
 */
public sealed class StoredEntry<V> implements Outcome<V>
    permits KeptEntry, NotedEntry, TrackedEntry, VersionedEntry {
  /** Expires never. A multiple of four, as all times of an entry are. */
  public static final long NEVER = Long.MAX_VALUE - 3;

  /** What {@link #renew} returns for an entry that has been sealed. */
  public static final long SEALED = Long.MIN_VALUE;

  // The flags live in the lowest bits of the time, since a field would cost 8 bytes an entry.

  /**
   * The value is known to be immutable. It saves the readers from touching the value, which is
   * likely a cache miss, just to see its class.
   */
  private static final long SHARED = 1;

  /** The entry has a life of its own, which reads do not prolong. */
  private static final long OWN_LIFE = 2;

  private static final long FLAGS = SHARED | OWN_LIFE;

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
   * @param expiresAt in nanoseconds of {@link Clock#nanos}, or {@link #NEVER}; the lowest two bits
   *     are ignored
   */
  public StoredEntry(V value, long expiresAt) {
    this.value = value;
    this.expiresAt = expiresAt & ~FLAGS;
  }

  StoredEntry(V value, long expiresAt, boolean ownLife) {
    this((expiresAt & ~FLAGS) | (ownLife ? OWN_LIFE : 0), value);
  }

  private StoredEntry(long flagged, V value) {
    this.value = value;
    this.expiresAt = flagged;
  }

  /** An entry whose life reads do not prolong, whatever the cache's expiry says. */
  public static <V> StoredEntry<V> withOwnLife(V value, long expiresAt) {
    return new StoredEntry<>(value, expiresAt, true);
  }

  /** What it remembers beside its value, as far as it is known here. */
  public Notes notes() {
    return Notes.NONE;
  }

  /** What the source knows the value by; null if it has said nothing, or nobody knows here. */
  public final @Nullable String validator() {
    return notes().validator();
  }

  public final V value() {
    return value;
  }

  /** In nanoseconds of {@link Clock#nanos}; {@link #NEVER}; a time long past once sealed. */
  public final long expiresAt() {
    return expiresAt & ~FLAGS;
  }

  public final boolean isLive(long now) {
    return now < (expiresAt & ~FLAGS);
  }

  /** Whether somebody has noted that the value can't change. */
  public final boolean isShared() {
    return (expiresAt & SHARED) != 0;
  }

  /** Whether reads must leave its expiry alone. */
  public final boolean hasOwnLife() {
    return (expiresAt & OWN_LIFE) != 0;
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
   * @return the expiry until then; {@link #SEALED} if the entry has expired and was sealed
   *     meanwhile: it must count as absent
   */
  public final long renew(long newExpiresAt) {
    long seen = (long) EXPIRES_AT.getVolatile(this);
    while (seen != SEALED) {
      long moved = (newExpiresAt & ~FLAGS) | (seen & FLAGS);
      if (seen == moved || EXPIRES_AT.compareAndSet(this, seen, moved)) {
        return seen & ~FLAGS;
      }
      seen = (long) EXPIRES_AT.getVolatile(this);
    }
    return SEALED;
  }

  /**
   * Ends the life of an entry that has expired.
   *
   * @return false if a read has renewed it meanwhile: it is live
   */
  public final boolean seal(long now) {
    long seen = (long) EXPIRES_AT.getVolatile(this);
    while (seen != SEALED) {
      if (now < (seen & ~FLAGS)) {
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
