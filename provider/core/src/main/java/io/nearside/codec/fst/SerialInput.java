package io.nearside.codec.fst;

import io.nearside.codec.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import org.jspecify.annotations.Nullable;

/** Reads one serialised object. No class is loaded before the allow-list knows its name. */
final class SerialInput extends ObjectInputStream {
  private static final int MAX_DEPTH = 500;

  /** A hash table has at most this many slots per byte that an element of it took. */
  private static final int SLOTS_PER_BYTE = 16;

  private static final int FEW_SLOTS = 1_024;

  private final @Nullable Object[] parts;
  private final SerialClasses classes;
  private final long maxSlots;
  private long slots;

  SerialInput(InputStream bytes, int size, @Nullable Object[] parts, ClassInfos infos)
      throws IOException {
    super(bytes);
    this.parts = parts;
    this.classes = new SerialClasses(infos);
    this.maxSlots = FEW_SLOTS + (long) SLOTS_PER_BYTE * (size + parts.length);
    enableResolveObject(true);
    setObjectInputFilter(this::filter);
  }

  private ObjectInputFilter.Status filter(ObjectInputFilter.FilterInfo info) {
    slots += Math.max(0, info.arrayLength());
    boolean tooMuch = info.depth() > MAX_DEPTH || slots > maxSlots;
    Class<?> type = info.serialClass();
    boolean known = type == null || type == SerialOutput.Part.class || isAllowed(type);
    return known && !tooMuch ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
  }

  private boolean isAllowed(Class<?> type) {
    try {
      classes.check(type);
      return true;
    } catch (Refused e) {
      return false;
    }
  }

  @Override
  protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
    return readBoolean()
        ? ObjectStreamClass.lookup(SerialOutput.Part.class)
        : super.readClassDescriptor();
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass description)
      throws IOException, ClassNotFoundException {
    String name = description.getName();
    if (name.equals(SerialOutput.Part.class.getName())) {
      return SerialOutput.Part.class;
    }
    return classes.find(name);
  }

  @Override
  protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
    throw new InvalidClassException("a proxy within a serial form");
  }

  @Override
  protected @Nullable Object resolveObject(@Nullable Object object) {
    if (!(object instanceof SerialOutput.Part part)) {
      return object;
    }
    if (part.index() < 0 || part.index() >= parts.length) {
      throw new UnreadableException("a part that was not written");
    }
    return parts[part.index()];
  }
}
