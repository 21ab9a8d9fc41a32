package io.nearside.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads canonical text, which anybody may have written: what it makes is bounded by the text's
 * length, and no class is loaded that is not allowed. For one thread and one text.
 */
final class KeyReader {
  private final String text;
  private final KeyShapes shapes;
  private int at;
  private int depth;

  KeyReader(String text, KeyShapes shapes) {
    this.text = text;
    this.shapes = shapes;
  }

  /** The one value of the whole text. */
  @Nullable Object whole() {
    Object value = value();
    if (at != text.length()) {
      throw wrong();
    }
    return value;
  }

  private @Nullable Object value() {
    int start = at;
    while (at < text.length() && isPrefix(text.charAt(at))) {
      at++;
    }
    String prefix = text.substring(start, at);
    if (take('(')) {
      return inside(() -> container(prefix));
    }
    expect(':');
    String content = content();
    return switch (prefix) {
      case "n" -> null;
      case "e" -> constant(content);
      case "r", "o" -> withFields(content);
      case "bytes" -> KeyArrays.bytes(content);
      default -> KeyAtoms.read(prefix, content);
    };
  }

  private @Nullable Object container(String prefix) {
    switch (prefix) {
      case "list":
        return items();
      case "set":
        return set();
      case "map":
        return map();
      case "opt":
        List<@Nullable Object> items = items();
        return items.isEmpty() ? Optional.empty() : Optional.of(present(items.get(0)));
      default:
        return KeyArrays.isPrefix(prefix)
            ? KeyArrays.make(prefix, items())
            : shapes.make(prefix, items());
    }
  }

  private static Object present(@Nullable Object item) {
    if (item == null) {
      throw wrong();
    }
    return item;
  }

  private List<@Nullable Object> items() {
    List<@Nullable Object> items = new ArrayList<>();
    while (more(items.isEmpty())) {
      items.add(value());
    }
    return items;
  }

  private Set<@Nullable Object> set() {
    Set<@Nullable Object> items = new LinkedHashSet<>();
    while (more(items.isEmpty())) {
      items.add(value());
    }
    return items;
  }

  private Map<@Nullable Object, @Nullable Object> map() {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    while (more(map.isEmpty())) {
      Object key = value();
      expect('=');
      map.put(key, value());
    }
    return map;
  }

  private Object constant(String content) {
    int colon = content.indexOf(':');
    if (colon < 0) {
      throw wrong();
    }
    Class<?> type = shapes.load(KeyText.unescape(content.substring(0, colon)));
    return KeyShapes.constant(type, content.substring(colon + 1));
  }

  private @Nullable Object withFields(String className) {
    KeyFields fields = shapes.fieldsOf(shapes.load(KeyText.unescape(className)));
    expect('(');
    return inside(() -> {
      @Nullable Object[] values = new Object[fields.names().size()];
      for (int i = 0; i < values.length; i++) {
        if (i > 0) {
          expect(',');
        }
        if (!KeyText.unescape(content()).equals(fields.names().get(i))) {
          throw wrong();
        }
        expect('=');
        values[i] = value();
      }
      expect(')');
      return fields.make(values);
    });
  }

  private interface Part {
    @Nullable Object read();
  }

  private @Nullable Object inside(Part part) {
    if (++depth > KeyWriter.MAX_DEPTH) {
      throw wrong();
    }
    Object value = part.read();
    depth--;
    return value;
  }

  /** Whether another part follows in the brackets; steps over what is between. */
  private boolean more(boolean first) {
    if (take(')')) {
      return false;
    }
    if (!first) {
      expect(',');
    }
    return true;
  }

  private String content() {
    int start = at;
    while (at < text.length() && "(),=".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isPrefix(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  }

  private boolean take(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    if (there) {
      at++;
    }
    return there;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw wrong();
    }
  }

  private static UnreadableException wrong() {
    return new UnreadableException("key text of no canonical form");
  }
}
