package io.nearside;

/** Where the entries of a cache live. */
public enum Topology {
  /** In this JVM only. */
  LOCAL,
  /** In Redis only. */
  REMOTE,
  /** In Redis, with copies in this JVM. */
  TWO_TIER
}
