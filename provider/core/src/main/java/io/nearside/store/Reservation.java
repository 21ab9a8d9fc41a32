package io.nearside.store;

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

  /** Whether this node has filled the key for another load since this was reserved. */
  default boolean isOvertaken() {
    return false;
  }
}
