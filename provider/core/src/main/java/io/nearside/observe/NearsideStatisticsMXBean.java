package io.nearside.observe;

import javax.cache.management.CacheStatisticsMXBean;

/** The statistics of JSR-107, with what Nearside counts beyond them. */
public interface NearsideStatisticsMXBean extends CacheStatisticsMXBean {

  /** Entries that made room because the tier held too many. */
  long getSizeEvictions();

  /** Entries that made room because the tier held too many bytes. */
  long getWeightEvictions();

  /** Entries that made room because the manager's local tiers held too many bytes together. */
  long getManagerWeightEvictions();

  /** Entries whose time was over. */
  long getExpirations();

  /** How often the user's expiry policy threw; the entry then got the fall-back. */
  long getFailedExpiryPolicies();

  /** Operations that went on without Redis, since it did not answer ({@code fail-safe}). */
  long getUnavailableOperations();

  /**
   * How often something was met in Redis in place of an entry that can't be read: what others
   * wrote, a damaged entry or one of another key with the same hash, one of a later release, or a
   * value that no codec here can decode. Each was a miss, or a refused change of what others wrote.
   */
  long getUnreadableEntries();

  /** Values that were not stored since Redis had no memory left ({@code fail-safe}). */
  long getUnstoredValues();

  /** Entries that were loaded anew in the background before they expired. */
  long getRefreshes();

  /** Such loads that failed, after which the entry stayed as it was. */
  long getFailedRefreshes();

  /** Chosen keys that this node has loaded anew at intervals now, since somebody reads them. */
  long getAutoRefreshedKeys();

  /**
   * Keys that this node counts just now as read within the last hour or so ({@code warm.record}),
   * up to twice {@code warm.record.maximumKeys}.
   */
  long getRecordedKeys();

  /** Keys that were loaded by warming, before anybody asked for them. */
  long getWarmedKeys();

  /** Those of them that somebody has read since: as many misses fewer. */
  long getWarmedHits();

  /**
   * Loads that were not made, since the source had nothing for their keys a moment ago ({@code
   * notFoundTimeToLive}). Such a read is among the misses too.
   */
  long getNotFoundHits();

  /** Misses that an entry answered whose time was over, since its load had failed. */
  long getStaleAnswers();

  /** Events that wait for asynchronous listeners. */
  long getQueuedEvents();

  /** Events that an asynchronous listener missed because it had fallen too far behind. */
  long getDroppedEvents();

  /**
   * Reads ({@code get}, {@code getAll}) that a copy in this JVM answered, provably fresh; 0 without
   * two tiers, as all below.
   */
  long getLocalHits();

  /** Reads that Redis answered with an entry. */
  long getRemoteHits();

  /** Answers from copies that were not provably fresh ({@code STALE}), while Redis was away. */
  long getStaleHits();

  /** Reads that asked Redis though there was a copy, since it could not be proved fresh. */
  long getBypassedReads();

  /** Of those, the reads that were refused because too many asked at once. */
  long getRefusedReads();

  /** Values that became copies because they were read. */
  long getPromotions();

  /** Copies that a change of their key ended. */
  long getDemotions();

  /** Copies that Redis confirmed after something may have been missed. */
  long getRevalidations();

  /** Lives in Redis that reads of copies prolonged. */
  long getRenewals();

  /** Messages of changes that this node heard for the cache, its own among them. */
  long getAnnouncements();
}
