package io.nearside.codec.fst;

import io.nearside.codec.Codec;
import io.nearside.codec.CodecContext;
import io.nearside.codec.UnreadableException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Values by FST 3.0.4, without JVM flags. Thread-safe. */
final class FstCodec implements Codec {
  /** The layout: FST's own, and what this package makes of it. */
  private static final byte LAYOUT = 0x31;

  private static final int POOLED = 2 * Runtime.getRuntime().availableProcessors();

  /** A writer or reader that has grown larger is not kept. */
  private static final int MAX_POOLED_BYTES = 1 << 20;

  private final CodecContext context;
  private final FstConfig config;
  private final BlockingQueue<ValueWriter> writers = new ArrayBlockingQueue<>(POOLED);
  private final BlockingQueue<ValueReader> readers = new ArrayBlockingQueue<>(POOLED);

  /** How many classes were known when a value was last written and read back for trial. */
  private volatile int triedClasses;

  FstCodec(CodecContext context) {
    this.context = context;
    this.config = new FstConfig(context);
    this.triedClasses = config.infos().size();
  }

  @Override
  public int id() {
    return FstCodecFactory.ID;
  }

  @Override
  public String name() {
    return FstCodecFactory.NAME;
  }

  @Override
  public byte[] encode(Object value) {
    try {
      byte[] bytes = write(value);
      if (triedClasses < config.infos().size()) {
        tryToRead(value, bytes);
      }
      return bytes;
    } catch (Refused e) {
      throw e.isNotAllowed() ? notAllowed(e.className()) : notCarried(e.className(), e.reason(), e);
    } catch (StackOverflowError e) {
      throw notCarried(value.getClass().getName(), "is nested too deep for this stack", e);
    } catch (Exception | LinkageError e) {
      throw notCarried(value.getClass().getName(), "can't be written: " + e, e);
    }
  }

  private byte[] write(Object value) throws Exception {
    ValueWriter pooled = writers.poll();
    ValueWriter writer = pooled == null ? new ValueWriter(config) : pooled;
    byte[] bytes = writer.writeValue(LAYOUT, value);
    if (bytes.length <= MAX_POOLED_BYTES) {
      writer.forget();
      writers.offer(writer);
    }
    return bytes;
  }

  /** Once for each new class: what can't be read must not be written. */
  private void tryToRead(Object value, byte[] bytes) {
    int classes = config.infos().size();
    Object back;
    try {
      back = read(bytes, 1, bytes.length - 1);
    } catch (StackOverflowError e) {
      throw e;
    } catch (Exception | LinkageError e) {
      throw notCarried(value.getClass().getName(), "can't be read back: " + e, e);
    }
    boolean platform = Forms.isPlatform(value.getClass());
    if (back.getClass() != value.getClass() && !(platform && back.equals(value))) {
      if (!java.lang.reflect.Proxy.isProxyClass(value.getClass())) {
        throw Refused.because(value.getClass(), "comes back as a " + back.getClass().getName());
      }
    }
    triedClasses = classes;
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length) {
    if (length < 2 || bytes[offset] != LAYOUT) {
      throw new UnreadableException("not a layout that codec fst knows");
    }
    try {
      return read(bytes, offset + 1, length - 1);
    } catch (UnreadableException e) {
      throw e;
    } catch (Exception | LinkageError | StackOverflowError e) {
      throw new UnreadableException(
          "cache \"" + context.cacheName() + "\": bytes that codec fst can't read", e);
    }
  }

  private Object read(byte[] bytes, int offset, int length) throws Exception {
    ValueReader pooled = readers.poll();
    ValueReader reader = pooled == null ? new ValueReader(config) : pooled;
    Object value = reader.readValue(Arrays.copyOfRange(bytes, offset, offset + length));
    if (length <= MAX_POOLED_BYTES) {
      reader.forget();
      readers.offer(reader);
    }
    return value;
  }

  private CacheException notAllowed(String className) {
    return new CacheException(
        subject()
            + "a value holds a "
            + className
            + ", which may not be read from bytes; if its origin is trusted, add: allowedTypes: [\""
            + className
            + "\"]");
  }

  private CacheException notCarried(String className, String reason, @Nullable Throwable cause) {
    return new CacheException(
        subject()
            + "a value holds a "
            + className
            + ", which codec fst can't carry: it "
            + reason
            + "; choose another codec, or change the class",
        cause);
  }

  private String subject() {
    return "cache \"" + context.cacheName() + "\": ";
  }
}
