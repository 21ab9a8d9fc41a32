package io.nearside.store.remote;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * Entries with some tags have been invalidated.
   *
   * @param start what the names of one of the cache's partitions begin with
   */
  record Invalidated(List<String> tags, String start) implements Announcement {}

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
        case 4 -> {
          List<String> tags = new ArrayList<>();
          for (int left = bytes.getShort(); left > 0; left--) {
            byte[] tag = new byte[bytes.getShort() & 0xFFFF];
            bytes.get(tag);
            tags.add(new String(tag, StandardCharsets.UTF_8));
          }
          yield new Invalidated(tags, text(bytes));
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
