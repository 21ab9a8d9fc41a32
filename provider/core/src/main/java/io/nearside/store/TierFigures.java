package io.nearside.store;

/** What a two-tier store counts of itself, since it was made or {@linkplain #clear cleared}. */
public interface TierFigures {

  /** Reads that a copy answered, provably fresh. */
  long localHits();

  /** Reads that the authority answered with an entry: fresh, too. */
  long remoteHits();

  /** Answers from copies that were not provably fresh, while the authority was away. */
  long stale();

  /**
   * Reads that went to the authority although there was a copy, which could not be proved fresh.
   */
  long bypassed();

  /** Of those, the ones that were too many at once. */
  long refused();

  /** Values that became copies because they were read. */
  long promoted();

  /** Copies that a change of their key ended. */
  long dropped();

  /** Copies that were found to be still true after something may have been missed. */
  long revalidated();

  /** Lives of entries that reads of their copies have prolonged. */
  long renewed();

  /** Messages of changes that came in, this node's own among them. */
  long heard();

  void clear();
}
