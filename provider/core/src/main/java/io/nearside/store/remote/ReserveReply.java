package io.nearside.store.remote;

import org.jspecify.annotations.Nullable;

/**
 * What a reservation, or a read that reserves if there is nothing, came to.
 *
 * @param status {@code FOUND}, {@code DONE}: reserved, {@code LATE} or {@code FOREIGN}
 * @param leased if {@code DONE}
 * @param generation of the partition, which is that of the entry if it was {@code FOUND}
 * @param entry of a read: the envelope, live if {@code FOUND}; if {@code DONE} one that has expired
 *     and is still to be told, or null
 */
record ReserveReply(
    ScriptStatus status, @Nullable Leased leased, long generation, byte @Nullable [] entry) {}
