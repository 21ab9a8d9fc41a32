package io.nearside.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Java's own serialisation, never without a filter. */
final class JavaCodec implements Codec {
  /** Serialisation takes several levels for one of an object graph. */
  private static final int MAX_DEPTH = 8 * WriteCheck.MAX_DEPTH;

  /** A hash table has at most this many slots per byte that an element of it took. */
  private static final int SLOTS_PER_BYTE = 8;

  private final CodecContext context;

  private JavaCodec(CodecContext context) {
    this.context = context;
  }

  @Override
  public int id() {
    return 3;
  }

  @Override
  public String name() {
    return "java";
  }

  @Override
  public @Nullable String refuses(Class<?> type) {
    if (!Serializable.class.isAssignableFrom(type)) {
      return "does not implement java.io.Serializable";
    }
    Class<?> dropped = WrittenClasses.droppedBy(type);
    return dropped == null ? null : "would lose the fields of its superclass " + dropped.getName();
  }

  @Override
  public int maxDepth() {
    return WriteCheck.MAX_DEPTH_OF_FRAMES;
  }

  @Override
  public byte[] encode(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (NotSerializableException e) {
      throw refused(String.valueOf(e.getMessage()), "is not serialisable", e);
    } catch (IOException | RuntimeException e) {
      throw refused(value.getClass().getName(), "fails in serialisation", e);
    } catch (StackOverflowError e) {
      throw refused(value.getClass().getName(), "is nested too deeply", e);
    }
    return bytes.toByteArray();
  }

  private RuntimeException refused(String className, String reason, Throwable cause) {
    return Refusal.notCarried(context, new Refusal.Culprit(name(), className, reason, cause));
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context.loader());
    ByteArrayInputStream input = new ByteArrayInputStream(bytes, offset, length);
    try (Reader reader = new Reader(input, length)) {
      Object value = reader.readObject();
      if (value == null || input.available() > 0) {
        throw new UnreadableException("not one object");
      }
      return value;
    } catch (UnreadableException e) {
      throw e;
    } catch (IOException
        | ClassNotFoundException
        | RuntimeException
        | LinkageError
        | StackOverflowError e) {
      throw new UnreadableException("not what Java serialisation writes", e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private final class Reader extends ObjectInputStream {
    private final int size;
    private final HashCost hashCost = new HashCost();
    private long claimed;

    Reader(InputStream input, int size) throws IOException {
      super(input);
      this.size = size;
      setObjectInputFilter(this::filter);
      enableResolveObject(true);
    }

    /** Called when an object is complete, and before a set or a map hashes it. */
    @Override
    protected @Nullable Object resolveObject(@Nullable Object object) {
      hashCost.check(object, size);
      return object;
    }

    private ObjectInputFilter.Status filter(ObjectInputFilter.FilterInfo info) {
      Class<?> type = info.serialClass();
      boolean refused =
          info.depth() > MAX_DEPTH
              || info.references() > size
              || isTooMuch(info.arrayLength())
              || (type != null && !context.allowed().allows(type));
      return refused ? ObjectInputFilter.Status.REJECTED : ObjectInputFilter.Status.ALLOWED;
    }

    /** All arrays together, as nested ones are made before their bytes are missed. */
    private boolean isTooMuch(long arrayLength) {
      claimed += Math.max(0, arrayLength);
      return claimed > 64 + (long) SLOTS_PER_BYTE * size;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      String name = description.getName();
      if (!context.allowed().allows(name)) {
        throw Refusal.unreadableClass(context.cacheName(), name);
      }
      return Class.forName(name, false, context.loader());
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new InvalidClassException("proxies are not read");
    }
  }

  /** Makes it. */
  static final class Factory implements CodecFactory {
    @Override
    public int id() {
      return 3;
    }

    @Override
    public String name() {
      return "java";
    }

    @Override
    public Codec create(CodecContext context) {
      return new JavaCodec(context);
    }
  }
}
