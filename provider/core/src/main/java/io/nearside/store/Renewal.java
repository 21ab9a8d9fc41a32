package io.nearside.store;

/**
 * An entry whose expiry is to be moved.
 *
 * @param expiresAt in nanoseconds of {@link Clock#nanos}
 */
public record Renewal<V>(StoredEntry<V> entry, long expiresAt) {}
