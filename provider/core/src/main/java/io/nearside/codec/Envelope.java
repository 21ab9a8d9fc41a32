package io.nearside.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a value in Redis: who wrote it, when, how long it counts, how to read it, and
 * whether it is whole. Never throws for bytes that anybody may have written.
 */
public final class Envelope {

  private Envelope() {}

  /** Bytes that are an entry, or not. */
  public sealed interface Parsed permits View, Unreadable {}

  /**
   * An envelope that is whole.
   *
   * @param raw all of it, not copied
   * @param version with {@code nonce}: the identity
   * @param asOf what the value was made from is at least as new
   * @param expiresAt ms since 1970 by Redis; 0: never
   * @param createdAt ms since 1970 by Redis
   * @param softExpiresAt likewise; 0: none
   * @param ownLife whether reads must leave the expiry alone
   * @param codec the {@link Codec#id()}
   * @param loadMillis how long the value took to load
   * @param payloadOffset where in {@code raw} the payload is
   */
  @SuppressWarnings("ArrayRecordComponent") // a view, never compared
  public record View(
      byte[] raw,
      long version,
      long nonce,
      long generation,
      long asOf,
      long expiresAt,
      long createdAt,
      long softExpiresAt,
      boolean ownLife,
      int codec,
      EnvelopeContent.Packing compression,
      long loadMillis,
      List<String> tags,
      int payloadOffset,
      int payloadLength)
      implements Parsed {

    /** Whether it counts, by its partition's head and Redis's time in milliseconds. */
    public boolean isLive(@Nullable Head head, long nowMillis) {
      return isCurrent(head) && (expiresAt == 0 || nowMillis < expiresAt);
    }

    /** Whether it counts but for its expiry. */
    public boolean isCurrent(@Nullable Head head) {
      return head != null && generation == head.generation() && asOf > head.floor();
    }
  }

  /** Bytes that are not an entry: it counts as missing. */
  public record Unreadable(Reason reason) implements Parsed {}

  /** Why bytes are not an entry. */
  public enum Reason {
    /** Nearside did not write them. */
    FOREIGN,
    /** The end is missing. */
    TRUNCATED,
    /** A later release wrote them. */
    FUTURE,
    /** Something has changed in them, or they are of another key. */
    CORRUPT,
    /** They are of another key with the same hash. */
    WRONG_KEY
  }

  /** What goes behind the part that the scripts write. */
  public static byte[] client(EnvelopeContent content) {
    throw new UnsupportedOperationException();
  }

  /**
   * @param raw what Redis holds
   * @param key the canonical text of the key it was found under
   */
  public static Parsed parse(byte[] raw, String key) {
    throw new UnsupportedOperationException();
  }

  /**
   * The canonical text of the key that an envelope carries, for those who found it by its hash;
   * only {@link #parse} with it tells whether it is whole.
   *
   * @return null if it carries none
   */
  public static @Nullable String key(byte[] raw) {
    throw new UnsupportedOperationException();
  }
}
