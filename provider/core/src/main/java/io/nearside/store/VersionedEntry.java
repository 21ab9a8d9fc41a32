package io.nearside.store;

import org.jspecify.annotations.Nullable;

/** An entry of a store that several nodes share: it has an identity that all of them know. */
public sealed class VersionedEntry<V> extends StoredEntry<V>
    permits CopiedEntry, FetchedEntry, HotEntry, StaleEntry {
  private final Identity identity;
  private final long createdAt;
  private final long writtenAt;

  /**
   * An entry's version and its writer's nonce: two entries are the same if both are equal.
   *
   * @param version given by the authority, growing within a partition; 53 bits
   * @param nonce random
   */
  public record Identity(long version, long nonce) {}

  /**
   * @param expiresAt in nanoseconds of {@link Clock#nanos}, or {@link #NEVER}
   * @param ownLife whether reads must leave the expiry alone
   * @param createdAt when the key got its first value, in nanoseconds of {@link Clock#nanos}; may
   *     be negative, before the clock began
   * @param writtenAt when this value was written, likewise
   */
  public VersionedEntry(
      V value, Identity identity, long expiresAt, boolean ownLife, long createdAt, long writtenAt) {
    super(value, expiresAt, ownLife);
    this.identity = identity;
    this.createdAt = createdAt;
    this.writtenAt = writtenAt;
  }

  public final Identity identity() {
    return identity;
  }

  public final long createdAt() {
    return createdAt;
  }

  public final long writtenAt() {
    return writtenAt;
  }

  /** Whether the other one is an entry of the same identity. */
  public final boolean isSame(@Nullable StoredEntry<?> other) {
    return other instanceof VersionedEntry<?> versioned && identity.equals(versioned.identity);
  }
}
