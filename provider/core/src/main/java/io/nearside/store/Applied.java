package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Change}.
 *
 * @param done whether the condition held
 * @param prior the live entry that was there, null if there was none
 * @param current the entry that the change stored; null if it removed, was not done, or what it
 *     should create had no time to live at all
 */
public record Applied<V>(
    boolean done, @Nullable StoredEntry<V> prior, @Nullable StoredEntry<V> current) {}
