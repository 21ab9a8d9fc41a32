package io.nearside.store.remote;

/**
 * Where a key lies in Redis.
 *
 * @param canonical the key's canonical text
 * @param tail what names it in Redis
 * @param partition the part of the cache that it is in
 * @param head the name of that partition's head
 * @param entry the name of its entry
 */
record RemoteKey(String canonical, String tail, int partition, String head, String entry) {}
