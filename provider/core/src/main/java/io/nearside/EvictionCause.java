package io.nearside;

/** Why an entry had to make room. */
public enum EvictionCause {
  /** The tier held more entries than its maximum size. */
  SIZE,
  /** The tier held more bytes than its maximum weight. */
  WEIGHT,
  /** The tiers of the whole manager held more bytes than their common maximum. */
  MANAGER_WEIGHT
}
