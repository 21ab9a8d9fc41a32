package io.nearside.benchmarks;

import java.util.Collection;
import java.util.Map;

/** The cases that were measured one after the other. */
record Round(Map<Case, Measurement> found) {
  /** Whether none of the cases failed. */
  boolean holds(Collection<Case> cases) {
    return found.keySet().containsAll(cases);
  }

  /**
   * What a case gave.
   *
   * @throws IllegalArgumentException if the case failed, or is none of this round
   */
  Measurement of(Case one) {
    Measurement measurement = found.get(one);
    if (measurement == null) {
      throw new IllegalArgumentException("not measured: " + one.label());
    }
    return measurement;
  }
}
