package io.nearside.store.remote;

/**
 * A reservation that Redis has given.
 *
 * @param token of the lease, which others may share
 * @param asOf what was in the partition up to this version is what the load may have seen
 * @param generation of the partition then
 */
record Leased(long token, long asOf, long generation) {}
