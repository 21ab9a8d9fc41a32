package io.nearside;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule by which one key leads to others that are likely wanted too: {@code
 * RelatedKeys.of("user:{id}", "user:{id}:settings", "user:{id}:rights")}. What stands in braces is
 * any text without {@code ':'}. Immutable, thread-safe.
 */
public final class RelatedKeys {
  private static final Pattern NAME = Pattern.compile("\\{([A-Za-z][A-Za-z0-9]*)}");

  private final Pattern pattern;
  private final List<String> names;
  private final List<String> related;

  private RelatedKeys(Pattern pattern, List<String> names, List<String> related) {
    this.pattern = pattern;
    this.names = names;
    this.related = related;
  }

  /**
   * Makes a rule.
   *
   * @param key what keys it is for look like, with names in braces
   * @param related what these lead to, with the same names
   * @throws IllegalArgumentException if a related key has a name that the key has not, or the key
   *     has one twice
   */
  public static RelatedKeys of(String key, String... related) {
    List<String> names = new ArrayList<>();
    StringBuilder pattern = new StringBuilder();
    Matcher matcher = NAME.matcher(key);
    int position = 0;
    while (matcher.find()) {
      if (names.contains(matcher.group(1))) {
        throw new IllegalArgumentException(
            "\"" + key + "\" must have {" + matcher.group(1) + "} once, has it twice");
      }
      names.add(matcher.group(1));
      pattern.append(Pattern.quote(key.substring(position, matcher.start()))).append("([^:]+)");
      position = matcher.end();
    }
    pattern.append(Pattern.quote(key.substring(position)));
    for (String one : related) {
      Matcher used = NAME.matcher(one);
      while (used.find()) {
        if (!names.contains(used.group(1))) {
          throw new IllegalArgumentException(
              "\"" + one + "\" has {" + used.group(1) + "}, which \"" + key + "\" has not");
        }
      }
    }
    return new RelatedKeys(Pattern.compile(pattern.toString()), names, List.of(related));
  }

  /** What a key leads to; empty for one that the rule is not for. */
  public List<String> relatedTo(String key) {
    Matcher matcher = pattern.matcher(key);
    if (!matcher.matches()) {
      return List.of();
    }
    return related.stream().map(one -> filled(one, matcher)).toList();
  }

  private String filled(String template, Matcher key) {
    return NAME.matcher(template)
        .replaceAll(name -> Matcher.quoteReplacement(key.group(names.indexOf(name.group(1)) + 1)));
  }

  /** The keys, each followed by those that it leads to. */
  public Iterator<String> with(Iterator<String> keys) {
    Objects.requireNonNull(keys, "keys are null");
    return new Iterator<>() {
      private Iterator<String> others = List.<String>of().iterator();

      @Override
      public boolean hasNext() {
        return others.hasNext() || keys.hasNext();
      }

      @Override
      public String next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        if (others.hasNext()) {
          return others.next();
        }
        String key = keys.next();
        others = relatedTo(key).iterator();
        return key;
      }
    };
  }
}
