package io.nearside.store;

/**
 * What a tier answers to a read: an {@link StoredEntry} that is live, or {@link Absent}. Never
 * null, never an exception for a normal case.
 */
public sealed interface Outcome<V> permits StoredEntry, Absent {}
