package io.nearside.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The wording that messages share: quoted values and the nearest known name. */
final class Texts {
  /** Longer values are cut in messages, so that a broken file can't flood a log. */
  private static final int LONGEST_QUOTE = 80;

  /** Names longer than this are nobody's slip of the pen, and comparing them would cost. */
  private static final int LONGEST_COMPARED = 100;

  private Texts() {}

  /** The text in quotes, as {@link #visible} has it. */
  static String quote(String text) {
    return '"' + visible(text) + '"';
  }

  /** The text, cut and with control characters escaped, so that it can't forge lines of a log. */
  static String visible(String text) {
    StringBuilder visible = new StringBuilder();
    text.codePoints().limit(LONGEST_QUOTE).forEach(point -> appendVisible(visible, point));
    return visible.append(text.length() > LONGEST_QUOTE ? "…" : "").toString();
  }

  private static void appendVisible(StringBuilder target, int point) {
    if (Character.isISOControl(point) || Character.getType(point) == Character.LINE_SEPARATOR) {
      target.append(String.format(Locale.ROOT, "\\u%04x", point));
    } else {
      target.appendCodePoint(point);
    }
  }

  /**
   * {@code did you mean "x"?} when a known name is near, else what is legal.
   *
   * @param legal what to list when no name is near
   */
  static String suggest(String unknown, Collection<String> known, Collection<String> legal) {
    return nearest(unknown, known)
        .map(name -> "did you mean " + quote(name) + "?")
        .orElseGet(() -> "known here: " + String.join(", ", legal));
  }

  /** The known name that a slip of the pen could have turned into this one. */
  static Optional<String> nearest(String unknown, Collection<String> known) {
    int least = Math.max(2, unknown.length() / 3) + 1;
    String nearest = null;
    for (String name : known) {
      int distance = distance(unknown, name);
      if (distance < least) {
        least = distance;
        nearest = name;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** The edit distance, or less when the name is an abbreviation, or the end, of the known one. */
  private static int distance(String unknown, String known) {
    String lower = unknown.toLowerCase(Locale.ROOT);
    String last = known.substring(known.lastIndexOf('.') + 1);
    if (lower.equals(initials(last))) {
      return 1;
    }
    int whole = editDistance(lower, known.toLowerCase(Locale.ROOT));
    int end = editDistance(lower, last.toLowerCase(Locale.ROOT));
    return Math.min(whole, last.length() == known.length() ? end : end + 1);
  }

  /** {@code ttl} of {@code timeToLive}. */
  private static String initials(String name) {
    StringBuilder initials = new StringBuilder(name.substring(0, Math.min(1, name.length())));
    name.chars().filter(Character::isUpperCase).forEach(c -> initials.append((char) c));
    return initials.toString().toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's distance, row by row. */
  static int editDistance(String one, String other) {
    if (Math.max(one.length(), other.length()) > LONGEST_COMPARED) {
      return Integer.MAX_VALUE - 1;
    }
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }

  /** The parts of a camel-case name, in capitals: {@code TIME_TO_LIVE}. */
  static String screaming(String name) {
    List<String> words = new ArrayList<>();
    for (String part : name.split("\\.", -1)) {
      words.add(part.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }
    return String.join("_", words);
  }
}
