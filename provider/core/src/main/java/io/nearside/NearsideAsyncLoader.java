package io.nearside;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Loads a value without holding a thread while its source works: for {@link
 * NearsideAsyncCache#getOrLoad}. Must be thread-safe.
 */
@FunctionalInterface
public interface NearsideAsyncLoader<K, V> {

  /**
   * Begins to load a value; should return at once. Runs on a thread of the cache manager's, or of
   * the caller's.
   *
   * @param context tells how long the value lives and what its tags are, until the stage is
   *     complete; for one thread at a time
   * @return completes with the value, or with null if the source has none; fails if the source
   *     does. Not null itself
   */
  CompletionStage<? extends @Nullable V> load(K key, LoadContext context);
}
