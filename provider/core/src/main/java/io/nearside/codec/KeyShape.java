package io.nearside.codec;

/** How the objects of one class are written as canonical text. Thread-safe. */
@FunctionalInterface
interface KeyShape {
  /**
   * @throws NoKeyForm if this object, or a part of it, has no canonical form
   */
  void write(KeyWriter out, Object value);
}
