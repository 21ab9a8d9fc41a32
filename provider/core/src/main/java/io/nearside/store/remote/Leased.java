package io.nearside.store.remote;

/**
 * A reservation that Redis has given.
 *
 * @param token of the lease, which others may share
 * @param asOf what was in the partition up to this version is what the load may have seen
 * @param generation of the partition then
 * @param invalidated when tags were invalidated last in the partition; 0 if never
 */
record Leased(long token, long asOf, long generation, long invalidated) {
  /** Whether a load under this one shows what whoever has the other may expect. */
  boolean serves(Leased other) {
    return token == other.token && other.invalidated < asOf;
  }
}
