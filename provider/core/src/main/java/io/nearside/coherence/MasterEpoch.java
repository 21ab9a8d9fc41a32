package io.nearside.coherence;

import io.nearside.store.Epoch;

/** An epoch of the link of that index. */
final class MasterEpoch implements Epoch {
  final int index;

  /** What was true in this epoch was true then, or later; written by the link alone. */
  volatile long provenAt;

  MasterEpoch(int index, long now) {
    this.index = index;
    this.provenAt = now;
  }
}
