package io.nearside.store;

import io.nearside.NearsideHealth.Kind;

/**
 * Something that a part can't do as usual now.
 *
 * @param where the master that it is about; empty if it is about none
 * @param since by {@link Clock#nanos}; {@link #UNKNOWN} if nobody has noted it
 * @param why what happened, lower case; never a key or value
 */
public record Trouble(Kind kind, String where, long since, String why) {
  public static final long UNKNOWN = -1;

  Trouble since(long nanos) {
    return new Trouble(kind, where, nanos, why);
  }
}
