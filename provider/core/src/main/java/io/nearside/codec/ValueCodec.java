package io.nearside.codec;

import io.nearside.config.RemoteCacheSettings.Compression;
import java.util.List;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Values to bytes and back, for one cache: checked against the allow-list and against what the
 * codec can carry, encoded by one codec, and compressed. Reads what any codec wrote whose library
 * is there. Thread-safe.
 */
public final class ValueCodec {
  private final CodecContext context;
  private final Codecs codecs;
  private final Codec writer;
  private final WriteCheck check;
  private final Compressor compressor;
  private final long maximumBytes;

  /**
   * @param context what the values are
   * @param codecName who writes
   * @param compression of what is written
   * @param maximumBytes of an encoded value, before compression; positive
   * @throws CacheException if there is no such codec, or its library is missing
   */
  public ValueCodec(
      CodecContext context, String codecName, Compression compression, long maximumBytes) {
    this.context = context;
    this.codecs = new Codecs(context);
    this.writer = codecs.named(codecName);
    this.check = new WriteCheck(context, writer);
    this.compressor = new Compressor(context.cacheName(), compression, maximumBytes);
    this.maximumBytes = maximumBytes;
  }

  /**
   * @throws CacheException if the value is too large, holds a class that is not allowed, or would
   *     not come back as it is; names cache, class and remedy
   */
  public Payload encode(Object value) {
    List<WriteCheck.Pair> unproven = unproven(value);
    byte[] bytes = writer.encode(value);
    if (bytes.length > maximumBytes) {
      throw new CacheException(
          Refusal.subject(context.cacheName())
              + "a value of "
              + value.getClass().getName()
              + " has "
              + bytes.length
              + " bytes, more than remote.maximumValueBytes "
              + maximumBytes
              + "; raise it, or split the value");
    }
    if (!unproven.isEmpty() || isAlwaysTried(value)) {
      prove(value, bytes);
      unproven.forEach(WriteCheck.Pair::prove);
    }
    return compressor.compress(writer.id(), bytes);
  }

  private List<WriteCheck.Pair> unproven(Object value) {
    try {
      return check.unproven(value);
    } catch (CacheException e) {
      throw e;
    } catch (StackOverflowError e) {
      throw notCarried(value, "is nested deeper than the stack of this thread can follow", e);
    } catch (RuntimeException | LinkageError e) {
      throw notCarried(value, "can't be looked at (" + e.getClass().getName() + ")", e);
    }
  }

  private CacheException notCarried(Object value, String reason, @Nullable Throwable cause) {
    return Refusal.notCarried(
        context, new Refusal.Culprit(writer.name(), value.getClass().getName(), reason, cause));
  }

  private boolean isAlwaysTried(Object value) {
    return writer.likeness() == Codec.Likeness.EQUAL && value.getClass() != String.class;
  }

  private void prove(Object value, byte[] bytes) {
    String reason;
    Throwable cause = null;
    try {
      Object copy = writer.decode(bytes, 0, bytes.length);
      if (Portrait.of(copy, writer.likeness()).equals(Portrait.of(value, writer.likeness()))) {
        return;
      }
      reason = "is read back as something else";
    } catch (UnreadableException e) {
      reason = "can't be read back";
      cause = e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      reason = "can't be compared with what is read back";
      cause = e;
    }
    throw notCarried(value, reason, cause);
  }

  /**
   * Reads what anybody may have written.
   *
   * @throws UnreadableException if it is not what {@link #encode} makes, is not allowed, would take
   *     far more memory than a value may, or needs a codec that is not here
   */
  public Object decode(int codecId, int compression, byte[] raw, int offset, int length) {
    Codec codec = codecs.ofId(codecId);
    Object value;
    try {
      if (compression == Compressor.NONE) {
        value = codec.decode(raw, offset, length);
      } else {
        byte[] bytes = compressor.decompress(compression, raw, offset, length);
        value = codec.decode(bytes, 0, bytes.length);
      }
    } catch (InternalError e) { // of the JDK's own maps, from bytes that they have not written
      throw new UnreadableException("not what its codec writes", e);
    }
    if (!context.allowed().allows(value.getClass())) { // a codec's own classes are not values
      throw Refusal.unreadableClass(context.cacheName(), value.getClass().getName());
    }
    return value;
  }
}
