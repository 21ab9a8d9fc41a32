package io.nearside.store;

/**
 * The right to fill a key with what is being loaded for it. Any change of the key takes it away. An
 * opaque token: a store knows its own.
 */
public interface Reservation {}
