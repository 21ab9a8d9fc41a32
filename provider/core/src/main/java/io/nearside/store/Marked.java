package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * What became of a wish to mark a key.
 *
 * @param mark null if the condition did not hold, or the store could not mark
 * @param prior what was there, if asked for; {@link Unavailable} if the store could not mark
 * @param version of what is now written to the source
 */
public record Marked<V>(@Nullable Mark mark, Outcome<V> prior, WriteVersion version) {

  /** By a store that knows nothing of versions. */
  public Marked(@Nullable Mark mark, Outcome<V> prior) {
    this(mark, prior, WriteVersion.UNKNOWN);
  }

  /** The live entry that was there; null if there was none, or it was not asked for. */
  public @Nullable StoredEntry<V> live() {
    return (prior instanceof StoredEntry<V> entry) ? entry : null;
  }
}
