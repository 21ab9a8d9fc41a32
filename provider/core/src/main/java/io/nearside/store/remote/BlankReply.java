package io.nearside.store.remote;

/**
 * Whether it is remembered that the source has nothing for a key.
 *
 * @param status {@code DONE}; {@code VOID} if the reservation does not stand; {@code NOT_MET} if
 *     there is an entry, or no room, or another node loads
 * @param leftMillis for how long it is; 0 if it is not
 */
record BlankReply(ScriptStatus status, long leftMillis) {}
