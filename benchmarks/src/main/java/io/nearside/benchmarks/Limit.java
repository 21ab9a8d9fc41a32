package io.nearside.benchmarks;

import java.util.Locale;

/** A bound that a value has to keep. */
public record Limit(Side side, double bound) {
  /** A value this share beyond its bound may be noise; no enforcement fails on it. */
  static final double NOISE = 0.05;

  /** Which side of the bound is the good one. */
  public enum Side {
    AT_MOST,
    AT_LEAST
  }

  /** How a value stands to its bound. */
  public enum Verdict {
    MET,
    WITHIN_NOISE,
    MISSED
  }

  static Limit atMost(double bound) {
    return new Limit(Side.AT_MOST, bound);
  }

  static Limit atLeast(double bound) {
    return new Limit(Side.AT_LEAST, bound);
  }

  Verdict judge(double value) {
    double excess = side == Side.AT_MOST ? value / bound : bound / value;
    if (excess <= 1) {
      return Verdict.MET;
    }
    return excess <= 1 + NOISE ? Verdict.WITHIN_NOISE : Verdict.MISSED;
  }

  /**
   * By which factor a value is worse than an earlier one; below 1 it is better. Values better than
   * half of an upper bound count as half of it: around zero, factors say nothing.
   */
  double worsening(double value, double earlier) {
    if (side == Side.AT_LEAST) {
      return earlier / value;
    }
    double floor = bound / 2;
    return Math.max(value, floor) / Math.max(earlier, floor);
  }

  String text() {
    return (side == Side.AT_MOST ? "≤ " : "≥ ") + String.format(Locale.ROOT, "%.2f", bound);
  }
}
