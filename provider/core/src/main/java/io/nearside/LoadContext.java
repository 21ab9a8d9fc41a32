package io.nearside;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link NearsideLoader} or {@link NearsideAsyncLoader} may say of the value that it loads,
 * and what it may know of the one that the cache still has. For one load and one thread at a time;
 * when the load has ended its methods throw {@link IllegalStateException}.
 */
public interface LoadContext {
  /** The most bytes that a {@linkplain #validator validator} has in UTF-8: {@value}. */
  int MAXIMUM_VALIDATOR_BYTES = 1024;

  /** The most tags that an entry has, and that are invalidated at once: {@value}. */
  int MAXIMUM_TAGS = 64;

  /** The most bytes that a tag has in UTF-8: {@value}. */
  int MAXIMUM_TAG_BYTES = 256;

  /**
   * How long the loaded value lives, counted from now, whatever the cache's settings say.
   *
   * @throws IllegalArgumentException if it is zero or negative
   */
  void timeToLive(Duration timeToLive);

  /**
   * What the source knows the loaded value by: an ETag, say, or when it was last modified. Kept
   * with the entry, in Redis too, until the entry is changed or loaded anew.
   *
   * @param validator any text that is not empty; of at most {@value #MAXIMUM_VALIDATOR_BYTES} bytes
   *     in UTF-8
   * @throws IllegalArgumentException if it is empty or too long
   */
  default void validator(String validator) {}

  /**
   * What the loaded value is about, so that it can be {@linkplain NearsideCache#invalidateTags
   * invalidated} together with others. Kept with the entry, in Redis too, until the entry is
   * changed or loaded anew. A later call takes the place of an earlier one.
   *
   * <p>A value whose load began before one of its tags was invalidated is returned to its caller,
   * but not stored.
   *
   * @param tags at most {@value #MAXIMUM_TAGS}, each of 1 to {@value #MAXIMUM_TAG_BYTES} bytes in
   *     UTF-8
   * @throws NullPointerException if one is null
   * @throws IllegalArgumentException if there are too many, or one is empty, too long or begins
   *     with U+0000
   */
  default void tags(Collection<String> tags) {}

  /** As {@link #tags(Collection)}. */
  default void tags(String... tags) {
    tags(List.of(tags));
  }

  /**
   * What the loader said by {@link #validator} of the value that the cache still has, when a value
   * is loaded anew (before it expires, or by {@code loadAll} with {@code replaceExistingValues}).
   * Asking for it costs a round trip in {@code remote} and {@code two-tier}.
   *
   * @return null if it said nothing, or the cache has none or was not asked to load it anew
   */
  default @Nullable String staleValidator() {
    return null;
  }

  /**
   * The value that the cache still has, when a value is loaded anew. The loader's own copy.
   *
   * @return null if the cache has none
   * @throws ClassCastException if it is of another type
   */
  default <T> @Nullable T staleValue(Class<T> type) {
    return null;
  }

  /**
   * Answers that the source still has the {@linkplain #staleValue stale value}: {@code return
   * context.notModified()}. The entry lives on with a new life, unless somebody has changed it
   * meanwhile; what the source knows it by stays unless {@link #validator} renews it, and so do its
   * {@link #tags tags}. Listeners are not told, and other nodes' copies stay.
   *
   * @return null, for the loader to return; from {@code loadAll} the key is left out
   * @throws IllegalStateException if there is no stale value
   */
  default <T> @Nullable T notModified() {
    throw new IllegalStateException(
        "\"not modified\" of a value that the cache does not have: load it when staleValidator() is"
            + " null");
  }
}
