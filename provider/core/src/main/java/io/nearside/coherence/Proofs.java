package io.nearside.coherence;

import io.nearside.store.Trouble;
import java.util.List;

/** Gives what can be proved now, at the cost of one volatile read. Thread-safe. */
@FunctionalInterface
public interface Proofs {
  Proof now();

  /** Why what can't be proved can't be. */
  default List<Trouble> troubles() {
    return List.of();
  }
}
