package io.nearside.store;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entry remembers beside its value. Immutable.
 *
 * @param validator what the source knows the value by; null if it has said nothing
 * @param tags by which it can be invalidated together with others; none twice
 */
public record Notes(@Nullable String validator, List<String> tags) {
  /** Of most entries. */
  public static final Notes NONE = new Notes(null, List.of());

  public Notes {
    tags = List.copyOf(tags);
  }

  /** {@link #NONE} itself if there is nothing. */
  public static Notes of(@Nullable String validator, List<String> tags) {
    return (validator == null && tags.isEmpty()) ? NONE : new Notes(validator, tags);
  }

  /** Whether one of these tags is among its own. */
  public boolean hasAny(Collection<String> wanted) {
    for (String tag : tags) {
      if (wanted.contains(tag)) {
        return true;
      }
    }
    return false;
  }
}
