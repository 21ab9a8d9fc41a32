package io.nearside.store.remote;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A write that waits, as Redis holds it.
 *
 * @param field tells it from others of its partition
 * @param parked whether it is not tried any more by itself
 * @param text of its key, if the field and the envelope don't tell it
 * @param failure what the writer said last
 * @param client the writer's part of the envelope; empty deletes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawWrite(
    String field,
    long version,
    int attempts,
    boolean parked,
    String text,
    String failure,
    byte[] client) {

  /** There is none. */
  static final RawWrite NONE = new RawWrite("", 0, 0, false, "", "", Wire.NOTHING);

  /** Redis was asked too late. */
  static final RawWrite UNKNOWN = new RawWrite("", -1, 0, false, "", "", Wire.NOTHING);

  boolean isDelete() {
    return client.length == 0;
  }

  static RawWrite parse(String field, ByteBuffer bytes) {
    long version = Replies.sevenBytes(bytes);
    int attempts = bytes.get() & 0xFF;
    boolean parked = bytes.get() == 1;
    Replies.sixBytes(bytes); // when it may be tried
    String text = text(bytes);
    String failure = text(bytes);
    byte[] client = new byte[bytes.remaining()];
    bytes.get(client);
    return new RawWrite(field, version, attempts, parked, text, failure, client);
  }

  private static String text(ByteBuffer bytes) {
    byte[] text = new byte[bytes.getShort() & 0xFFFF];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
