package io.nearside.codec;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** What a codec says when it writes or reads something that it must not. */
final class Refusal {
  private Refusal() {}

  /** At write: the class, and the line of configuration that allows it. */
  static CacheException notAllowed(String cacheName, String className) {
    String plain = elementName(className);
    return new CacheException(
        subject(cacheName)
            + "a value holds a "
            + plain
            + ", which may not be read from bytes; if its origin is trusted, add: allowedTypes: [\""
            + plain
            + "\"]");
  }

  /** At write: what the codec could not give back as it was. */
  static CacheException notCarried(CodecContext context, Culprit part) {
    return new CacheException(
        subject(context.cacheName())
            + "a value holds a "
            + part.className()
            + ", which codec "
            + part.codec()
            + " can't carry: it "
            + part.reason()
            + "; choose another codec, or change the class",
        part.cause());
  }

  /** At read: counts as a miss. */
  static UnreadableException unreadableClass(String cacheName, String className) {
    return new UnreadableException(
        subject(cacheName) + "bytes name " + shortened(className) + ", which is not allowed");
  }

  static String subject(String cacheName) {
    return "cache \"" + cacheName + "\": ";
  }

  /** The class of the innermost elements, as source code names arrays' elements. */
  static String elementName(String className) {
    int dimensions = className.lastIndexOf('[') + 1;
    if (dimensions == 0) {
      return className;
    }
    String element = className.substring(dimensions);
    return element.startsWith("L") && element.endsWith(";")
        ? element.substring(1, element.length() - 1)
        : element;
  }

  /** Bytes of others may hold a name of any length and content. */
  static String shortened(String className) {
    String plain = className.replaceAll("[^\\w.$\\[;]", "?");
    return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
  }

  /**
   * @param codec its name
   * @param className of the part that is refused
   * @param reason reads on after "it"
   */
  record Culprit(String codec, String className, String reason, @Nullable Throwable cause) {}
}
