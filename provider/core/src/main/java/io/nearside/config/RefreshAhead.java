package io.nearside.config;

/** How a cache chooses when an entry that is read is loaded anew before it expires. */
public enum RefreshAhead {
  /**
   * By chance: the likelier the sooner it expires, and the earlier the longer loads take (Vattani
   * et al., "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015).
   */
  XFETCH
}
