package io.nearside.config;

/** Patterns of cache names: {@code *} stands for any text, {@code ?} for one character. */
final class NamePattern {
  private NamePattern() {}

  static boolean isPattern(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  /** Goes back to the last star only, so that no pattern takes more than length × length steps. */
  static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length() && fits(pattern.charAt(p), name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    return pattern.chars().skip(p).allMatch(c -> c == '*');
  }

  private static boolean fits(char expected, char actual) {
    return expected == '?' || expected == actual;
  }
}
