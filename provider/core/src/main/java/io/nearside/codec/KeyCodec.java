package io.nearside.codec;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The canonical text of keys: typed, the same in every JVM and every version, equal for equal keys
 * and for them only, and readable where it can be ({@code s:user}, {@code l:42}). It is what names
 * an entry in Redis; the codec of values has no part in it, as its bytes may differ for equal
 * objects. Thread-safe; one instance serves one cache.
 *
 * <p>Every class that the text can name is asked of the allow-list, before it is loaded.
 */
public final class KeyCodec {
  /** Of text, in bytes of UTF-8. */
  public static final int MAX_BYTES = KeyWriter.MAX_LENGTH;

  private final String cacheName;
  private final KeyShapes shapes;

  /**
   * @param context for the cache's name, the class loader and the allow-list
   * @param forms of the cache manager
   */
  public KeyCodec(CodecContext context, KeyForms forms) {
    this.cacheName = context.cacheName();
    this.shapes = new KeyShapes(context.loader(), context.allowed(), forms);
  }

  /**
   * The canonical text of the key.
   *
   * @throws CacheException if it, or a part of it, has none, or the text is longer than {@link
   *     #MAX_BYTES}; names cache, class and remedy
   */
  public String encode(Object key) {
    if (key instanceof String text) {
      return text.length() < MAX_BYTES / 8 ? "s:" + KeyText.escape(text) : encodeAny(key);
    }
    if (key instanceof Long number) {
      return "l:" + number.longValue();
    }
    if (key instanceof Integer number) {
      return "i:" + number.intValue();
    }
    if (key instanceof UUID id) {
      return "u:" + id;
    }
    return encodeAny(key);
  }

  private String encodeAny(Object key) {
    try {
      KeyWriter writer = new KeyWriter(shapes);
      writer.value(key);
      String text = writer.text();
      if (text.length() > MAX_BYTES / 3
          && text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
        throw new NoKeyForm("its text is longer than " + MAX_BYTES + " bytes");
      }
      return text;
    } catch (NoKeyForm e) {
      throw new CacheException(message(key, e));
    }
  }

  private String message(Object key, NoKeyForm e) {
    String type = key.getClass().getTypeName();
    String part = e.path().isEmpty() ? "" : "its part " + e.path() + ": ";
    return "cache \""
        + cacheName
        + "\": a key of "
        + type
        + " has no canonical form: "
        + part
        + e.reason()
        + "; use strings, numbers, UUIDs, dates, enums, records or lists of these, or register an "
        + KeyForm.class.getName();
  }

  /**
   * A key that is equal to the one whose text it is. Anybody may have written the text.
   *
   * @throws UnreadableException if it is no text of {@link #encode}'s, or names a class that is not
   *     allowed or not there
   */
  public Object decode(String text) {
    if (text.length() > MAX_BYTES) {
      throw new UnreadableException("key text that is too long");
    }
    Object key = read(text);
    if (key == null || !isTextOf(key, text)) {
      throw new UnreadableException("key text of no canonical form");
    }
    return key;
  }

  private @Nullable Object read(String text) {
    try {
      return new KeyReader(text, shapes).whole();
    } catch (UnreadableException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new UnreadableException("key text of no canonical form", e);
    }
  }

  /** Many texts would be read as the same key; only one of them is canonical. */
  private boolean isTextOf(Object key, String text) {
    try {
      return encode(key).equals(text);
    } catch (CacheException e) {
      throw new UnreadableException("key text of a key without canonical form", e);
    }
  }
}
