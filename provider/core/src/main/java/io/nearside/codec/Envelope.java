package io.nearside.codec;

import static io.nearside.codec.EnvelopeLayout.AFTERLIFE;
import static io.nearside.codec.EnvelopeLayout.AS_OF;
import static io.nearside.codec.EnvelopeLayout.BODY;
import static io.nearside.codec.EnvelopeLayout.CHECK;
import static io.nearside.codec.EnvelopeLayout.CHECK_MODULUS;
import static io.nearside.codec.EnvelopeLayout.CLIENT;
import static io.nearside.codec.EnvelopeLayout.CODEC;
import static io.nearside.codec.EnvelopeLayout.COMPRESSION;
import static io.nearside.codec.EnvelopeLayout.CRC;
import static io.nearside.codec.EnvelopeLayout.CREATED_AT;
import static io.nearside.codec.EnvelopeLayout.EXPIRES_AT;
import static io.nearside.codec.EnvelopeLayout.FLAGS;
import static io.nearside.codec.EnvelopeLayout.FORMAT;
import static io.nearside.codec.EnvelopeLayout.FORMAT_NUMBER;
import static io.nearside.codec.EnvelopeLayout.GENERATION;
import static io.nearside.codec.EnvelopeLayout.HAS_KEY;
import static io.nearside.codec.EnvelopeLayout.HAS_TAGS;
import static io.nearside.codec.EnvelopeLayout.HEAT;
import static io.nearside.codec.EnvelopeLayout.LOAD_TIME;
import static io.nearside.codec.EnvelopeLayout.MAGIC;
import static io.nearside.codec.EnvelopeLayout.MAGIC_NUMBER;
import static io.nearside.codec.EnvelopeLayout.MARKED;
import static io.nearside.codec.EnvelopeLayout.NONCE;
import static io.nearside.codec.EnvelopeLayout.OWN_LIFE;
import static io.nearside.codec.EnvelopeLayout.SERVER_FLAGS;
import static io.nearside.codec.EnvelopeLayout.SEVEN_BYTES;
import static io.nearside.codec.EnvelopeLayout.SIX_BYTES;
import static io.nearside.codec.EnvelopeLayout.SPOILT;
import static io.nearside.codec.EnvelopeLayout.TOLD;
import static io.nearside.codec.EnvelopeLayout.VERSION;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a value in Redis: who wrote it, when, how long it counts, how to read it, and
 * whether it is whole. Never throws for bytes that anybody may have written.
 */
public final class Envelope {

  private static final EnvelopeContent.Packing[] PACKINGS = EnvelopeContent.Packing.values();
  private static final int MAXIMUM_SHORT = 0xFFFF;

  private Envelope() {}

  /** Bytes that are an entry, or not. */
  public sealed interface Parsed permits View, Unreadable {}

  /**
   * An envelope that is whole.
   *
   * @param raw all of it, not copied
   * @param version with {@code nonce}: the identity
   * @param asOf what the value was made from is at least as new
   * @param expiresAt ms since 1970 by Redis; 0: never
   * @param createdAt ms since 1970 by Redis
   * @param told whether it has been told that it has expired
   * @param spoilt whether it may not stand in for loads that fail when it has
   * @param ownLife whether reads must leave the expiry alone
   * @param hot whether it is marked: it must not be copied, since what becomes of it is not told
   * @param codec the {@link Codec#id()}
   * @param loadMillis how long the value took to load
   * @param validator what the source knows the value by; null if it has said nothing
   * @param payloadOffset where in {@code raw} the payload is
   */
  @SuppressWarnings("ArrayRecordComponent") // a view, never compared
  public record View(
      byte[] raw,
      long version,
      long nonce,
      long generation,
      long asOf,
      long expiresAt,
      long createdAt,
      boolean told,
      boolean spoilt,
      boolean ownLife,
      boolean hot,
      int codec,
      EnvelopeContent.Packing compression,
      long loadMillis,
      List<String> tags,
      @Nullable String validator,
      int payloadOffset,
      int payloadLength)
      implements Parsed {

    /** Whether it counts, by its partition's head and Redis's time in milliseconds. */
    public boolean isLive(@Nullable Head head, long nowMillis) {
      return isCurrent(head) && (expiresAt == 0 || nowMillis < expiresAt);
    }

    /** Whether it counts but for its expiry. */
    public boolean isCurrent(@Nullable Head head) {
      return head != null
          && generation == head.generation()
          && asOf > head.floor()
          && !head.stamps().cover(tags, asOf);
    }
  }

  /** Bytes that are not an entry: it counts as missing. */
  public record Unreadable(Reason reason) implements Parsed {}

  /** Why bytes are not an entry. */
  public enum Reason {
    /** Nearside did not write them. */
    FOREIGN,
    /** The end is missing. */
    TRUNCATED,
    /** A later release wrote them. */
    FUTURE,
    /** Something has changed in them, or they are of another key. */
    CORRUPT,
    /** They are of another key with the same hash. */
    WRONG_KEY
  }

