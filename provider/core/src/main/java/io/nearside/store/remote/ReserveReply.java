package io.nearside.store.remote;

import org.jspecify.annotations.Nullable;

/**
 * What a reservation, or a read that reserves if there is nothing, came to.
 *
 * @param status {@code FOUND}: there is a live entry; {@code DONE}: reserved, and the caller's to
 *     load; {@code HELD}: reserved, but another node loads; {@code NOT_FOUND}: the source is known
 *     to have nothing; {@code LATE} or {@code FOREIGN}
 * @param leased null if not reserved
 * @param generation of the partition, which is that of the entry if it was {@code FOUND}
 * @param holder of the lease before; 0 if nobody held it. With {@code NOT_FOUND}: for how many
 *     milliseconds that counts
 * @param kept whether something has expired that may stand in if the load fails
 * @param entry of a read: the envelope, live if {@code FOUND}; if there is none one that has
 *     expired and is still to be told, or null
 */
record ReserveReply(
    ScriptStatus status,
    @Nullable Leased leased,
    long generation,
    long holder,
    boolean kept,
    byte @Nullable [] entry) {}
