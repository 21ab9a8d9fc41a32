package io.nearside.codec.fst;

import io.nearside.codec.UnreadableException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;

/**
 * FST's reader for bytes that anybody may have written: depth and lengths are bounded, and every
 * object is of the type of the field it is put into. FST itself would store it unchecked, through
 * Unsafe. Not thread-safe.
 */
final class ValueReader extends FSTObjectInput {
  private final FstConfig config;
  private final BitSet shapes = new BitSet();
  private final List<Runnable> late = new ArrayList<>();
  private final FSTFieldInfo element = new FSTFieldInfo(null, null, true);
  private int depth;
  private int size;
  private int claimed;

  ValueReader(FstConfig config) {
    super(config);
    this.config = config;
  }

  /**
   * @param bytes only the value, as the end of the array is the end of what may be read
   */
  Object readValue(byte[] bytes) throws Exception {
    resetForReuseUseArray(bytes, bytes.length);
    shapes.clear();
    late.clear();
    depth = 0;
    size = bytes.length;
    claimed = 0;
    Object root = readObject((Class<?>[]) null);
    if (root == null || getCodec().getInputPos() != size) {
      throw new UnreadableException("the value ends before its bytes do");
    }
    late.forEach(Runnable::run);
    return root;
  }

  /** Forgets what was read last, so that a pool does not keep it. */
  void forget() throws IOException {
    resetForReuseUseArray(new byte[0], 0);
    late.clear();
  }

  /** Reads a part of the object that a form reads. */
  @Nullable Object part() throws Exception {
    return readObjectInternal((Class<?>[]) null);
  }

  ClassInfos infos() {
    return config.infos();
  }

  /** Runs after all objects are complete. */
  void later(Runnable insertion) {
    late.add(insertion);
  }

  /**
   * A number of parts that the bytes can hold.
   *
   * @param bytesEach the least that one takes
   */
  int claim(int parts, int bytesEach) {
    long total = claimed + (long) parts * bytesEach;
    if (parts < 0 || total > size) {
      throw new UnreadableException("a length is more than the bytes can hold");
    }
    claimed = (int) total;
    return parts;
  }

  void shape(Shape shape) throws IOException {
    if (!shapes.get(shape.index())) {
      shapes.set(shape.index());
      if (readInt() != shape.fingerprint()) {
        throw new UnreadableException("a class has other fields here than where it was written");
      }
    }
  }

  @Override
  public @Nullable Object readObjectWithHeader(FSTFieldInfo referencee) throws Exception {
    if (++depth > FstConfig.MAX_DEPTH + 1) {
      throw new UnreadableException("nested more than " + FstConfig.MAX_DEPTH + " deep");
    }
    Object object = super.readObjectWithHeader(referencee);
    depth--;
    return object;
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // valueOf checks what the cast can't
  protected Object instantiateEnum(FSTFieldInfo referencee, int readPos)
      throws IOException, ClassNotFoundException {
    Class type = readClass().getClazz();
    return Enum.valueOf(type, getCodec().readStringUTF());
  }

  @Override
  @SuppressWarnings("rawtypes") // overridden
  protected Object readArrayNoHeader(FSTFieldInfo referencee, int pos, Class type)
      throws Exception {
    Class<?> component = type.getComponentType();
    int length = claim(getCodec().readFInt(), leastBytes(component));
    Object array = Array.newInstance(component, length);
    registerObject(array, pos, null, referencee);
    if (component.isPrimitive()) {
      return getCodec().readFPrimitiveArray(array, component, length);
    }
    @Nullable Object[] parts = (@Nullable Object[]) array;
    for (int i = 0; i < length; i++) {
      parts[i] = readObjectWithHeader(element);
    }
    return array;
  }

  private static int leastBytes(Class<?> component) {
    if (component == long.class || component == double.class) {
      return Long.BYTES;
    }
    return component == int.class || component == float.class ? Integer.BYTES : 1;
  }

  @Override
  protected void readObjectFields(
      FSTFieldInfo referencee,
      FSTClazzInfo info,
      FSTFieldInfo[] fields,
      Object target,
      int start,
      int version)
      throws Exception {
    shape((Shape) info.getDecoderAttached());
    int booleans = 0;
    int bits = 0;
    for (FSTFieldInfo field : fields) {
      if (field.getIntegralType() == FSTFieldInfo.BOOL) {
        if (booleans++ % Byte.SIZE == 0) {
          bits = getCodec().readFByte();
        }
        field.setBooleanValue(target, (bits & 0x80) != 0);
        bits <<= 1;
      } else if (field.isPrimitive()) {
        readPrimitive(field, target);
      } else {
        readReference(field, target);
      }
    }
    if (getCodec().readVersionTag() != 0) {
      throw new UnreadableException("an object does not end where it should");
    }
  }

  private void readReference(FSTFieldInfo field, Object target) throws Exception {
    Object value = readObjectWithHeader(field);
    if (value != null && !field.getType().isInstance(value)) {
      throw new UnreadableException("a field holds what is not of its type");
    }
    field.setObjectValue(target, value);
  }

  private void readPrimitive(FSTFieldInfo field, Object target) throws Exception {
    switch (field.getIntegralType()) {
      case FSTFieldInfo.BYTE -> field.setByteValue(target, getCodec().readFByte());
      case FSTFieldInfo.CHAR -> field.setCharValue(target, getCodec().readFChar());
      case FSTFieldInfo.SHORT -> field.setShortValue(target, getCodec().readFShort());
      case FSTFieldInfo.INT -> field.setIntValue(target, getCodec().readFInt());
      case FSTFieldInfo.LONG -> field.setLongValue(target, getCodec().readFLong());
      case FSTFieldInfo.FLOAT -> field.setFloatValue(target, getCodec().readFFloat());
      case FSTFieldInfo.DOUBLE -> field.setDoubleValue(target, getCodec().readFDouble());
      default -> throw new UnreadableException("a field of an unknown primitive type");
    }
  }
}
