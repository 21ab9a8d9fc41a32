package io.nearside.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one key as canonical text; for one thread and one key. */
final class KeyWriter {
  static final int MAX_DEPTH = 32;
  static final int MAX_LENGTH = 64 * 1024;

  private final KeyShapes shapes;
  private final StringBuilder out = new StringBuilder(64);
  private int depth;
  private boolean first;

  KeyWriter(KeyShapes shapes) {
    this.shapes = shapes;
  }

  private KeyWriter(KeyWriter outer) {
    this.shapes = outer.shapes;
    this.depth = outer.depth;
  }

  String text() {
    return out.toString();
  }

  void atom(String prefix, String text) {
    out.append(prefix).append(':').append(text);
    checkLength();
  }

  /** {@code type} is null for what needs no class name. */
  void open(String prefix, @Nullable String type) {
    if (++depth > MAX_DEPTH) {
      throw new NoKeyForm("it is nested more than " + MAX_DEPTH + " deep");
    }
    out.append(prefix);
    if (type != null) {
      out.append(':');
      KeyText.append(out, type);
    }
    out.append('(');
    first = true;
  }

  void close() {
    depth--;
    out.append(')');
    first = false;
    checkLength();
  }

  /** A part between {@link #open} and {@link #close}, named as in a message. */
  void part(String step, @Nullable Object value) {
    separate();
    value(step, value);
  }

  void field(String name, @Nullable Object value) {
    separate();
    KeyText.append(out, name);
    out.append('=');
    value("." + name, value);
  }

  void parts(Iterable<?> values) {
    int index = 0;
    for (Object value : values) {
      part("[" + index++ + "]", value);
    }
  }

  /** In the order of their texts, as equal sets need not have an order in common. */
  void sorted(Iterable<?> values) {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      texts.add(aside("[]", value));
    }
    appendSorted(texts);
  }

  void sorted(Map<?, ?> entries) {
    List<String> texts = new ArrayList<>();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      texts.add(aside("[key]", entry.getKey()) + "=" + aside("[value]", entry.getValue()));
    }
    appendSorted(texts);
  }

  private void appendSorted(List<String> texts) {
    String[] sorted = texts.toArray(String[]::new);
    Arrays.sort(sorted);
    for (String text : sorted) {
      separate();
      out.append(text);
    }
    checkLength();
  }

  private String aside(String step, @Nullable Object value) {
    KeyWriter writer = new KeyWriter(this);
    writer.value(step, value);
    return writer.text();
  }

  private void separate() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private void value(String step, @Nullable Object value) {
    try {
      value(value);
    } catch (NoKeyForm e) {
      throw e.within(step);
    }
  }

  void value(@Nullable Object value) {
    if (value == null) {
      atom("n", "");
    } else {
      shapes.of(value.getClass()).write(this, value);
    }
    first = false;
  }

  private void checkLength() {
    if (out.length() > MAX_LENGTH) {
      throw new NoKeyForm("its text is longer than " + MAX_LENGTH + " bytes");
    }
  }
}
