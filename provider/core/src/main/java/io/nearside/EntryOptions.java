package io.nearside;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one entry has of its own instead of its cache's settings. Immutable.
 *
 * @param timeToLive counted from this write, over zero; null leaves it to the cache
 * @param tags by which the entry can be {@linkplain NearsideCache#invalidateTags invalidated}
 *     together with others, until it is changed again; at most {@value LoadContext#MAXIMUM_TAGS},
 *     each of 1 to {@value LoadContext#MAXIMUM_TAG_BYTES} bytes in UTF-8
 */
public record EntryOptions(@Nullable Duration timeToLive, List<String> tags) {
  /** Nothing of its own. */
  public static final EntryOptions NONE = new EntryOptions(null, List.of());

  /**
   * @throws NullPointerException if the tags are null or contain null
   * @throws IllegalArgumentException if the time to live is zero or negative
   */
  public EntryOptions {
    if (timeToLive != null && (timeToLive.isZero() || timeToLive.isNegative())) {
      throw new IllegalArgumentException(
          "an entry's timeToLive must be > 0, was " + timeToLive + "; to remove, call remove");
    }
    tags = List.copyOf(tags);
  }

  /** An entry that lives that long, counted from this write, whatever its cache's settings say. */
  public static EntryOptions timeToLive(Duration timeToLive) {
    return new EntryOptions(timeToLive, List.of());
  }

  /** An entry with these tags. */
  public static EntryOptions tags(String... tags) {
    return NONE.withTags(List.of(tags));
  }

  /** The same with these tags instead. */
  public EntryOptions withTags(Collection<String> tags) {
    return new EntryOptions(timeToLive, List.copyOf(tags));
  }
}
