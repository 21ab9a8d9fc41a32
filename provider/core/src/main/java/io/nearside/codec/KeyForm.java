package io.nearside.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of one class of keys, for classes that have none by themselves, or whose
 * {@code equals} goes by rules of its own. Found by {@link java.util.ServiceLoader} through the
 * cache manager's class loader. Must be thread-safe and must not block.
 *
 * <p>The parts stand for the key: two keys have equal parts if and only if they are equal, in every
 * JVM and every version of the program that shares the cache.
 *
 * @param <T> the class of the keys
 */
public interface KeyForm<T> {

  /** The exact class: keys of a subclass need a form of their own. */
  Class<T> type();

  /**
   * Stands before the parts in the text, unique among all forms and never to be changed: 3 to 32 of
   * {@code a-z 0-9 - .}, a letter first, and at least one dot, such as {@code shop.money}.
   */
  String prefix();

  /** Strings, numbers, dates, enums, records, lists: whatever has a canonical form itself. */
  List<? extends @Nullable Object> parts(T key);

  /**
   * The key of these parts; must be equal to the one they were taken from.
   *
   * @throws RuntimeException if they are not what {@link #parts} makes, as anybody may have written
   *     them; the entry is then passed over
   */
  T key(List<? extends @Nullable Object> parts);
}
