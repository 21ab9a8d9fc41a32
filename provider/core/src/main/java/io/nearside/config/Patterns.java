package io.nearside.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which classes an allow-list names: {@code com.shop.Product} one, {@code com.shop.*} those of a
 * package, {@code com.shop.**} those of the packages beneath too.
 */
final class Patterns {
  private static final Pattern SHAPE =
      Pattern.compile(
          "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*+"
              + "(?:\\.\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*+)*+"
              + "(?:\\.\\*{1,2})?+");

  /** A set of classes that a framework needs, by its name. */
  private static final Pattern PROFILE = Pattern.compile("profile:[a-z][a-z0-9-]{0,49}");

  private Patterns() {}

  /** Reads patterns with commas between them; an empty text is none. */
  static List<String> parse(String text) {
    List<String> patterns = new ArrayList<>();
    if (!text.isBlank()) {
      for (String pattern : text.split(",", -1)) {
        patterns.add(pattern.strip());
      }
    }
    return patterns;
  }

  static Object check(Object value) {
    List<?> patterns = (List<?>) value;
    patterns.forEach(pattern -> check((String) pattern));
    return List.copyOf(patterns);
  }

  /** A star alone would let every class in, which is what the list is there to prevent. */
  private static void check(String pattern) {
    if (!SHAPE.matcher(pattern).matches() && !PROFILE.matcher(pattern).matches()) {
      throw new IllegalArgumentException(
          "must name classes such as com.shop.Product, com.shop.* or com.shop.**, was "
              + Texts.quote(pattern));
    }
  }
}
