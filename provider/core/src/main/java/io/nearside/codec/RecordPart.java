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
 * Copies a record by reading its fields, as its accessors may answer something else, and calling
 * its canonical constructor, as serialisation does.
 */
final class RecordPart implements Part {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final MethodHandle[] getters;
  private final MethodHandle constructor;

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
      run.finished(original, copy);
      return copy;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new Uncopyable(original.getClass(), "has a constructor that threw " + e);
    }
  }
}
