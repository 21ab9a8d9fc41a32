package io.nearside.codec;

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
}
