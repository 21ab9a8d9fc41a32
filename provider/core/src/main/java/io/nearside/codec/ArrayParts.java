package io.nearside.codec;

import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/** Copies arrays of every kind, with their exact component type. */
final class ArrayParts {
  private static final CopyRun.Fillable ELEMENTS = ArrayParts::fill;

  private ArrayParts() {}

  static Part of(Class<?> component) {
    if (component.isPrimitive() || Immutability.ofDeclared(component)) {
      return ArrayParts::copyFlat;
    }
    return ArrayParts::copyDeep;
  }

  @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of one class
  private static Object copyFlat(CopyRun run, Object original) {
    int length = Array.getLength(original);
    Object copy = Array.newInstance(original.getClass().getComponentType(), length);
    System.arraycopy(original, 0, copy, 0, length);
    run.known(original, copy);
    return copy;
  }

  private static Object copyDeep(CopyRun run, Object original) {
    int length = ((Object[]) original).length;
    Object copy = Array.newInstance(original.getClass().getComponentType(), length);
    run.fill(ELEMENTS, original, copy);
    return copy;
  }

  private static void fill(CopyRun run, Object original, Object copy) {
    @Nullable Object[] from = (@Nullable Object[]) original;
    @Nullable Object[] to = (@Nullable Object[]) copy;
    for (int i = 0; i < from.length; i++) {
      to[i] = run.copy(from[i]);
    }
  }
}
