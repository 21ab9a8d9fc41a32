package io.nearside.codec;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import org.apache.fory.reflect.FieldAccessor;

/** Looks at everything an object can reach, the insides of JDK classes included. */
final class ObjectGraph {
  private ObjectGraph() {}

  /** Objects reachable from both, other than those that nobody can change. */
  static List<Object> sharedMutable(Object one, Object other) {
    Set<Object> both = reachable(one);
    both.retainAll(reachable(other));
    return new ArrayList<>(both);
  }

  static Set<Object> reachable(Object root) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>();
    open.add(root);
    while (!open.isEmpty()) {
      Object next = open.remove();
      if (isValue(next) || !seen.add(next)) {
        continue;
      }
      if (next instanceof java.util.TimeZone) {
        if (root instanceof java.util.Calendar) {
          seen.remove(next); // a calendar shares its zone until the first getTimeZone()
        }
        continue; // its tables are never written
      }
      if (next.getClass().isHidden() && isOfJdk(next.getClass())) {
        continue; // out of reach
      }
      if (next instanceof Object[] array) {
        for (Object element : array) {
          if (element != null) {
            open.add(element);
          }
        }
      } else if (!next.getClass().isArray()) {
        fields(next.getClass())
            .forEach(field -> {
              Object value = read(field, next);
              if (value != null) {
                open.add(value);
              }
            });
      }
    }
    return seen;
  }

  private static Object read(Field field, Object object) {
    if (!object.getClass().isHidden()) {
      return FieldAccessor.createAccessor(field).getObject(object);
    }
    try {
      field.setAccessible(true);
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** All but the arrays of constants that enum collections share. */
  private static List<Field> fields(Class<?> type) {
    List<Field> accessors = new ArrayList<>();
    for (Class<?> level = type; level != null; level = level.getSuperclass()) {
      for (Field field : level.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && !field.getType().isPrimitive()
            && !field.getName().toLowerCase(java.util.Locale.ROOT).endsWith("universe")) {
          accessors.add(field);
        }
      }
    }
    return accessors;
  }

  /** Kept by hand, and apart from what the copier believes. */
  private static boolean isValue(Object object) {
    Class<?> type = object.getClass();
    if (type.isArray()) {
      return java.lang.reflect.Array.getLength(object) == 0;
    }
    return object instanceof String
        || object instanceof Enum<?>
        || object == List.of()
        || object == Collections.emptyList()
        || object == Fixtures.Singleton.INSTANCE
        || object instanceof Class<?>
        || object instanceof ClassLoader
        || object instanceof Boolean
        || object instanceof Character
        || type == Byte.class
        || type == Short.class
        || type == Integer.class
        || type == Long.class
        || type == Float.class
        || type == Double.class
        || type == BigInteger.class
        || type == BigDecimal.class
        || type.getName().startsWith("java.time.")
        || object instanceof java.util.Locale
        || object instanceof java.util.UUID
        || object instanceof java.util.Currency
        || object instanceof java.net.URI
        || object instanceof java.nio.charset.Charset
        || type.getName().startsWith("sun.util.calendar.Gregorian")
        || type.getName().startsWith("sun.util.locale")
        || type.getName().equals("java.io.ObjectStreamClass")
        || type == StackTraceElement.class
        || isStateless(type)
        || Fixtures.IMMUTABLE.contains(type);
  }

  private static boolean isStateless(Class<?> type) {
    for (Class<?> level = type; level != null; level = level.getSuperclass()) {
      for (Field field : level.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          return false;
        }
      }
    }
    return true;
  }

  /** A text that is the same for equal graphs, and shows classes, order, sharing and cycles. */
  static String describe(Object root) {
    StringBuilder text = new StringBuilder();
    Thread deep =
        new Thread(null, () -> describe(root, text, new IdentityHashMap<>()), "deep", 1L << 29);
    deep.start();
    try {
      deep.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  private static String describeWithin(Object element, Map<Object, Integer> ids) {
    StringBuilder text = new StringBuilder();
    describe(element, text, new IdentityHashMap<>(ids));
    return text.toString();
  }

  private static void describe(Object object, StringBuilder text, Map<Object, Integer> ids) {
    if (object == null) {
      text.append("null");
      return;
    }
    Class<?> type = object.getClass();
    if (isValue(object) && !type.isArray()) {
      text.append(type.getSimpleName()).append(':').append(object);
      return;
    }
    Integer id = ids.putIfAbsent(object, ids.size());
    if (id != null) {
      text.append('#').append(id);
      return;
    }
    text.append(type.getName().replaceAll("Lambda.*", "Lambda")).append('{');
    if (object instanceof Collection<?> collection) {
      describeAll(collection, isOrdered(object), text, ids);
    } else if (object instanceof Map<?, ?> map) {
      List<Object[]> entries = new ArrayList<>();
      map.forEach((key, value) -> entries.add(new Object[] {key, value}));
      describeAll(entries, isOrdered(object), text, ids);
    } else if (object instanceof Object[] array) {
      describeAll(java.util.Arrays.asList(array), true, text, ids);
    } else if (type.isArray()) {
      text.append(primitiveArray(object));
    } else if (type.getName().startsWith("java.") || type.getName().startsWith("sun.")) {
      text.append(ofJdk(object, ids));
    } else {
      text.append(ownText(object));
    }
    if (!isOfJdk(type) && !type.isArray()) {
      describeFields(object, text, ids);
    }
    text.append('}');
  }

  private static void describeFields(Object object, StringBuilder text, Map<Object, Integer> ids) {
    for (Field field : ObjectPart.fieldsOf(object.getClass())) {
      if (isOfJdk(field.getDeclaringClass())) {
        continue;
      }
      text.append(field.getName()).append('=');
      describe(readAny(field, object), text, ids);
      text.append(',');
    }
  }

  private static Object readAny(Field field, Object object) {
    return object.getClass().isHidden()
        ? read(field, object)
        : FieldAccessor.createAccessor(field).get(object);
  }

  private static boolean isOfJdk(Class<?> type) {
    return type.getName().startsWith("java.") || type.getName().startsWith("sun.");
  }

  /** What the superclass of the JDK says, for one that has state. */
  private static String ownText(Object object) {
    return object instanceof Number || object instanceof java.util.Date ? object.toString() : "";
  }

  private static boolean isOrdered(Object container) {
    return container instanceof List<?>
        || container instanceof java.util.Queue<?>
        || container instanceof SortedMap<?, ?>
        || container instanceof SortedSet<?>
        || container.getClass().getName().contains("Linked")
        || container.getClass().getName().contains("Enum")
        || container.getClass().getName().contains("Unmodifiable");
  }

  private static void describeAll(
      Collection<?> elements, boolean ordered, StringBuilder text, Map<Object, Integer> ids) {
    List<Object> sequence = new ArrayList<>(elements);
    if (!ordered) {
      sequence.sort(java.util.Comparator.comparing(element -> describeWithin(element, ids)));
    }
    for (Object element : sequence) {
      describe(element, text, ids);
      text.append(',');
    }
  }

  private static String primitiveArray(Object array) {
    int length = java.lang.reflect.Array.getLength(array);
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + java.lang.reflect.Array.get(array, i).hashCode();
    }
    return length + "/" + hash;
  }

  private static String ofJdk(Object object, Map<Object, Integer> ids) {
    StringBuilder text = new StringBuilder();
    if (object instanceof Map.Entry<?, ?> entry) {
      describe(entry.getKey(), text, ids);
      describe(entry.getValue(), text, ids);
    } else if (object instanceof java.util.Optional<?> optional) {
      describe(optional.orElse(null), text, ids);
    } else if (object instanceof java.util.concurrent.atomic.AtomicReference<?> reference) {
      describe(reference.get(), text, ids);
    } else if (object instanceof Throwable thrown) {
      text.append(thrown).append(List.of(thrown.getStackTrace()));
      describe(thrown.getCause(), text, ids);
      describe(thrown.getSuppressed(), text, ids);
    } else {
      text.append(object);
    }
    return text.toString();
  }
}
