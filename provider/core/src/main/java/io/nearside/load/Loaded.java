package io.nearside.load;

import io.nearside.store.Notes;
import io.nearside.store.StoredEntry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A loader's answer.
 *
 * @param value null if the source has none, or no other
 * @param timeToLive the loader's own choice; null leaves it to the cache
 * @param notes what the entry is to remember beside the value
 * @param unmodified what the cache has still, if the source has no other value
 */
public record Loaded<V>(
    @Nullable V value,
    @Nullable Duration timeToLive,
    Notes notes,
    @Nullable StoredEntry<V> unmodified) {

  /** Of a loader that says no more. */
  public Loaded(@Nullable V value) {
    this(value, null, Notes.NONE, null);
  }
}
