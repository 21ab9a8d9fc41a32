package io.nearside.codec.fst;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTBasicObjectSerializer;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;
import org.nustaq.serialization.FSTObjectOutput;

/**
 * A record: its fields, as an accessor may answer something else, and its canonical constructor, as
 * in serialisation.
 */
@SuppressWarnings("rawtypes") // as FST is
final class RecordForm extends FSTBasicObjectSerializer {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final Shape shape;
  private final MethodHandle[] getters;
  private final MethodHandle constructor;

  /** Looked at once per class, as what a constructor does to its arguments hardly varies. */
  private volatile boolean verified;

  private RecordForm(Class<?> type, Shape shape) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    this.shape = shape;
    this.getters = new MethodHandle[components.length];
    for (int i = 0; i < components.length; i++) {
      Field field = type.getDeclaredField(components[i].getName());
      field.setAccessible(true);
      getters[i] =
          LOOKUP.unreflectGetter(field).asType(MethodType.methodType(Object.class, Object.class));
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<?> canonical = type.getDeclaredConstructor(types);
    canonical.setAccessible(true);
    this.constructor =
        LOOKUP
            .unreflectConstructor(canonical)
            .asSpreader(Object[].class, types.length)
            .asType(MethodType.methodType(Object.class, Object[].class));
  }

  static RecordForm of(Class<?> type, ClassInfos infos) {
    try {
      return new RecordForm(
          type, Shape.ofComponents(infos.nextShape(), type.getRecordComponents()));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw Refused.because(type, "is a record that reflection can't reach (" + e + ")");
    }
  }

  @Override
  public void writeObject(
      FSTObjectOutput output, Object toWrite, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws IOException {
    ValueWriter out = (ValueWriter) output;
    @Nullable Object[] components = componentsOf(toWrite);
    if (!verified) {
      verify(toWrite.getClass(), components);
    }
    out.open().setUnborn(true);
    out.shape(shape);
    for (Object component : components) {
      out.part(component);
    }
  }

  private @Nullable Object[] componentsOf(Object whole) {
    @Nullable Object[] components = new Object[getters.length];
    try {
      for (int i = 0; i < components.length; i++) {
        components[i] = (Object) getters[i].invokeExact(whole);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e); // getters of fields don't throw
    }
    return components;
  }

  /** A constructor may copy a list, but one that makes another value of a value gives none back. */
  private void verify(Class<?> type, @Nullable Object[] components) {
    @Nullable Object[] again;
    try {
      again = componentsOf(make(components.clone()));
    } catch (Exception e) {
      throw Refused.because(type, "is a record whose constructor refuses its own components");
    }
    for (int i = 0; i < components.length; i++) {
      Object before = components[i];
      boolean comparable = before == null || Forms.isValue(before.getClass());
      if (comparable && !Objects.equals(before, again[i])) {
        throw Refused.because(type, "is a record whose constructor changes its components");
      }
    }
    verified = true;
  }

  @Override
  public Object instantiate(
      Class type, FSTObjectInput input, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws Exception {
    ValueReader in = (ValueReader) input;
    in.shape(shape);
    @Nullable Object[] components = new Object[getters.length];
    for (int i = 0; i < components.length; i++) {
      components[i] = in.part();
    }
    return make(components);
  }

  private Object make(@Nullable Object[] components) throws Exception {
    try {
      return (Object) constructor.invokeExact(components);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
