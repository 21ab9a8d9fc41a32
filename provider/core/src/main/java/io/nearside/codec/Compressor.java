package io.nearside.codec;

import io.nearside.config.RemoteCacheSettings.Compression;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import javax.cache.CacheException;
import net.jpountz.lz4.LZ4Factory;

/**
 * Makes bytes smaller where that pays, and reads all ways. Before compressed bytes stands the
 * length (4, big endian) they had, which is checked before anything is allocated. Thread-safe.
 */
final class Compressor {
  static final int NONE = 0;
  static final int LZ4 = 1;
  static final int ZSTD = 2;
  static final int DEFLATE = 3;

  private static final int LENGTH = Integer.BYTES;

  /** An eighth must be saved, or reading is dearer than the bytes are. */
  private static final int SAVED_SHARE = 8;

  /** Other nodes may have a larger maximum, but not without end. */
  private static final int MAXIMUM_FACTOR = 4;

  private static final long LEAST_CAP = 1 << 16;
  private static final long GREATEST_CAP = 1 << 30;

  /** What the formats can at most make of a byte. */
  private static final long LZ4_RATIO = 255;

  private static final long DEFLATE_RATIO = 1032;
  private static final long ZSTD_RATIO = 1 << 17;

  private final Compression settings;
  private final long cap;

  Compressor(String cacheName, Compression settings, long maximumBytes) {
    this.settings = settings;
    long wanted = Math.min(maximumBytes, GREATEST_CAP) * MAXIMUM_FACTOR;
    this.cap = Math.min(GREATEST_CAP, Math.max(LEAST_CAP, wanted));
    if (settings.algorithm() == Compression.Algorithm.ZSTD && !Zstd.isThere()) {
      throw new CacheException(
          "cache \""
              + cacheName
              + "\": compression.algorithm zstd needs a library that is not on the class path; add"
              + " com.github.luben:zstd-jni");
    }
  }

  Payload compress(int codecId, byte[] bytes) {
    int way = idOf(settings.algorithm());
    if (way == NONE || bytes.length < settings.thresholdBytes()) {
      return new Payload(codecId, NONE, bytes);
    }
    byte[] smaller =
        switch (way) {
          case LZ4 -> lz4(bytes);
          case ZSTD -> Zstd.compress(bytes);
          default -> deflate(bytes);
        };
    boolean pays = smaller.length <= bytes.length - bytes.length / SAVED_SHARE;
    return pays ? new Payload(codecId, way, smaller) : new Payload(codecId, NONE, bytes);
  }

  private static int idOf(Compression.Algorithm algorithm) {
    return switch (algorithm) {
      case NONE -> NONE;
      case LZ4 -> LZ4;
      case ZSTD -> ZSTD;
      case DEFLATE -> DEFLATE;
    };
  }

  private static byte[] withLength(byte[] room, int used, int original) {
    ByteBuffer.wrap(room).putInt(original);
    return Arrays.copyOf(room, LENGTH + used);
  }

  private static byte[] lz4(byte[] bytes) {
    var compressor = Lz4.FACTORY.fastCompressor();
    byte[] room = new byte[LENGTH + compressor.maxCompressedLength(bytes.length)];
    int used = compressor.compress(bytes, 0, bytes.length, room, LENGTH);
    return withLength(room, used, bytes.length);
  }

  /** Gives up where nothing is saved, so that the room is never larger than the bytes. */
  private static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] room = new byte[LENGTH + bytes.length];
      int used = deflater.deflate(room, LENGTH, bytes.length);
      return deflater.finished() ? withLength(room, used, bytes.length) : room;
    } finally {
      deflater.end();
    }
  }

  /**
   * @throws UnreadableException if the bytes are broken, or would take more memory than a value may
   */
  byte[] decompress(int way, byte[] raw, int offset, int length) {
    if (length < LENGTH) {
      throw new UnreadableException("compressed bytes without a length");
    }
    int original = ByteBuffer.wrap(raw, offset, length).getInt();
    checkLength(way, original, length - LENGTH);
    byte[] bytes = new byte[original];
    int made;
    try {
      made = decompress(way, ByteBuffer.wrap(raw, offset + LENGTH, length - LENGTH), bytes);
    } catch (RuntimeException | LinkageError | DataFormatException e) {
      throw new UnreadableException("compressed bytes that are broken", e);
    }
    if (made != original) {
      throw new UnreadableException("compressed bytes of another length than they say");
    }
    return bytes;
  }

  private void checkLength(int way, int original, int compressed) {
    long ratio =
        switch (way) {
          case LZ4 -> LZ4_RATIO;
          case ZSTD -> ZSTD_RATIO;
          case DEFLATE -> DEFLATE_RATIO;
          default -> throw new UnreadableException("no compression has id " + way);
        };
    if (original < 0 || original > cap || original > ratio * (compressed + 1L)) {
      throw new UnreadableException(
          compressed + " compressed bytes that say they were " + original + ", the cap is " + cap);
    }
  }

  private static int decompress(int way, ByteBuffer from, byte[] to) throws DataFormatException {
    return switch (way) {
      case LZ4 ->
          Lz4.FACTORY
              .safeDecompressor()
              .decompress(from.array(), from.position(), from.remaining(), to, 0, to.length);
      case ZSTD -> Zstd.decompress(from, to);
      default -> inflate(from, to);
    };
  }

  /** One byte more is asked for than there should be, so that a longer stream shows. */
  private static int inflate(ByteBuffer from, byte[] to) throws DataFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(from);
      int made = inflater.inflate(to);
      boolean longer = !inflater.finished() && inflater.inflate(new byte[1]) > 0;
      return longer || !inflater.finished() ? -1 : made;
    } finally {
      inflater.end();
    }
  }

  /** Apart, so that the factory is made when it is first needed. */
  private static final class Lz4 {
    /** Pure Java without Unsafe: the faster ones make newer JVMs print warnings. */
    static final LZ4Factory FACTORY = LZ4Factory.safeInstance();
  }

  /** Apart, so that it is linked only when its library is there. */
  private static final class Zstd {
    private static final int LEVEL = 1;

    static boolean isThere() {
      try {
        Class.forName("com.github.luben.zstd.Zstd", false, Compressor.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException | LinkageError e) {
        return false;
      }
    }

    static byte[] compress(byte[] bytes) {
      long bound = com.github.luben.zstd.Zstd.compressBound(bytes.length);
      byte[] room = new byte[Math.toIntExact(LENGTH + bound)];
      long used =
          com.github.luben.zstd.Zstd.compressByteArray(
              room, LENGTH, room.length - LENGTH, bytes, 0, bytes.length, LEVEL);
      return withLength(room, Math.toIntExact(used), bytes.length);
    }

    static int decompress(ByteBuffer from, byte[] to) {
      long made =
          com.github.luben.zstd.Zstd.decompressByteArray(
              to, 0, to.length, from.array(), from.position(), from.remaining());
      return com.github.luben.zstd.Zstd.isError(made) ? -1 : Math.toIntExact(made);
    }
  }
}
