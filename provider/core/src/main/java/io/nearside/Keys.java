package io.nearside;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.temporal.Temporal;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds readable string keys out of parts: {@code Keys.of("app", "user", 123, "profile").key()} is
 * {@code app:user:123:profile}. Immutable; every method that adds something returns a new object.
 *
 * <p>Letters of a part that would be taken for structure ({@code : ? & = % { }}), spaces, control
 * characters and half surrogate pairs are escaped, so that other parts never make the same key; but
 * the number {@code 1} and the text {@code "1"} do, as only texts are left.
 *
 * <p>Parts are strings, characters, whole numbers, {@link BigDecimal}, booleans, enums (by name),
 * {@link UUID}, {@link LocalDate}, {@link Year}, {@link YearMonth}, {@link MonthDay}, {@link
 * Duration} and {@link Period}. A time of day or an instant is refused: where it is the time of the
 * call, no key is ever asked for twice. A random UUID can't be told from an identifier, so it is
 * the caller's care. {@code float} and {@code double} are refused, because their text depends on
 * the JVM's version, and so is everything whose text is nobody's promise.
 */
public final class Keys {
  private static final String ESCAPED = "%:?&={}\\ ";

  private static final Set<Class<?>> TEXTUAL =
      Set.of(
          String.class,
          Character.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          LocalDate.class,
          Year.class,
          YearMonth.class,
          MonthDay.class,
          Duration.class,
          Period.class);

  private final List<String> parts;
  private final SortedMap<String, String> parameters;
  private final int tagged;

  private Keys(List<String> parts, SortedMap<String, String> parameters, int tagged) {
    this.parts = parts;
    this.parameters = parameters;
    this.tagged = tagged;
  }

  /**
   * Parts from the general to the particular.
   *
   * @throws IllegalArgumentException if there is none, or one has no lasting text
   * @throws NullPointerException if one is null
   */
  public static Keys of(Object... parts) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("a key needs at least one part");
    }
    return new Keys(Stream.of(parts).map(Keys::text).toList(), new TreeMap<>(), 0);
  }

  /**
   * Adds a parameter. Parameters stand behind the parts in the order of their names, whatever the
   * order they were added in: {@code list?page=2&sort=name}.
   *
   * @throws IllegalArgumentException if there is one of that name, or the value has no lasting text
   * @throws NullPointerException if the value is null; leave out what is not asked for
   */
  public Keys with(String name, Object value) {
    SortedMap<String, String> more = new TreeMap<>(parameters);
    if (more.put(text(name), text(value)) != null) {
      throw new IllegalArgumentException("parameter \"" + name + "\" is there already");
    }
    return new Keys(parts, more, tagged);
  }

  /**
   * Makes the first parts a hash tag, {@code {app:user:123}:profile}, by which Redis Cluster places
   * all keys with that tag together. That goes for keys that are handed to Redis as they are;
   * entries of a cache are placed by their partition.
   *
   * @param count 1 to the number of parts
   * @throws IllegalArgumentException if there are not so many parts, or they are one empty text,
   *     which Redis takes for no tag
   */
  public Keys tagged(int count) {
    if (count < 1 || count > parts.size()) {
      throw new IllegalArgumentException(
          "tagged parts must be 1 to " + parts.size() + ", was " + count);
    }
    if (count == 1 && parts.get(0).isEmpty()) {
      throw new IllegalArgumentException("the tagged part must not be empty");
    }
    return new Keys(parts, parameters, count);
  }

  /** The key. */
  public String key() {
    StringBuilder key = new StringBuilder();
    if (tagged > 0) {
      key.append('{').append(String.join(":", parts.subList(0, tagged))).append('}');
      if (tagged < parts.size()) {
        key.append(':');
      }
    }
    key.append(String.join(":", parts.subList(tagged, parts.size())));
    if (!parameters.isEmpty()) {
      key.append('?').append(joined(parameters));
    }
    return key.toString();
  }

  private static String joined(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining("&"));
  }

  /** The same as {@link #key()}. */
  @Override
  public String toString() {
    return key();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Keys keys && key().equals(keys.key());
  }

  @Override
  public int hashCode() {
    return key().hashCode();
  }

  private static String text(Object part) {
    if (part instanceof Enum<?> constant) {
      return escape(constant.name());
    }
    Class<?> type = part.getClass();
    if (TEXTUAL.contains(type)) {
      return escape(part.toString());
    }
    throw new IllegalArgumentException(type.getName() + " can't be part of a key: " + reason(part));
  }

  private static String reason(Object part) {
    if (part instanceof Date || part instanceof Calendar || part instanceof Temporal) {
      return "a time of now would make every key a new one; use a LocalDate, or the time's text";
    }
    if (part instanceof Float || part instanceof Double) {
      return "its text depends on the JVM's version; use a BigDecimal or a string";
    }
    return "nobody promises that its text stays the same; use a string, number, enum or UUID of it";
  }

  private static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (!isEscaped(c)) {
        out.appendCodePoint(c);
      } else if (c < 0x100) {
        out.append(String.format(Locale.ROOT, "%%%02X", c));
      } else {
        out.append(String.format(Locale.ROOT, "%%u%04X", c));
      }
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static boolean isEscaped(int c) {
    return Character.isISOControl(c)
        || ESCAPED.indexOf(c) >= 0
        || (Character.isBmpCodePoint(c) && Character.isSurrogate((char) c));
  }
}
