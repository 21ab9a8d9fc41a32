package io.nearside.observe;

/** What is counted of a cache with two tiers. */
public enum TierCount {
  LOCAL_HITS,
  REMOTE_HITS,
  STALE_HITS,
  BYPASSED_READS,
  REFUSED_READS,
  PROMOTIONS,
  DEMOTIONS,
  REVALIDATIONS,
  RENEWALS,
  ANNOUNCEMENTS
}
