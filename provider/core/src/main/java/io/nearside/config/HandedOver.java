package io.nearside.config;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks objects that code hands over, by the names of their types: a program that hands over none
 * need not have the library.
 */
final class HandedOver {
  private HandedOver() {}

  /**
   * @param how it is to be handed over, in words that follow the type's name
   * @throws IllegalArgumentException in words that follow the setting's name: {@code must be …}
   */
  static Object check(Object value, String type, String how) {
    if (!is(value.getClass(), type)) {
      throw new IllegalArgumentException(
          "must be a " + type + how + ", was a " + value.getClass().getName());
    }
    return value;
  }

  private static boolean is(@Nullable Class<?> actual, String type) {
    return actual != null
        && (actual.getName().equals(type)
            || Arrays.stream(actual.getInterfaces()).anyMatch(each -> is(each, type))
            || is(actual.getSuperclass(), type));
  }
}
