package io.nearside.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * When tags were invalidated last, as a partition's head has it: for each a name 8 | version 7.
 * What was made from what is no newer does not count. What had to make room stands for every tag.
 */
final class TagStamps {
  static final TagStamps NONE = new TagStamps(new byte[0], 0);

  /** In bytes. */
  static final int LENGTH = 15;

  private static final int NAME = 8;
  private static final long ANY = 0;

  private final byte[] raw;
  private final int start;

  /** Those that begin there, up to the end. */
  TagStamps(byte[] raw, int start) {
    this.raw = raw;
    this.start = start;
  }

  /** Whether one of the tags was invalidated after that version, or at it. */
  boolean cover(List<String> tags, long asOf) {
    if (start == raw.length || tags.isEmpty()) {
      return false;
    }
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    long[] names = null;
    for (int at = start; at < raw.length; at += LENGTH) {
      if ((bytes.getLong(at + NAME - 1) & EnvelopeLayout.SEVEN_BYTES) >= asOf) {
        names = (names == null) ? names(tags) : names;
        if (covers(bytes.getLong(at), names)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean covers(long stamped, long[] names) {
    if (stamped == ANY) {
      return true;
    }
    for (long name : names) {
      if (name == stamped) {
        return true;
      }
    }
    return false;
  }

  /** The first letters of each one's SHA-1, which scripts can make too. */
  private static long[] names(List<String> tags) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      long[] names = new long[tags.size()];
      for (int i = 0; i < names.length; i++) {
        byte[] hash = sha1.digest(tags.get(i).getBytes(StandardCharsets.UTF_8));
        String name = HexFormat.of().formatHex(hash, 0, NAME / 2);
        names[i] = ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getLong();
      }
      return names;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
