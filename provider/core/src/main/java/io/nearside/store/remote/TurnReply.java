package io.nearside.store.remote;

/**
 * A place in the queue for a key.
 *
 * @param position 0: it is the caller's turn; meaningless unless {@code DONE}
 */
record TurnReply(ScriptStatus status, long position) {}
