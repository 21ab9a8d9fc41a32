package io.nearside.store.disk;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What one node has written of the keys that were read: a head, the keys, the hottest first, and a
 * checksum of all. Immutable.
 *
 * @param clear whether keys are canonical texts in UTF-8, rather than seals
 * @param sealsId of whom the seals are
 * @param writtenMillis the time of day, at which the heats were so
 */
record ReadsFile(boolean clear, long sealsId, long writtenMillis, List<Key> keys) {
  /** More than that is neither written nor read. */
  static final int MAXIMUM_BYTES = 16 << 20;

  private static final long MAGIC = 0x4e53_5245_4144_5331L; // NSREADS1
  private static final int HEAD_BYTES = 8 + 1 + 8 + 8 + 4;
  private static final int KEY_BYTES = 2 + 4 + 8;
  private static final int CHECKSUM_BYTES = 4;

  /** The longest key. */
  static final int MAXIMUM_KEY_BYTES = 1_024;

  /**
   * @param bytes at most {@link #MAXIMUM_KEY_BYTES}
   */
  record Key(byte[] bytes, float heat, long readMillis) {}

  /** Says why a file is not one of these. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged(String why) {
      super(why);
    }
  }

  /** As many of the keys as {@link #MAXIMUM_BYTES} can hold. */
  byte[] bytes() {
    int count = 0;
    int size = HEAD_BYTES + CHECKSUM_BYTES;
    for (Key key : keys) {
      int more = KEY_BYTES + key.bytes.length;
      if (size + more > MAXIMUM_BYTES) {
        break;
      }
      size += more;
      count++;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putLong(MAGIC).put((byte) (clear ? 1 : 0)).putLong(sealsId).putLong(writtenMillis);
    out.putInt(count);
    for (Key key : keys.subList(0, count)) {
      out.putShort((short) key.bytes.length).put(key.bytes);
      out.putFloat(key.heat).putLong(key.readMillis);
    }
    return out.putInt(checksum(out.array(), size - CHECKSUM_BYTES)).array();
  }

  /** Anybody may have written the bytes. */
  static ReadsFile of(byte[] bytes) throws Damaged {
    int end = bytes.length - CHECKSUM_BYTES;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (end < HEAD_BYTES || in.getLong() != MAGIC) {
      throw new Damaged("it is no record of reads, or of another version");
    }
    if (checksum(bytes, end) != in.getInt(end)) {
      throw new Damaged("its checksum is wrong, so it is not whole");
    }
    try {
      return content(in);
    } catch (BufferUnderflowException e) {
      throw new Damaged("it says that it has more keys than it has");
    }
  }

  private static ReadsFile content(ByteBuffer in) throws Damaged {
    boolean clear = in.get() != 0;
    long sealsId = in.getLong();
    long writtenMillis = in.getLong();
    int count = in.getInt();
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[in.getShort() & 0xffff];
      in.get(key);
      Key one = new Key(key, in.getFloat(), in.getLong());
      if (!(one.heat >= 0 && one.heat < Float.POSITIVE_INFINITY)
          || !clear && key.length != KeySeals.SEAL_BYTES) {
        throw new Damaged("it has a key that can't be");
      }
      keys.add(one);
    }
    return new ReadsFile(clear, sealsId, writtenMillis, keys);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
