package io.nearside.codec;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.fory.reflect.FieldAccessor;

/** Whether two values are equal field by field, whatever classes their lists, sets, maps have. */
final class Likes {
  private Likes() {}

  static boolean alike(Object one, Object other) {
    if (one == null || other == null) {
      return one == other;
    }
    if (one instanceof Map<?, ?> map) {
      return other instanceof Map<?, ?> m && sets(map.entrySet(), m.entrySet());
    }
    if (one instanceof Map.Entry<?, ?> entry) {
      return other instanceof Map.Entry<?, ?> e
          && alike(entry.getKey(), e.getKey())
          && alike(entry.getValue(), e.getValue());
    }
    if (one instanceof Set<?> set) {
      return other instanceof Set<?> s && sets(set, s);
    }
    if (one instanceof Collection<?> list) {
      return other instanceof Collection<?> l
          && (one instanceof List) == (other instanceof List)
          && sequences(list, l);
    }
    if (one.getClass() != other.getClass()) {
      return false;
    }
    return one.getClass().isArray() ? arrays(one, other) : objects(one, other);
  }

  private static boolean sets(Collection<?> one, Collection<?> other) {
    return one.size() == other.size()
        && one.stream().allMatch(a -> other.stream().anyMatch(b -> alike(a, b)));
  }

  private static boolean sequences(Collection<?> one, Collection<?> other) {
    Iterator<?> others = other.iterator();
    return one.size() == other.size() && one.stream().allMatch(a -> alike(a, others.next()));
  }

  private static boolean arrays(Object one, Object other) {
    if (one.getClass().getComponentType().isPrimitive()) {
      return Objects.deepEquals(one, other);
    }
    int length = Array.getLength(one);
    if (length != Array.getLength(other)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!alike(Array.get(one, i), Array.get(other, i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean objects(Object one, Object other) {
    if (one.getClass().getName().startsWith("java")) {
      return one.equals(other) || one.toString().equals(other.toString());
    }
    if (one instanceof Enum<?>) {
      return one == other;
    }
    for (Field field : ObjectPart.fieldsOf(one.getClass())) {
      FieldAccessor accessor = FieldAccessor.createAccessor(field);
      if (!alike(accessor.get(one), accessor.get(other))) {
        return false;
      }
    }
    return true;
  }
}
