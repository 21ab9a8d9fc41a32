package io.nearside.config;

/**
 * By how much times to live are spread.
 *
 * @param ratio from 0 (none) to 1, the greatest part of a time to live that is taken off or added
 * @param mode whether time is only taken off, or added as well
 */
public record JitterSettings(double ratio, Mode mode) {
  /** No spread. */
  public static final JitterSettings NONE = new JitterSettings(0, Mode.SUBTRACT);

  /** Which way a time to live may move. */
  public enum Mode {
    /** Only shorter: nothing outlives its policy. */
    SUBTRACT,
    /** Shorter or longer. */
    BOTH
  }
}
