package io.nearside.observe;

/** Which of many alike are told in the log, so that one that goes on does not fill it. */
public final class Seldom {
  private Seldom() {}

  /** The 1st, 2nd, 4th, 8th and so on. */
  public static boolean isTold(long times) {
    return Long.bitCount(times) == 1;
  }
}
