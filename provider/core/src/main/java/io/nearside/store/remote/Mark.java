package io.nearside.store.remote;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What tells an event from all others of its cache.
 *
 * @param name of the entry in Redis
 * @param version of the entry that the event brought; of the one that it ended if it brought none
 */
record Mark(String name, Kind kind, long version) {
  private static final int VERSION = 4;
  private static final long SEVEN_BYTES = (1L << 56) - 1;

  /** What has happened, in the order of the scripts' numbers, which begin with 1. */
  enum Kind {
    CREATED,
    UPDATED,
    REMOVED,
    EXPIRED
  }

  /** Of the first event that a change which was done, and told its prior entry, has published. */
  static @Nullable Mark of(RemoteKey key, ChangeReply reply, boolean removal) {
    byte[] prior = reply.prior();
    if (reply.expired() || removal) {
      Kind kind = reply.expired() ? Kind.EXPIRED : Kind.REMOVED;
      return prior == null ? null : new Mark(key.entry(), kind, version(prior));
    }
    if (reply.existed()) {
      return new Mark(key.entry(), Kind.UPDATED, reply.version());
    }
    return reply.stored() ? new Mark(key.entry(), Kind.CREATED, reply.version()) : null;
  }

  /** Of an envelope. */
  static long version(byte[] envelope) {
    return ByteBuffer.wrap(envelope).getLong(VERSION - 1) & SEVEN_BYTES;
  }
}
