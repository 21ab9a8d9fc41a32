package io.nearside.store.remote;

import io.nearside.store.remote.Mark.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a script has said of one entry.
 *
 * @param origin the node that ran the script
 * @param current the envelope that there is now; null for none
 * @param prior the one that there was; null for none
 */
record RemoteEvent(Mark mark, long origin, byte @Nullable [] current, byte @Nullable [] prior) {
  private static final int FORMAT = 1;
  private static final int LEAST = 2 + Long.BYTES + 3 * Integer.BYTES;
  private static final int ENVELOPE = 63;
  private static final int NONCE = 45;

  /** Null if it is not one that this release can read. */
  static @Nullable RemoteEvent parse(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message);
    if (message.length < LEAST || bytes.get() != FORMAT) {
      return null;
    }
    int kind = bytes.get() - 1;
    if (kind < 0 || kind >= Kind.values().length) {
      return null;
    }
    long origin = bytes.getLong();
    byte[] name = part(bytes);
    byte[] current = part(bytes);
    byte[] prior = part(bytes);
    if (name == null || current == null || prior == null || bytes.hasRemaining()) {
      return null;
    }
    byte[] marking = current.length > 0 ? current : prior;
    if (marking.length < ENVELOPE) {
      return null;
    }
    Mark mark =
        new Mark(
            new String(name, StandardCharsets.UTF_8), Kind.values()[kind], Mark.version(marking));
    return new RemoteEvent(mark, origin, nullIfEmpty(current), nullIfEmpty(prior));
  }

  private static byte @Nullable [] part(ByteBuffer bytes) {
    if (bytes.remaining() < Integer.BYTES) {
      return null;
    }
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      return null;
    }
    byte[] part = new byte[length];
    bytes.get(part);
    return part;
  }

  private static byte @Nullable [] nullIfEmpty(byte[] bytes) {
    return bytes.length == 0 ? null : bytes;
  }

  /** The same for those who want but its place in the order. */
  RemoteEvent withoutEntries() {
    return new RemoteEvent(mark, origin, null, null);
  }

  /** Of the writer of the entry that it brought; 0 if it brought none. */
  long nonce() {
    return current == null ? 0 : ByteBuffer.wrap(current).getLong(NONCE);
  }

  /** Of the change, as far as it is known: no less than what is returned if it ended an entry. */
  boolean isAfter(long version) {
    boolean ended = mark.kind() == Kind.REMOVED || mark.kind() == Kind.EXPIRED;
    return ended ? mark.version() >= version : mark.version() > version;
  }

  int size() {
    return (current == null ? 0 : current.length) + (prior == null ? 0 : prior.length);
  }
}
