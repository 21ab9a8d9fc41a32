package io.nearside.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Enumerations by the names that users write: {@code TWO_TIER} is {@code two-tier}. */
final class Choice {
  private Choice() {}

  /**
   * The constant of that name.
   *
   * @throws IllegalArgumentException in words that follow the setting's name: {@code must be …}
   */
  static <E extends Enum<E>> E of(Class<E> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> name(constant).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(refusal(type, text)));
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String refusal(Class<? extends Enum<?>> type, String text) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(Choice::name).toList();
    int last = names.size() - 1;
    String legal = String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    return "must be " + legal + ", was " + Texts.quote(text);
  }
}
