package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * The right to fill a key with what is being loaded for it. Any change of the key takes it away. An
 * opaque token: a store knows its own.
 */
public interface Reservation {

  /**
   * Whether the key has not been changed between the two, as far as the store can tell: what is
   * loaded for one is no older than what the other may expect. Never true by mistake.
   */
  default boolean sharesWith(Reservation other) {
    return false;
  }

  /**
   * What those have left here who reserved the key since it was last changed on this node, so that
   * they find each other; null if nothing.
   */
  default @Nullable Object left() {
    return null;
  }

  /**
   * Leaves something in the place of what is expected there, in one instant.
   *
   * @return whether that was there; always true where nothing can be left
   */
  default boolean leave(@Nullable Object expected, @Nullable Object next) {
    return true;
  }

  /** Whether it never stood, as the store could not be asked: what is loaded can't be stored. */
  default boolean isVain() {
    return false;
  }

  /** Whether this node has filled the key for another load since this was reserved. */
  default boolean isOvertaken() {
    return false;
  }
}
