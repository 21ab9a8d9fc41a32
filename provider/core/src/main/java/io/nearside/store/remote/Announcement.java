package io.nearside.store.remote;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What is published on a master's channel. Numbers are big endian; it begins with a format 1. */
sealed interface Announcement {

  /**
   * An entry has changed.
   *
   * @param version of the change
   * @param nonce of the entry that is there now; 0: there is none, or copies of it don't count
   * @param name of the entry's key in Redis
   */
  record Changed(long version, long nonce, String name) implements Announcement {}

  /**
   * A partition has been cleared.
   *
   * @param tag what the names of the partition begin with
   */
  record Cleared(long generation, String tag) implements Announcement {}

  /** A beat of a master's heart. */
  record Beaten(String runId, long incarnation, long number) implements Announcement {}

  /** The message; null if it is none that is known. */
  static @Nullable Announcement parse(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message);
    try {
      if (bytes.get() != 1) {
        return null;
      }
      return switch (bytes.get()) {
        case 1 -> new Changed(Replies.sevenBytes(bytes), bytes.getLong(), text(bytes));
        case 2 -> new Cleared(Replies.sevenBytes(bytes), text(bytes));
        case 3 -> {
          long incarnation = bytes.getLong();
          long number = Replies.sevenBytes(bytes);
          yield new Beaten(text(bytes), incarnation, number);
        }
        default -> null;
      };
    } catch (BufferUnderflowException e) {
      return null;
    }
  }

  private static String text(ByteBuffer rest) {
    return StandardCharsets.UTF_8.decode(rest).toString();
  }
}
