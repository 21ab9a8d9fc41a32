package io.nearside.store;

/**
 * What a two-tier store counts. Its hits of copies are not among them: who answers from one counts
 * that anyhow, and a second count would take a good part of the time of a hit.
 */
public enum TierCount {
  /** Reads that the authority answered with an entry: fresh. */
  REMOTE_HITS,

  /** Answers from copies that were not provably fresh, while the authority was away. */
  STALE_HITS,

  /**
   * Reads that went to the authority although there was a copy, which could not be proved fresh.
   */
  BYPASSED_READS,

  /** Of those, the ones that were too many at once. */
  REFUSED_READS,

  /** Values that became copies because they were read. */
  PROMOTIONS,

  /** Copies that a change of their key ended. */
  DEMOTIONS,

  /** Copies that were found to be still true after something may have been missed. */
  REVALIDATIONS,

  /** Lives of entries that reads of their copies have prolonged. */
  RENEWALS,

  /** Messages of changes that came in, this node's own among them. */
  ANNOUNCEMENTS
}
