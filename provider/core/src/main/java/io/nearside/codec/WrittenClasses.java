package io.nearside.codec;

import java.io.Externalizable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The classes that one serialisation wrote, by which alone its bytes are read. */
final class WrittenClasses {
  private static final int MAX_DEPTH = 20_000;

  /** A hash table has at most this many slots per byte that an element of it took. */
  private static final int SLOTS_PER_BYTE = 8;

  private final List<Class<?>> written = new ArrayList<>();

  ObjectOutputStream writer(OutputStream bytes) throws IOException {
    return new Writer(bytes);
  }

  ObjectInputStream reader(InputStream bytes, int size) throws IOException {
    Reader reader = new Reader(bytes);
    reader.setObjectInputFilter(info -> check(info, size));
    return reader;
  }

  /** Which classes are read needs no check here, as {@link Reader} knows no others. */
  private static ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info, int size) {
    boolean tooMuch =
        info.depth() > MAX_DEPTH || info.arrayLength() > 64 + (long) SLOTS_PER_BYTE * size;
    return tooMuch ? ObjectInputFilter.Status.REJECTED : ObjectInputFilter.Status.ALLOWED;
  }

  /** Whether a record was written: reading can't close a cycle through one, and puts null there. */
  boolean holdRecord() {
    return written.stream().anyMatch(Class::isRecord);
  }

  private int add(Class<?> type) throws InvalidClassException {
    Class<?> dropped = droppedBy(type);
    if (dropped != null) {
      throw new InvalidClassException(
          type.getName(),
          "serialisation would drop the fields of its superclass " + dropped.getName());
    }
    written.add(type);
    return written.size() - 1;
  }

  /** The superclass with state that default serialisation silently leaves out. */
  static @Nullable Class<?> droppedBy(Class<?> type) {
    if (Immutability.isJdk(type) || Externalizable.class.isAssignableFrom(type)) {
      return null;
    }
    Class<?> level = type;
    while (level != null && Serializable.class.isAssignableFrom(level)) {
      if (Parts.writesItself(level)) {
        return null;
      }
      level = level.getSuperclass();
    }
    return level == null || level == type || ObjectPart.fieldsOf(level).isEmpty() ? null : level;
  }

  private final class Writer extends ObjectOutputStream {
    Writer(OutputStream bytes) throws IOException {
      super(bytes);
    }

    @Override
    protected void annotateClass(Class<?> type) throws IOException {
      writeInt(add(type));
    }

    @Override
    protected void annotateProxyClass(Class<?> type) throws IOException {
      writeInt(add(type));
    }
  }

  private final class Reader extends ObjectInputStream {
    Reader(InputStream bytes) throws IOException {
      super(bytes);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws IOException {
      return next();
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      return next();
    }

    private Class<?> next() throws IOException {
      int index = readInt();
      if (index < 0 || index >= written.size()) {
        throw new InvalidClassException("a class that was not written");
      }
      return written.get(index);
    }
  }
}
