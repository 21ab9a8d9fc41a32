package io.nearside.store;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The counts of a two-tier store, since it was made or they were cleared; of any other store all
 * stay zero. Thread-safe.
 */
public final class TierCounts {
  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(TierCount.values().length).toArray(LongAdder[]::new);

  public void count(TierCount what) {
    add(what, 1);
  }

  public void add(TierCount what, long number) {
    counts[what.ordinal()].add(number);
  }

  public long get(TierCount what) {
    return counts[what.ordinal()].sum();
  }

  /** Sets all to zero. */
  public void clear() {
    Arrays.stream(counts).forEach(LongAdder::reset);
  }
}
