package io.nearside.coherence;

/** Gives what can be proved now. Thread-safe; costs one volatile read. */
@FunctionalInterface
public interface Proofs {
  Proof now();
}
