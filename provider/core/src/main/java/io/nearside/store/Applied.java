package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Change}.
 *
 * @param done whether the condition held
 * @param existed whether there was a live entry
 * @param prior the live entry that was there, null if there was none; a store that would have to
 *     fetch it leaves it out unless the change {@linkplain Change#returning asked for it}
 * @param current the entry that the change stored; null if it removed, was not done, or what it
 *     should create had no time to live at all
 */
public record Applied<V>(
    boolean done,
    boolean existed,
    @Nullable StoredEntry<V> prior,
    @Nullable StoredEntry<V> current) {

  public Applied(boolean done, @Nullable StoredEntry<V> prior, @Nullable StoredEntry<V> current) {
    this(done, prior != null, prior, current);
  }
}
