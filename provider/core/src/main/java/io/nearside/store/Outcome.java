package io.nearside.store;

/**
 * What a tier answers to a read: a {@link StoredEntry} that is live, {@link Absent}, or {@link
 * Unavailable}. Never null, never an exception for a normal case.
 */
public sealed interface Outcome<V> permits StoredEntry, Absent, Unavailable {}
