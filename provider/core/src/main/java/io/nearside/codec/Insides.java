package io.nearside.codec;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/** Lists what an object holds, as a reader of messages would name it. */
final class Insides {
  private Insides() {}

  /** Calls back with each part that can change, and its name seen from the object. */
  static void forEach(Object object, BiConsumer<Object, String> action) {
    if (object instanceof Object[] array) {
      for (int i = 0; i < array.length; i++) {
        accept(array[i], "[" + i + "]", action);
      }
    } else if (object instanceof Collection<?> collection) {
      int index = 0;
      for (Object element : collection) {
        accept(element, "[" + index++ + "]", action);
      }
    } else if (object instanceof Map<?, ?> map) {
      map.forEach((key, value) -> entry(key, value, action));
    } else if (!object.getClass().isArray()) {
      fields(object, action);
    }
  }

  private static void entry(
      @Nullable Object key, @Nullable Object value, BiConsumer<Object, String> action) {
    String name = key == null || Immutability.of(key.getClass()) ? String.valueOf(key) : "…";
    accept(key, ".key(" + name + ")", action);
    accept(value, "[" + name + "]", action);
  }

  private static void fields(Object object, BiConsumer<Object, String> action) {
    for (Field field : ObjectPart.fieldsOf(object.getClass())) {
      if (!field.getType().isPrimitive()) {
        Object value = FieldAccessor.createAccessor(field).getObject(object);
        accept(value, "." + field.getName(), action);
      }
    }
  }

  private static void accept(
      @Nullable Object part, String name, BiConsumer<Object, String> action) {
    if (part != null && !Immutability.of(part.getClass())) {
      action.accept(part, name);
    }
  }
}
