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

  /** Events that wait for asynchronous listeners. */
  long getQueuedEvents();

  /** Events that an asynchronous listener missed because it had fallen too far behind. */
  long getDroppedEvents();
}
