package io.nearside.store.disk;

import io.nearside.codec.KeyCodec;
import io.nearside.codec.Payload;
import io.nearside.codec.UnreadableException;
import io.nearside.codec.ValueCodec;
import io.nearside.store.WriteLog;
import io.nearside.store.WriteLog.Form;
import io.nearside.store.WriteLog.Found;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import javax.cache.CacheException;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * A write in bytes: format, checksum of the rest, time, key, and the value as the cache's codec has
 * it. Thread-safe.
 */
public final class WriteForm<K, V> {
  private static final byte FORMAT = 1;
  private static final byte REMOVAL = 0;
  private static final byte VALUE = 1;

  /** Format and checksum. */
  private static final int HEAD = 1 + Integer.BYTES;

  /** Time, length of the key, kind, codec, compression. */
  private static final int FIELDS = Long.BYTES + Integer.BYTES + 1 + 2 * Integer.BYTES;

  private static final byte[] NOTHING = {};

  private final KeyCodec keys;
  private final ValueCodec values;

  public WriteForm(KeyCodec keys, ValueCodec values) {
    this.keys = keys;
    this.values = values;
  }

  /** A write without its time. */
  private record Parts(byte[] key, @Nullable Payload payload) implements Form {
    byte[] content() {
      return (payload == null) ? NOTHING : payload.bytes();
    }

    @Override
    public long bytes() {
      return (long) HEAD + FIELDS + key.length + content().length;
    }
  }

  Form form(K key, @Nullable V value) {
    try {
      byte[] name = keys.encode(key).getBytes(StandardCharsets.UTF_8);
      return new Parts(name, (value == null) ? null : values.encode(value));
    } catch (CacheException e) {
      throw new CacheWriterException(
          e.getMessage() + " (writeBehind.journal keeps writes as the codec has them)", e);
    }
  }

  byte[] bytes(WriteLog.Addition addition) {
    Parts parts = (Parts) addition.form();
    Payload payload = parts.payload();
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(parts.bytes()));
    buffer.position(HEAD);
    buffer.putLong(addition.sinceMillis()).putInt(parts.key().length).put(parts.key());
    buffer.put(payload == null ? REMOVAL : VALUE);
    buffer.putInt(payload == null ? 0 : payload.codecId());
    buffer.putInt(payload == null ? 0 : payload.compression());
    buffer.put(parts.content());
    buffer.put(0, FORMAT).putInt(1, checksum(buffer.array()));
    return buffer.array();
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, HEAD, bytes.length - HEAD);
    return (int) crc.getValue();
  }

  /**
   * @param parked null if it is not
   * @throws UnreadableException if it is not what {@link #bytes} makes, or the value can't be read
   */
  Found<K, V> read(long version, byte[] bytes, @Nullable Parked parked) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      if (buffer.get() != FORMAT) {
        throw new UnreadableException("its format is " + bytes[0] + ", not " + FORMAT);
      }
      if (buffer.getInt() != checksum(bytes)) {
        throw new UnreadableException("its checksum does not fit");
      }
      return read(version, buffer, parked);
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new UnreadableException("it is cut off", e);
    }
  }

  @SuppressWarnings("unchecked") // a cache's own log
  private Found<K, V> read(long version, ByteBuffer buffer, @Nullable Parked parked) {
    long since = buffer.getLong();
    byte[] name = new byte[buffer.getInt()];
    buffer.get(name);
    boolean removal = buffer.get() == REMOVAL;
    int codec = buffer.getInt();
    int compression = buffer.getInt();
    Object value =
        removal
            ? null
            : values.decode(
                codec, compression, buffer.array(), buffer.position(), buffer.remaining());
    Object key = keys.decode(new String(name, StandardCharsets.UTF_8));
    return new Found<>(
        (K) key,
        (V) value,
        version,
        since,
        (parked == null) ? 0 : parked.attempts(),
        (parked == null) ? null : parked.failure());
  }

  /** Why a write is not tried any more. */
  record Parked(int attempts, String failure) {
    private static final int LONGEST = 2_000;

    byte[] bytes() {
      String shown = failure.length() > LONGEST ? failure.substring(0, LONGEST) : failure;
      byte[] text = shown.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(Integer.BYTES + text.length).putInt(attempts).put(text).array();
    }

    static Parked of(byte[] bytes) {
      return new Parked(
          ByteBuffer.wrap(bytes).getInt(),
          new String(bytes, Integer.BYTES, bytes.length - Integer.BYTES, StandardCharsets.UTF_8));
    }
  }
}
