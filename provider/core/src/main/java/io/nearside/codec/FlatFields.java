package io.nearside.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.fory.reflect.FieldAccessor;

/** Copies the fields of a class whose values need no copy of their own, all in one call. */
interface FlatFields {
  /** Fields per call: the compiler inlines chains of this length well. */
  int CHAIN = 32;

  void copy(Object original, Object copy);

  /** By method handles, which compile into one piece of code, where the module lets us. */
  static FlatFields of(List<Field> fields) {
    try {
      List<MethodHandle> chains = new ArrayList<>();
      for (int i = 0; i < fields.size(); i += CHAIN) {
        chains.add(chain(fields.subList(i, Math.min(fields.size(), i + CHAIN))));
      }
      return new Handles(chains.toArray(MethodHandle[]::new));
    } catch (IllegalAccessException | RuntimeException e) {
      return new Accessors(
          fields.stream().map(FieldAccessor::createAccessor).toArray(FieldAccessor[]::new));
    }
  }

  private static MethodHandle chain(List<Field> fields) throws IllegalAccessException {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodType type = MethodType.methodType(void.class, Object.class, Object.class);
    MethodHandle chain = MethodHandles.empty(type);
    for (Field field : fields) {
      field.setAccessible(true);
      MethodHandle getter = lookup.unreflectGetter(field);
      MethodHandle setter = lookup.unreflectSetter(field);
      MethodHandle copyThenRest = MethodHandles.filterArguments(setter, 1, getter).asType(type);
      chain = MethodHandles.foldArguments(chain, copyThenRest);
    }
    return chain;
  }

  /** Each takes the copy, then the original. */
  record Handles(MethodHandle[] chains) implements FlatFields {
    @Override
    public void copy(Object original, Object copy) {
      try {
        for (MethodHandle chain : chains) {
          chain.invokeExact(copy, original);
        }
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("fields can't be copied", e);
      }
    }
  }

  /** For classes of modules that are not open to us. */
  record Accessors(FieldAccessor[] fields) implements FlatFields {
    @Override
    public void copy(Object original, Object copy) {
      for (FieldAccessor field : fields) {
        field.copy(original, copy);
      }
    }
  }
}
