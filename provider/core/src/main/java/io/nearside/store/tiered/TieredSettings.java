package io.nearside.store.tiered;

import io.nearside.store.StoredEntry;
import java.util.function.Predicate;

/**
 * How a two-tier store copies and answers. All times in nanoseconds.
 *
 * @param bound how old an answer may be that is called fresh; the proofs' own
 * @param timeToLive of a copy, or {@link StoredEntry#NEVER}
 * @param timeout how long a reader waits for another's question of the same key
 * @param copyable whether a value is small enough to be copied
 * @param promotion when a value that is read is copied
 * @param bypassLimit the most questions at once whose copies are there but can't be proved fresh
 * @param maximumStaleness how old a copy may be that stands in for an unavailable authority; 0 for
 *     none
 */
public record TieredSettings<V>(
    long bound,
    long timeToLive,
    long timeout,
    Predicate<? super V> copyable,
    Promotion promotion,
    int bypassLimit,
    long maximumStaleness) {

  /**
   * A value is copied when it is read so often.
   *
   * @param reads 1 or more
   * @param window within how many nanoseconds
   */
  public record Promotion(int reads, long window) {
    public static final Promotion AT_ONCE = new Promotion(1, 1);
  }
}
