package io.nearside.store.remote;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The arguments and replies of the beat script. */
final class Heartbeat {
  private static final int HASH_LENGTH = 40;

  private Heartbeat() {}

  /**
   * What a server answers.
   *
   * @param micros its time
   * @param awaited the number of the beat that proves that all before it was heard
   * @param node of the cluster; empty outside of one
   * @param hash of the slots
   * @param slots their text; empty if they are those that the caller knew
   */
  record Reply(
      long micros,
      long incarnation,
      long awaited,
      String runId,
      String node,
      String hash,
      String slots) {}

  /**
   * The first argument.
   *
   * @param pauseMillis the least time between two beats
   * @param incarnation should a new one begin
   */
  static byte[] request(long pauseMillis, long incarnation) {
    ByteBuffer bytes = ByteBuffer.allocate(6 + 8);
    Wire.sixBytes(bytes, pauseMillis);
    return bytes.putLong(incarnation).array();
  }

  static Reply reply(byte[] raw) {
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    long micros = Replies.sevenBytes(bytes);
    long incarnation = bytes.getLong();
    long awaited = Replies.sevenBytes(bytes);
    String runId = text(bytes, bytes.get());
    String node = text(bytes, bytes.get());
    String hash = text(bytes, HASH_LENGTH);
    return new Reply(
        micros, incarnation, awaited, runId, node, hash, text(bytes, bytes.remaining()));
  }

  private static String text(ByteBuffer bytes, int length) {
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
