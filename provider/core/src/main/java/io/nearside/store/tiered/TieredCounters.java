package io.nearside.store.tiered;

import io.nearside.store.TierFigures;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What a two-tier store did that can't be seen from outside. Thread-safe. */
public final class TieredCounters implements TierFigures {
  private final LongAdder localHits = new LongAdder();
  private final LongAdder remoteHits = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder bypassed = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder promoted = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder revalidated = new LongAdder();
  private final LongAdder renewed = new LongAdder();
  private final LongAdder heard = new LongAdder();

  void countLocalHits(long count) {
    localHits.add(count);
  }

  void countRemoteHits(long count) {
    remoteHits.add(count);
  }

  void countRenewed(long count) {
    renewed.add(count);
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

  void countHeard() {
    heard.increment();
  }

  @Override
  public long localHits() {
    return localHits.sum();
  }

  @Override
  public long remoteHits() {
    return remoteHits.sum();
  }

  @Override
  public long stale() {
    return stale.sum();
  }

  @Override
  public long bypassed() {
    return bypassed.sum();
  }

  @Override
  public long refused() {
    return refused.sum();
  }

  @Override
  public long promoted() {
    return promoted.sum();
  }

  @Override
  public long dropped() {
    return dropped.sum();
  }

  @Override
  public long revalidated() {
    return revalidated.sum();
  }

  @Override
  public long renewed() {
    return renewed.sum();
  }

  @Override
  public long heard() {
    return heard.sum();
  }

  @Override
  public void clear() {
    List.of(
            localHits,
            remoteHits,
            stale,
            bypassed,
            refused,
            promoted,
            dropped,
            revalidated,
            renewed,
            heard)
        .forEach(LongAdder::reset);
  }
}
