package io.nearside.codec;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * Where a key's entry is: its partition, and the end of its names in Redis.
 *
 * <p>A text of at most 250 bytes of UTF-8 is its own tail. Of a longer one the tail is its start,
 * {@code ~} and the SHA-256 of all of it in hex; canonical text never holds a {@code ~}, so no tail
 * is a text of another key.
 *
 * @param text the whole canonical text
 * @param tail at most 250 bytes of UTF-8
 * @param partition 0 to the number of partitions - 1
 */
public record KeyAddress(String text, String tail, int partition) {
  /** Stands in the tails of long texts only. */
  public static final char HASH_MARK = '~';

  private static final int MAX_BYTES = 250;
  private static final int HASH_CHARACTERS = 1 + 64;

  /** CRC32C of the text's UTF-8 modulo the number of partitions is the partition. */
  public static KeyAddress of(String text, int partitions) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    String tail = bytes.length <= MAX_BYTES ? text : hashed(bytes);
    return new KeyAddress(text, tail, (int) (crc.getValue() % partitions));
  }

  /** Whether the tail does not hold the whole text, so that the entry itself has to. */
  public boolean isHashed() {
    return tail.length() != text.length() || !tail.equals(text);
  }

  private static String hashed(byte[] bytes) {
    int end = MAX_BYTES - HASH_CHARACTERS;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    String hash = HexFormat.of().formatHex(sha256(bytes));
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + HASH_MARK + hash;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
