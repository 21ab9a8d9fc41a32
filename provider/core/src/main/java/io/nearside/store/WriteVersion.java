package io.nearside.store;

/**
 * What a store knows of the version that a change of a source has.
 *
 * @param number 0 if nothing is known
 * @param given whether the number is the version; else the version is not less
 */
public record WriteVersion(long number, boolean given) {
  /** Whoever writes may choose. */
  public static final WriteVersion UNKNOWN = new WriteVersion(0, false);

  /** The change's own. */
  public static WriteVersion of(long number) {
    return new WriteVersion(number, true);
  }

  /** It is later than this. */
  public static WriteVersion after(long number) {
    return new WriteVersion(number, false);
  }
}
