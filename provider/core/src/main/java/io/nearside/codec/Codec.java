package io.nearside.codec;

import org.jspecify.annotations.Nullable;

/**
 * Bytes of values. One instance serves one cache; thread-safe.
 *
 * <p>What comes back is equal to what went in, or is refused: {@link #encode} throws for a value
 * that it could not give back.
 */
public interface Codec {

  /** On the wire: 1 to 63 are Nearside's own, 64 to 127 are for others. */
  int id();

  /** In configuration. */
  String name();

  /**
   * @throws javax.cache.CacheException if it can't carry the value, or a class in it is not
   *     allowed; names cache, class and remedy
   */
  byte[] encode(Object value);

  /**
   * Reads bytes that anybody may have written. Never makes a class that is not allowed, never
   * allocates far more than the bytes can hold.
   *
   * @throws UnreadableException if they are not what {@link #encode} makes, or not allowed
   */
  Object decode(byte[] bytes, int offset, int length);

  /** How much what is read resembles what was written; it is tried out on first writes. */
  default Likeness likeness() {
    return Likeness.SAME;
  }

  /**
   * Why objects of a class can't be carried, as their class alone shows: reads on after "it".
   * {@code null} if they can, or if only a trial tells.
   */
  default @Nullable String refuses(Class<?> type) {
    return null;
  }

  /** How many objects may be nested: reading them must fit into an ordinary thread's stack. */
  default int maxDepth() {
    return WriteCheck.MAX_DEPTH;
  }

  /** How much what is read resembles what was written. */
  enum Likeness {
    /** The same classes, order, shared parts and cycles. */
    SAME,
    /**
     * Equal, with the same classes of the application; lists, sets and maps may be of other classes
     * than they were, and parts that were one object may be several. Every write is read back and
     * compared, because what is lost depends on the value as much as on its class.
     */
    EQUAL
  }
}
