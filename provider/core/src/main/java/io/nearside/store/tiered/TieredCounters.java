package io.nearside.store.tiered;

import java.util.concurrent.atomic.LongAdder;

/** What a two-tier store did that can't be seen from outside. Thread-safe. */
public final class TieredCounters {
  private final LongAdder stale = new LongAdder();
  private final LongAdder bypassed = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder promoted = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder revalidated = new LongAdder();

  private final LongAdder renewed = new LongAdder();

  void countRenewed(long count) {
    renewed.add(count);
  }

  /** Lives of entries that reads of their copies have prolonged. */
  public long renewed() {
    return renewed.sum();
  }

  void countStale() {
    stale.increment();
  }

  void countBypassed() {
    bypassed.increment();
  }

  void countRefused() {
    refused.increment();
  }

  void countPromoted() {
    promoted.increment();
  }

  void countDropped() {
    dropped.increment();
  }

  void countRevalidated() {
    revalidated.increment();
  }

  /** Answers from copies that were not provably fresh, while the authority was away. */
  public long stale() {
    return stale.sum();
  }

  /**
   * Reads that went to the authority although there was a copy, which could not be proved fresh.
   */
  public long bypassed() {
    return bypassed.sum();
  }

  /** Of those, the ones that were too many at once. */
  public long refused() {
    return refused.sum();
  }

  /** Values that became copies. */
  public long promoted() {
    return promoted.sum();
  }

  /** Copies that a change of their key ended. */
  public long dropped() {
    return dropped.sum();
  }

  /** Copies that were found to be still true after something may have been missed. */
  public long revalidated() {
    return revalidated.sum();
  }
}
