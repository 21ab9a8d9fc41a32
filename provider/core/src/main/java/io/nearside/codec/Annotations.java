package io.nearside.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an envelope says of its entry in words: its tags, and behind them, among the same texts,
 * what its source knows the value by. That begins as no tag does, so a release that knows only tags
 * takes it for one that nobody ever invalidates.
 */
final class Annotations {
  private static final char RESERVED = '\0';
  private static final String VALIDATOR = RESERVED + "v";

  private Annotations() {}

  static List<String> of(List<String> tags, @Nullable String validator) {
    for (String tag : tags) {
      if (isReserved(tag)) {
        throw new IllegalArgumentException("a tag must not begin with U+0000");
      }
    }
    if (validator == null) {
      return tags;
    }
    List<String> all = new ArrayList<>(tags);
    all.add(VALIDATOR + validator);
    return all;
  }

  static List<String> tags(List<String> all) {
    return all.stream().filter(text -> !isReserved(text)).toList();
  }

  static @Nullable String validator(List<String> all) {
    for (String text : all) {
      if (text.startsWith(VALIDATOR)) {
        return text.substring(VALIDATOR.length());
      }
    }
    return null;
  }

  private static boolean isReserved(String text) {
    return !text.isEmpty() && text.charAt(0) == RESERVED;
  }
}
