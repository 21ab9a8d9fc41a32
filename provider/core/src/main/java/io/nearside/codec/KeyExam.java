package io.nearside.codec;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tries a class's {@code equals} on the first key of the class: a key made again from its text must
 * be equal, and one with another value in any field must not be. It finds what goes by rules of its
 * own (letter case ignored, a field left out, scale ignored), which the text could not tell.
 */
final class KeyExam {
  private final KeyFields fields;
  private final Object key;

  private KeyExam(KeyFields fields, Object key) {
    this.fields = fields;
    this.key = key;
  }

  /**
   * @throws NoKeyForm if equality is not that of all fields
   */
  static void examine(KeyFields fields, Object key, KeyShapes shapes) {
    KeyExam exam = new KeyExam(fields, key);
    exam.checkMadeAgain(shapes);
    for (int i = 0; i < fields.names().size(); i++) {
      exam.checkField(i);
    }
  }

  private void checkMadeAgain(KeyShapes shapes) {
    @Nullable Object[] values = fields.values(key);
    Object again;
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = madeAgain(values[i], shapes);
      }
      again = fields.make(values);
    } catch (UnreadableException e) {
      throw refused("is not made again from the values of its fields");
    }
    if (!again.equals(key) || !key.equals(again) || again.hashCode() != key.hashCode()) {
      throw refused("is not equal to a key of the same values");
    }
  }

  private static @Nullable Object madeAgain(@Nullable Object value, KeyShapes shapes) {
    KeyWriter writer = new KeyWriter(shapes);
    writer.value(value);
    return new KeyReader(writer.text(), shapes).whole();
  }

  private void checkField(int field) {
    for (Object other : others(fields.get(field, key), fields.typeOf(field))) {
      if (isEqualWith(field, other)) {
        throw refused("has an equals that does not tell values of " + fields.names().get(field));
      }
    }
    if (isDecimal(field)) {
      checkZeros(field);
    }
  }

  /** A comparison by == takes two zeros for one, and no number that is none for itself. */
  private void checkZeros(int field) {
    boolean isFloat = isOneOf(field, float.class, Float.class);
    Object zero = with(field, isFloat ? (Object) 0f : (Object) 0d);
    Object minus = with(field, isFloat ? (Object) (-0f) : (Object) (-0d));
    Object none = with(field, isFloat ? (Object) Float.NaN : (Object) Double.NaN);
    Object same = with(field, isFloat ? (Object) Float.NaN : (Object) Double.NaN);
    boolean oneZero = zero != null && minus != null && areEqual(zero, minus);
    if (oneZero || (none != null && same != null && !areEqual(none, same))) {
      throw refused("compares " + fields.names().get(field) + " by ==, not by Double.compare");
    }
  }

  private boolean isDecimal(int field) {
    return isOneOf(field, float.class, Float.class) || isOneOf(field, double.class, Double.class);
  }

  private boolean isOneOf(int field, Class<?> primitive, Class<?> boxed) {
    return fields.typeOf(field) == primitive || fields.typeOf(field) == boxed;
  }

  private boolean isEqualWith(int field, @Nullable Object other) {
    Object changed = with(field, other);
    return changed != null && areEqual(changed, key);
  }

  /** Null if the class does not take the value as it is. */
  private @Nullable Object with(int field, @Nullable Object other) {
    @Nullable Object[] values = fields.values(key);
    values[field] = other;
    try {
      Object changed = fields.make(values);
      return Objects.equals(fields.get(field, changed), other) ? changed : null;
    } catch (UnreadableException e) {
      return null;
    }
  }

  private static boolean areEqual(Object one, Object other) {
    try {
      return one.equals(other) || other.equals(one);
    } catch (RuntimeException e) {
      return false; // an equals that does not stand the value says nothing
    }
  }

  private static List<@Nullable Object> others(@Nullable Object value, Class<?> declared) {
    List<@Nullable Object> others = new ArrayList<>();
    if (!declared.isPrimitive()) {
      others.add(null);
    }
    if (declared == String.class) {
      others.add("x");
    }
    if (value instanceof String text) {
      others.add(text + "x");
      others.add(text + " ");
      others.add(swapped(text));
    } else if (value instanceof BigDecimal number) {
      others.add(number.setScale(number.scale() + 1));
      others.add(number.add(BigDecimal.ONE));
    } else if (value instanceof UUID id) {
      others.add(new UUID(id.getMostSignificantBits() ^ 1, id.getLeastSignificantBits()));
    } else if (value instanceof Enum<?> constant) {
      others.addAll(List.of(constant.getDeclaringClass().getEnumConstants()));
    } else if (value != null) {
      addNumber(others, value);
    }
    others.removeIf(other -> Objects.equals(other, value));
    return others;
  }

  private static void addNumber(List<@Nullable Object> others, Object value) {
    if (value instanceof Integer number) {
      others.add(number ^ 1);
    } else if (value instanceof Long number) {
      others.add(number ^ 1);
      others.add(number ^ 1L << 40);
    } else if (value instanceof Short number) {
      others.add((short) (number ^ 1));
    } else if (value instanceof Byte number) {
      others.add((byte) (number ^ 1));
    } else if (value instanceof Character c) {
      others.add((char) (c ^ 1));
    } else if (value instanceof Boolean b) {
      others.add(!b);
    } else if (value instanceof Double number) {
      others.add(number + 1);
    } else if (value instanceof Float number) {
      others.add(number + 1);
    }
  }

  private static String swapped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(Character.isLowerCase(c) ? Character.toUpperCase(c) : Character.toLowerCase(c));
    }
    return out.toString();
  }

  private NoKeyForm refused(String reason) {
    return new NoKeyForm(fields.type().getName() + ' ' + reason);
  }
}
