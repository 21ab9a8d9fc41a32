package io.nearside.store.remote;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The replies of scripts, read from bytes, big endian; the scripts say what is where. */
final class Replies {
  private static final ScriptStatus[] STATUSES = ScriptStatus.values();
  private static final int EXISTED = 1;
  private static final int STORED = 2;
  private static final int EXPIRED = 4;
  private static final int HOT = 8;
  private static final int REPLACES = 16;

  private Replies() {}

  static ScriptStatus status(ByteBuffer reply) {
    return STATUSES[reply.get()];
  }

  /** One of the outcomes of a change. */
  static ChangeReply change(ByteBuffer reply) {
    ScriptStatus status = status(reply);
    int bits = reply.get();
    long version = sevenBytes(reply);
    long generation = sevenBytes(reply);
    long expiresAt = sixBytes(reply);
    long createdAt = sixBytes(reply);
    byte[] prior = new byte[reply.getInt()];
    reply.get(prior);
    return new ChangeReply(
        status,
        (bits & EXISTED) != 0,
        (bits & STORED) != 0,
        (bits & EXPIRED) != 0,
        (bits & HOT) != 0,
        version,
        generation,
        expiresAt,
        createdAt,
        (bits & REPLACES) != 0,
        null,
        prior.length == 0 ? null : prior);
  }

  /** A change that was not tried. */
  static ChangeReply unchanged(ScriptStatus status) {
    return new ChangeReply(status, false, false, false, false, 0, 0, 0, 0, false, null, null);
  }

  /** One of the reservations, without an entry. */
  static ReserveReply reservation(ByteBuffer reply) {
    ScriptStatus status = status(reply);
    long token = reply.getLong();
    long asOf = sevenBytes(reply);
    long generation = sevenBytes(reply);
    long holder = reply.getLong();
    long invalidated = sevenBytes(reply);
    Leased leased = (token == 0) ? null : new Leased(token, asOf, generation, invalidated);
    boolean kept = reply.get() != 0;
    return new ReserveReply(status, leased, generation, holder, kept, null);
  }

  static ReserveReply unreserved(ScriptStatus status) {
    return new ReserveReply(status, null, 0, 0, false, null);
  }

  /** What is left, or null if that is nothing. */
  static byte @Nullable [] rest(ByteBuffer reply) {
    if (!reply.hasRemaining()) {
      return null;
    }
    byte[] rest = new byte[reply.remaining()];
    reply.get(rest);
    return rest;
  }

  static long sixBytes(ByteBuffer reply) {
    return (reply.getShort() & 0xFFFFL) << 32 | (reply.getInt() & 0xFFFFFFFFL);
  }

  static long sevenBytes(ByteBuffer reply) {
    return (reply.get() & 0xFFL) << 48 | sixBytes(reply);
  }
}
