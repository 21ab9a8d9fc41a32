package io.nearside.observe;

import io.nearside.EvictionCause;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import java.util.function.LongSupplier;

/** Shows a recorder's counts by JMX. Thread-safe. */
public final class StatisticsBean implements NearsideStatisticsMXBean {
  private final CacheRecorder recorder;
  private final LongSupplier queuedEvents;
  private final LongSupplier droppedEvents;
  private final TierCounts tiers;

  public StatisticsBean(
      CacheRecorder recorder,
      LongSupplier queuedEvents,
      LongSupplier droppedEvents,
      TierCounts tiers) {
    this.recorder = recorder;
    this.queuedEvents = queuedEvents;
    this.droppedEvents = droppedEvents;
    this.tiers = tiers;
  }

  @Override
  public void clear() {
    recorder.clear();
    tiers.clear();
  }

  @Override
  public long getCacheHits() {
    return recorder.hits();
  }

  @Override
  public float getCacheHitPercentage() {
    return percentage(getCacheHits());
  }

  @Override
  public long getCacheMisses() {
    return recorder.misses();
  }

  @Override
  public float getCacheMissPercentage() {
    return percentage(getCacheMisses());
  }

  @Override
  public long getCacheGets() {
    return getCacheHits() + getCacheMisses();
  }

  @Override
  public long getCachePuts() {
    return recorder.puts();
  }

  @Override
  public long getCacheRemovals() {
    return recorder.removals();
  }

  @Override
  public long getCacheEvictions() {
    return recorder.evictions();
  }

  @Override
  public float getAverageGetTime() {
    return recorder.averageMicros(Timed.GET);
  }

  @Override
  public float getAveragePutTime() {
    return recorder.averageMicros(Timed.PUT);
  }

  @Override
  public float getAverageRemoveTime() {
    return recorder.averageMicros(Timed.REMOVE);
  }

  @Override
  public long getSizeEvictions() {
    return recorder.evictions(EvictionCause.SIZE);
  }

  @Override
  public long getWeightEvictions() {
    return recorder.evictions(EvictionCause.WEIGHT);
  }

  @Override
  public long getManagerWeightEvictions() {
    return recorder.evictions(EvictionCause.MANAGER_WEIGHT);
  }

  @Override
  public long getExpirations() {
    return recorder.expirations();
  }

  @Override
  public long getFailedExpiryPolicies() {
    return recorder.failedPolicies();
  }

  @Override
  public long getUnavailableOperations() {
    return recorder.unavailables();
  }

  @Override
  public long getUnreadableEntries() {
    return recorder.unreadables();
  }

  @Override
  public long getUnstoredValues() {
    return recorder.unstored();
  }

  @Override
  public long getRefreshes() {
    return recorder.refreshes();
  }

  @Override
  public long getFailedRefreshes() {
    return recorder.failedRefreshes();
  }

  @Override
  public long getAutoRefreshedKeys() {
    return recorder.autoRefreshedKeys();
  }

  @Override
  public long getRecordedKeys() {
    return recorder.recordedKeys();
  }

  @Override
  public long getWarmedKeys() {
    return recorder.warmedKeys();
  }

  @Override
  public long getWarmedHits() {
    return recorder.warmedHits();
  }

  @Override
  public long getNotFoundHits() {
    return recorder.notFoundHits();
  }

  @Override
  public long getStaleAnswers() {
    return recorder.staleAnswers();
  }

  @Override
  public long getQueuedEvents() {
    return queuedEvents.getAsLong();
  }

  @Override
  public long getDroppedEvents() {
    return droppedEvents.getAsLong();
  }

  @Override
  public long getLocalHits() {
    return recorder.copyHits();
  }

  @Override
  public long getRemoteHits() {
    return tiers.get(TierCount.REMOTE_HITS);
  }

  @Override
  public long getStaleHits() {
    return tiers.get(TierCount.STALE_HITS);
  }

  @Override
  public long getBypassedReads() {
    return tiers.get(TierCount.BYPASSED_READS);
  }

  @Override
  public long getRefusedReads() {
    return tiers.get(TierCount.REFUSED_READS);
  }

  @Override
  public long getPromotions() {
    return tiers.get(TierCount.PROMOTIONS);
  }

  @Override
  public long getDemotions() {
    return tiers.get(TierCount.DEMOTIONS);
  }

  @Override
  public long getRevalidations() {
    return tiers.get(TierCount.REVALIDATIONS);
  }

  @Override
  public long getRenewals() {
    return tiers.get(TierCount.RENEWALS);
  }

  @Override
  public long getAnnouncements() {
    return tiers.get(TierCount.ANNOUNCEMENTS);
  }

  private float percentage(long part) {
    long gets = getCacheGets();
    return (gets == 0) ? 0f : 100f * part / gets;
  }
}
