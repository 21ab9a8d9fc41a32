package io.nearside.store.remote;

import org.jspecify.annotations.Nullable;

/**
 * What a change or a fill came to.
 *
 * @param existed whether there was a live entry; unknown unless {@code DONE} or {@code NOT_MET}
 * @param stored whether there is a new entry; not if its life was over at once
 * @param expired whether an entry that had expired was there; if {@code DONE} it was removed by
 *     this change, and nobody else says so
 * @param hot whether the new entry is marked: it must not be copied
 * @param version of the change, if {@code DONE}
 * @param generation of the partition
 * @param expiresAt of the new entry, ms since 1970 by Redis; 0: never
 * @param createdAt of the new entry, likewise
 * @param replaces whether a write that waited for the source is not to be done any more
 * @param doubt why it is not known whether a replica has it; null if one has, or nobody asked
 * @param prior the envelope that was there, live or expired, if asked for
 */
record ChangeReply(
    ScriptStatus status,
    boolean existed,
    boolean stored,
    boolean expired,
    boolean hot,
    long version,
    long generation,
    long expiresAt,
    long createdAt,
    boolean replaces,
    @Nullable String doubt,
    byte @Nullable [] prior) {
  /** The same, as if it was done as asked. */
  ChangeReply asDone() {
    return with(ScriptStatus.DONE, doubt);
  }

  /** The same, of which a replica has been asked. */
  ChangeReply replicated(Replication replication) {
    return with(status, replication.doubt());
  }

  private ChangeReply with(ScriptStatus newStatus, @Nullable String newDoubt) {
    return new ChangeReply(
        newStatus,
        existed,
        stored,
        expired,
        hot,
        version,
        generation,
        expiresAt,
        createdAt,
        replaces,
        newDoubt,
        prior);
  }
}
