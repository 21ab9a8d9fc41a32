package io.nearside.codec;

import java.util.HexFormat;

/**
 * The letters of canonical text: what gives it its structure, patterns of Redis, hash tags, control
 * characters and half surrogate pairs are written as {@code %XX} or {@code %uXXXX}; all else is
 * itself.
 */
final class KeyText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final boolean[] ESCAPED = new boolean[0xa0];

  static {
    for (int c = 0; c < ESCAPED.length; c++) {
      ESCAPED[c] = c < 0x20 || c >= 0x7f;
    }
    for (char c : "%{}:~(),=*?[]\\".toCharArray()) {
      ESCAPED[c] = true;
    }
  }

  private KeyText() {}

  static String escape(String text) {
    int first = firstEscaped(text);
    if (first < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    append(out, text, first);
    return out.toString();
  }

  static void append(StringBuilder out, String text) {
    int first = firstEscaped(text);
    if (first < 0) {
      out.append(text);
    } else {
      append(out, text, first);
    }
  }

  private static void append(StringBuilder out, String text, int first) {
    out.append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isEscaped(text, i)) {
        out.append(c);
      } else if (c < 0x100) {
        out.append('%').append(HEX.toHighHexDigit(c)).append(HEX.toLowHexDigit(c));
      } else {
        out.append("%u").append(HEX.toHexDigits(c));
      }
    }
  }

  /** Where the first letter is that can't stand for itself, or -1. */
  static int firstEscaped(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isEscaped(text, i)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isEscaped(String text, int i) {
    char c = text.charAt(i);
    if (c < ESCAPED.length) {
      return ESCAPED[c];
    }
    return Character.isSurrogate(c) && !isPaired(text, i);
  }

  private static boolean isPaired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  static String unescape(String text) {
    int percent = text.indexOf('%');
    if (percent < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int done = 0;
    while (percent >= 0) {
      out.append(text, done, percent);
      boolean wide = text.startsWith("u", percent + 1);
      int digits = percent + (wide ? 2 : 1);
      done = digits + (wide ? 4 : 2);
      if (done > text.length()) {
        throw new UnreadableException("key text with half an escape");
      }
      out.append((char) HexFormat.fromHexDigits(text, digits, done));
      percent = text.indexOf('%', done);
    }
    return out.append(text, done, text.length()).toString();
  }
}
