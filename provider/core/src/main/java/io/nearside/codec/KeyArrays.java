package io.nearside.codec;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Arrays, which are equal to no other array, in the one place where they are keys nonetheless:
 * Hibernate's key classes compare them by {@link java.util.Objects#deepEquals}, for which arrays of
 * objects are equal whatever their class.
 */
final class KeyArrays {
  private static final HexFormat HEX = HexFormat.of();

  private static final Map<String, Class<?>> PRIMITIVES =
      Stream.of(
              boolean.class,
              char.class,
              short.class,
              int.class,
              long.class,
              float.class,
              double.class)
          .collect(Collectors.toMap(type -> type.getName() + "s", Function.identity()));

  private KeyArrays() {}

  /** A value that is compared deeply. */
  record Deep(@Nullable Object value) {}

  static void write(KeyWriter out, Deep deep) {
    Object value = deep.value;
    if (value instanceof byte[] bytes) {
      out.atom("bytes", HEX.formatHex(bytes));
    } else if (value instanceof Object[] array) {
      out.open("array", null);
      out.parts(Arrays.stream(array).map(Deep::new).toList());
      out.close();
    } else if (value != null && value.getClass().isArray()) {
      out.open(value.getClass().getComponentType().getName() + "s", null);
      out.parts(boxed(value));
      out.close();
    } else {
      out.value(value);
    }
  }

  private static List<Object> boxed(Object array) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i++) {
      elements.add(Array.get(array, i));
    }
    return elements;
  }

  static boolean isPrefix(String prefix) {
    return prefix.equals("array") || PRIMITIVES.containsKey(prefix);
  }

  static Object make(String prefix, List<@Nullable Object> items) {
    Class<?> component = PRIMITIVES.get(prefix);
    Object array = Array.newInstance(component == null ? Object.class : component, items.size());
    for (int i = 0; i < items.size(); i++) {
      Array.set(array, i, items.get(i));
    }
    return array;
  }

  static byte[] bytes(String hex) {
    return HEX.parseHex(hex);
  }
}
