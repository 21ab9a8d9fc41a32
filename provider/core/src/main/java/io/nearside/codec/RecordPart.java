package io.nearside.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies a record by reading its fields, as its accessors may answer something else, and calling
 * its canonical constructor, as serialisation does.
 */
final class RecordPart implements Part {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final MethodHandle[] getters;
  private final MethodHandle constructor;

  /** Looked at once per class, as what a constructor does to its arguments hardly varies. */
  private volatile boolean verified;

  RecordPart(Class<?> type) throws ReflectiveOperationException {
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

  @Override
  public Object copy(CopyRun run, Object original) {
    run.unfinished(original);
    @Nullable Object[] components = new Object[getters.length];
    try {
      for (int i = 0; i < components.length; i++) {
        components[i] = run.copy((Object) getters[i].invokeExact(original));
      }
      Object copy = (Object) constructor.invokeExact(components);
      if (!verified) {
        verify(components, copy);
      }
      run.finished(original, copy);
      return copy;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new Uncopyable(original.getClass(), "has a constructor that threw " + e);
    }
  }

  /** A constructor may copy a list, but one that makes another value of a value makes no copies. */
  private void verify(@Nullable Object[] components, Object copy) throws Throwable {
    for (int i = 0; i < components.length; i++) {
      Object expected = components[i];
      Object actual = (Object) getters[i].invokeExact(copy);
      boolean comparable = expected == null || Immutability.of(expected.getClass());
      if (comparable && !Objects.equals(expected, actual)) {
        throw new Uncopyable(
            copy.getClass(), "has a constructor that makes " + actual + " of " + expected);
      }
    }
    verified = true;
  }
}
