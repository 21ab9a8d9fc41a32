package io.nearside.store;

import io.nearside.LoadContext;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Checks tags that users give. */
public final class Tags {
  private static final char RESERVED = '\0';

  private Tags() {}

  /**
   * The tags, none twice.
   *
   * @param of whose they are, for messages
   * @throws NullPointerException if one is null
   * @throws IllegalArgumentException if there are too many, or one is empty, too long or reserved
   */
  public static List<String> checked(String of, Collection<String> tags) {
    if (tags.isEmpty()) {
      return List.of();
    }
    Set<String> distinct = new LinkedHashSet<>();
    for (String tag : tags) {
      check(of, Objects.requireNonNull(tag, "a tag is null"));
      distinct.add(tag);
    }
    if (distinct.size() > LoadContext.MAXIMUM_TAGS) {
      throw new IllegalArgumentException(
          of
              + "at most "
              + LoadContext.MAXIMUM_TAGS
              + " tags at once, were "
              + distinct.size()
              + ": use fewer that stand for more");
    }
    return List.copyOf(distinct);
  }

  private static void check(String of, String tag) {
    int length = tag.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > LoadContext.MAXIMUM_TAG_BYTES) {
      throw new IllegalArgumentException(
          of
              + "a tag must have 1 to "
              + LoadContext.MAXIMUM_TAG_BYTES
              + " bytes in UTF-8, "
              + (length == 0
                  ? "one was empty: leave it out"
                  : "\"" + tag.substring(0, 16) + "...\" had " + length + ": use a hash of it"));
    }
    if (tag.charAt(0) == RESERVED) {
      throw new IllegalArgumentException(of + "a tag must not begin with U+0000: choose another");
    }
  }
}
