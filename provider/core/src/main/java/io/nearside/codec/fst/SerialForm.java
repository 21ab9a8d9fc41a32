package io.nearside.codec.fst;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTBasicObjectSerializer;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;
import org.nustaq.serialization.FSTObjectOutput;

/**
 * An object in the form that its class gives it in Java serialisation. Its parts are written by
 * FST, so that one that is shared with others stays so.
 */
@SuppressWarnings("rawtypes") // as FST is
final class SerialForm extends FSTBasicObjectSerializer {
  private final ClassInfos infos;

  /** Looked at once per class: whether it comes back as what it was. */
  private volatile boolean verified;

  private SerialForm(ClassInfos infos) {
    this.infos = infos;
  }

  static SerialForm of(Class<?> type, ClassInfos infos) {
    if (!Serializable.class.isAssignableFrom(type)) {
      throw Refused.because(type, "hides its state from FST and is not serialisable");
    }
    Class<?> dropped = droppedBy(type);
    if (dropped != null) {
      throw Refused.because(type, "would lose the fields of its superclass " + dropped.getName());
    }
    return new SerialForm(infos);
  }

  /** The superclass with state that default serialisation silently leaves out. */
  private static @Nullable Class<?> droppedBy(Class<?> type) {
    if (Forms.isPlatform(type) || Externalizable.class.isAssignableFrom(type)) {
      return null;
    }
    Class<?> level = type;
    while (level != null && Serializable.class.isAssignableFrom(level)) {
      if (Hooks.writes(level)) {
        return null;
      }
      level = level.getSuperclass();
    }
    return level == null || !hasState(level) ? null : level;
  }

  private static boolean hasState(Class<?> type) {
    for (Class<?> level = type; level != null; level = level.getSuperclass()) {
      for (Field field : level.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void writeObject(
      FSTObjectOutput output, Object toWrite, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws IOException {
    ValueWriter out = (ValueWriter) output;
    out.open().setUnborn(true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    SerialOutput serial = new SerialOutput(bytes, infos);
    try (serial) {
      serial.writeObject(toWrite);
    } catch (NotSerializableException e) {
      throw Refused.because(
          toWrite.getClass(), "holds what is not serialisable: " + e.getMessage());
    }
    Object[] parts = serial.parts();
    if (!verified) {
      verify(toWrite, bytes.toByteArray(), parts);
    }
    out.writeInt(parts.length);
    for (Object part : parts) {
      out.part(part);
    }
    boolean looks = toWrite instanceof Collection<?> || toWrite instanceof Map<?, ?>;
    if (looks && out.open().holdsIncomplete()) {
      throw Refused.because(toWrite.getClass(), "hashes parts that lead back to what holds it");
    }
    out.writeInt(bytes.size());
    out.write(bytes.toByteArray());
  }

  private void verify(Object original, byte[] bytes, Object[] parts) {
    Object back;
    try {
      back = read(bytes, parts);
    } catch (Refused e) {
      throw e;
    } catch (Exception e) {
      throw Refused.because(original.getClass(), "can't be read back from its serial form: " + e);
    }
    boolean same = back != null && back.getClass() == original.getClass();
    boolean equal = Forms.isPlatform(original.getClass()) && original.equals(back);
    if (!same && !equal) {
      throw Refused.because(original.getClass(), "is read back from its serial form as another");
    }
    verified = true;
  }

  @Override
  public Object instantiate(
      Class type, FSTObjectInput input, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws Exception {
    ValueReader in = (ValueReader) input;
    @Nullable Object[] parts = new Object[in.claim(in.readInt(), 1)];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = in.part();
    }
    byte[] bytes = new byte[in.claim(in.readInt(), 1)];
    in.readFully(bytes);
    Object object = read(bytes, parts);
    boolean same = type.isInstance(object) || Forms.isPlatform(type);
    if (object == null || !same) {
      throw new IOException("a serial form of another class");
    }
    return object;
  }

  private @Nullable Object read(byte[] bytes, @Nullable Object[] parts)
      throws IOException, ClassNotFoundException {
    try (SerialInput serial =
        new SerialInput(new ByteArrayInputStream(bytes), bytes.length, parts, infos)) {
      return serial.readObject();
    }
  }
}
