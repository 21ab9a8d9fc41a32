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

  /** Whether the key had an entry when it was reserved, or this node has filled it since. */
  default boolean isOvertaken() {
    return false;
  }

  /**
   * Who loads the key on another node, by which later ones can be told from it; null if nobody
   * does. What that load stores need not be loaded.
   */
  default @Nullable Object elsewhere() {
    return null;
  }
}