  /** What goes behind the part that the scripts write. */
  public static byte[] client(EnvelopeContent content) {
    byte[] key = content.key().getBytes(StandardCharsets.UTF_8);
    boolean hasKey = content.keyPlace() == EnvelopeContent.KeyPlace.ENVELOPE;
    byte[] tags = tags(Annotations.of(content.tags(), content.validator()));
    int flags =
        content.compression().ordinal()
            | (hasKey ? HAS_KEY : 0)
            | (tags.length == 0 ? 0 : HAS_TAGS);
    int keyLength = hasKey ? Integer.BYTES + key.length : 0;
    ByteBuffer bytes =
        ByteBuffer.allocate(BODY - CLIENT + keyLength + tags.length + content.payload().length);
    bytes.putLong(content.nonce()).put((byte) flags).put((byte) content.codec());
    bytes.putInt((int) Math.min(content.loadMillis(), 0xFFFF_FFFFL)).putInt(0);
    if (hasKey) {
      bytes.putInt(key.length).put(key);
    }
    bytes.put(tags).put(content.payload());
    bytes.putInt(CRC - CLIENT, crc(key, bytes.array(), 0));
    return bytes.array();
  }

  /** An envelope of what {@link #client} made, whose other part no script has written yet. */
  public static byte[] unserved(byte[] client) {
    ByteBuffer bytes = ByteBuffer.allocate(CLIENT + client.length);
    bytes.putShort(MAGIC, MAGIC_NUMBER).put(FORMAT, (byte) FORMAT_NUMBER);
    return bytes.position(CLIENT).put(client).array();
  }

  private static byte[] tags(List<String> tags) {
    if (tags.isEmpty()) {
      return new byte[0];
    }
    List<byte[]> encoded = tags.stream().map(tag -> tag.getBytes(StandardCharsets.UTF_8)).toList();
    int length = Short.BYTES;
    for (byte[] tag : encoded) {
      if (tag.length > MAXIMUM_SHORT) {
        throw new IllegalArgumentException(
            "a tag must have at most " + MAXIMUM_SHORT + " bytes, had " + tag.length);
      }
      length += Short.BYTES + tag.length;
    }
    if (tags.size() > MAXIMUM_SHORT) {
      throw new IllegalArgumentException(
          "an entry must have at most " + MAXIMUM_SHORT + " tags, had " + tags.size());
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).putShort((short) tags.size());
    encoded.forEach(tag -> bytes.putShort((short) tag.length).put(tag));
    return bytes.array();
  }

  /**
   * @param raw what Redis holds
   * @param key the canonical text of the key it was found under
   */
  public static Parsed parse(byte[] raw, String key) {
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    Reason refusal = refusal(bytes);
    if (refusal != null) {
      return new Unreadable(refusal);
    }
    byte[] expected = key.getBytes(StandardCharsets.UTF_8);
    int flags = raw[FLAGS];
    int position = BODY;
    if ((flags & HAS_KEY) != 0) {
      int length = keyLength(bytes);
      if (length < 0) {
        return new Unreadable(Reason.TRUNCATED);
      }
      position += Integer.BYTES + length;
      if (!Arrays.equals(raw, position - length, position, expected, 0, expected.length)) {
        return new Unreadable(ownKeyOf(raw, position, length) ? Reason.WRONG_KEY : Reason.CORRUPT);
      }
    }
    if (bytes.getInt(CRC) != crc(expected, raw, CLIENT)) {
      return new Unreadable(Reason.CORRUPT);
    }
    if ((flags & HAS_TAGS) == 0) {
      return view(bytes, List.of(), position);
    }
    List<String> tags = new ArrayList<>();
    position = readTags(bytes, position, tags);
    return position < 0 ? new Unreadable(Reason.TRUNCATED) : view(bytes, tags, position);
  }

  /** Why the part of fixed length is not one that this release can read; null if it is. */
  private static @Nullable Reason refusal(ByteBuffer bytes) {
    int length = bytes.capacity();
    if (length < FORMAT || bytes.getShort(MAGIC) != MAGIC_NUMBER) {
      return Reason.FOREIGN;
    }
    if (length > FORMAT && bytes.get(FORMAT) != FORMAT_NUMBER) {
      return Reason.FUTURE;
    }
    if (length < BODY) {
      return Reason.TRUNCATED;
    }
    if (bytes.getShort(CHECK) != check(bytes)) {
      return Reason.CORRUPT;
    }
    boolean unknown =
        (bytes.get(SERVER_FLAGS) & ~(OWN_LIFE | HEAT)) != 0
            || (bytes.get(FLAGS) & ~(COMPRESSION | HAS_KEY | HAS_TAGS)) != 0;
    return unknown ? Reason.FUTURE : null;
  }

