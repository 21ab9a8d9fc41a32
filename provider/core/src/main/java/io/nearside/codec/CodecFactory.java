package io.nearside.codec;

import org.jspecify.annotations.Nullable;

/**
 * Makes the codec of one name, a new one for every cache. Those of others are found by {@link
 * java.util.ServiceLoader}. Making a factory must not need the library that its codec stands on;
 * {@link #create} may. Thread-safe.
 */
public interface CodecFactory {

  /** On the wire: 1 to 63 are Nearside's own, 64 to 127 are for others. */
  int id();

  /** In configuration: lower case, words joined by a hyphen. */
  String name();

  /** What must be on the class path; {@code null} when nothing more is needed. */
  default @Nullable Library library() {
    return null;
  }

  /**
   * @throws javax.cache.CacheException if it can't work for this cache or in this JVM; names cache,
   *     setting and remedy
   */
  Codec create(CodecContext context);

  /**
   * A library that users add themselves.
   *
   * @param className a class of it, looked for by name
   * @param coordinates for a build: group and artifact, joined by a colon
   */
  record Library(String className, String coordinates) {}
}
