package io.nearside.store.remote;

/**
 * Whether an entry is still the one that was named.
 *
 * @param status {@code DONE} if it is, and live
 * @param expiresAt ms since 1970 by Redis; 0: never
 */
record ConfirmReply(ScriptStatus status, long expiresAt) {}
