package io.nearside.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A class of records, taken apart by its fields, as its accessors may answer something else, and
 * made by its canonical constructor, as serialisation does. Thread-safe.
 */
public final class RecordAccess {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final MethodHandle[] getters;
  private final MethodHandle constructor;

  /**
   * @throws ReflectiveOperationException if the class can't be reached
   * @throws RuntimeException likewise, as its module does not allow it
   */
  public RecordAccess(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
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

  /** How many components it has. */
  public int size() {
    return getters.length;
  }

  /** A component of a record of the class. */
  public @Nullable Object component(Object whole, int index) {
    try {
      return (Object) getters[index].invokeExact(whole);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // getters of fields don't throw
    }
  }

  /** All components of a record of the class. */
  public @Nullable Object[] components(Object whole) {
    @Nullable Object[] components = new Object[getters.length];
    for (int i = 0; i < components.length; i++) {
      components[i] = component(whole, i);
    }
    return components;
  }

  /**
   * The record of these components.
   *
   * @throws Exception of its constructor
   */
  public Object make(@Nullable Object[] components) throws Exception {
    try {
      return (Object) constructor.invokeExact(components);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
