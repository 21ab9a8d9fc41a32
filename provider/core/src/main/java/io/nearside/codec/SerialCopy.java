package io.nearside.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Copies by serialising and reading back. Reading can create only objects of the very classes that
 * were just written: they are looked up in a list of this one copy, never by name.
 */
final class SerialCopy {
  private final ClassLoader loader;

  /**
   * @param loader the thread's context class loader while code of the copied classes runs
   */
  SerialCopy(ClassLoader loader) {
    this.loader = loader;
  }

  Object copy(Object original) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return writeAndRead(original);
    } catch (NotSerializableException e) {
      String culprit = String.valueOf(e.getMessage());
      throw new Uncopyable(culprit, "is not serialisable");
    } catch (IOException | ClassNotFoundException e) {
      throw new Uncopyable(
          original.getClass().getName(), "can't be copied by serialisation (" + e + ")");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Object writeAndRead(Object original) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    WrittenClasses classes = new WrittenClasses();
    try (ObjectOutputStream writer = classes.writer(bytes)) {
      writer.writeObject(original);
    }
    if (classes.holdRecord()) {
      RecordCycles.refuse(original);
    }
    ByteArrayInputStream input = new ByteArrayInputStream(bytes.toByteArray());
    try (ObjectInputStream reader = classes.reader(input, bytes.size())) {
      Object copy = reader.readObject();
      if (!isOfSameClass(copy, original)) {
        String became = copy == null ? "null" : "a " + copy.getClass().getName();
        throw new Uncopyable(
            original.getClass().getName(), "is read back from its serial form as " + became);
      }
      return copy;
    }
  }

  /** A lambda is read back as a lambda of a class of its own. */
  private static boolean isOfSameClass(@Nullable Object copy, Object original) {
    return copy != null
        && (copy.getClass() == original.getClass()
            || (copy.getClass().isHidden() && original.getClass().isHidden()));
  }
}