  private static short check(ByteBuffer bytes) {
    long sum =
        sevenBytes(bytes, VERSION) % CHECK_MODULUS
            + 3 * (sevenBytes(bytes, GENERATION) % CHECK_MODULUS)
            + 5 * (sevenBytes(bytes, AS_OF) % CHECK_MODULUS)
            + 7 * (sixBytes(bytes, EXPIRES_AT) % CHECK_MODULUS)
            + 11 * (sixBytes(bytes, CREATED_AT) % CHECK_MODULUS)
            + 13 * (sixBytes(bytes, AFTERLIFE) % CHECK_MODULUS)
            + 17 * (bytes.get(SERVER_FLAGS) & 0xFF);
    return (short) (sum % CHECK_MODULUS);
  }

  /** Over the key and all that the writer wrote but the sum itself. */
  private static int crc(byte[] key, byte[] bytes, int client) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(bytes, client, CRC - CLIENT);
    int body = client + BODY - CLIENT;
    crc.update(bytes, body, bytes.length - body);
    return (int) crc.getValue();
  }

  /** Of the key in the envelope; negative if it is more than there is. */
  private static int keyLength(ByteBuffer bytes) {
    int left = bytes.capacity() - BODY - Integer.BYTES;
    if (left < 0) {
      return -1;
    }
    int length = bytes.getInt(BODY);
    return length > left ? -1 : length;
  }

  /** Whether an envelope is whole by the key that it carries itself. */
  private static boolean ownKeyOf(byte[] raw, int end, int length) {
    byte[] key = Arrays.copyOfRange(raw, end - length, end);
    return ByteBuffer.wrap(raw).getInt(CRC) == crc(key, raw, CLIENT);
  }

  /** Returns where they end; negative if that is behind the end. */
  private static int readTags(ByteBuffer bytes, int start, List<String> tags) {
    int end = bytes.capacity();
    if (end - start < Short.BYTES) {
      return -1;
    }
    int count = bytes.getShort(start) & MAXIMUM_SHORT;
    int position = start + Short.BYTES;
    for (int i = 0; i < count; i++) {
      if (end - position < Short.BYTES) {
        return -1;
      }
      int length = bytes.getShort(position) & MAXIMUM_SHORT;
      position += Short.BYTES;
      if (end - position < length) {
        return -1;
      }
      tags.add(new String(bytes.array(), position, length, StandardCharsets.UTF_8));
      position += length;
    }
    return position;
  }

  private static View view(ByteBuffer bytes, List<String> tags, int payload) {
    return new View(
        bytes.array(),
        sevenBytes(bytes, VERSION),
        bytes.getLong(NONCE),
        sevenBytes(bytes, GENERATION),
        sevenBytes(bytes, AS_OF),
        sixBytes(bytes, EXPIRES_AT),
        sixBytes(bytes, CREATED_AT),
        (sixBytes(bytes, AFTERLIFE) & TOLD) != 0,
        (sixBytes(bytes, AFTERLIFE) & SPOILT) != 0,
        (bytes.get(SERVER_FLAGS) & OWN_LIFE) != 0,
        bytes.get(SERVER_FLAGS) >= MARKED,
        bytes.get(CODEC) & 0xFF,
        PACKINGS[bytes.get(FLAGS) & COMPRESSION],
        bytes.getInt(LOAD_TIME) & 0xFFFF_FFFFL,
        Annotations.tags(tags),
        Annotations.validator(tags),
        payload,
        bytes.capacity() - payload);
  }

  /**
   * The canonical text of the key that an envelope carries, for those who found it by its hash;
   * only {@link #parse} with it tells whether it is whole.
   *
   * @return null if it carries none
   */
  public static @Nullable String key(byte[] raw) {
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    if (refusal(bytes) != null || (bytes.get(FLAGS) & HAS_KEY) == 0) {
      return null;
    }
    int length = keyLength(bytes);
    return length < 0
        ? null
        : new String(raw, BODY + Integer.BYTES, length, StandardCharsets.UTF_8);
  }

  /** What an entry is known by. */
  public record Stamp(long version, long nonce) {}

  /**
   * What the scripts know bytes by that {@link #parse} can't read, but which they may still take
   * for an entry.
   *
   * @return null if they don't
   */
  public static @Nullable Stamp stamp(byte[] raw) {
    if (raw.length < BODY) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    return new Stamp(sevenBytes(bytes, VERSION), bytes.getLong(NONCE));
  }

  private static long sevenBytes(ByteBuffer bytes, int at) {
    return bytes.getLong(at - 1) & SEVEN_BYTES;
  }

  private static long sixBytes(ByteBuffer bytes, int at) {
    return bytes.getLong(at - 2) & SIX_BYTES;
  }
}
