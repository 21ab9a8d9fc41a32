package io.nearside.store.tiered;

import io.nearside.coherence.Proof;
import io.nearside.coherence.Proofs;
import io.nearside.store.Bus;
import io.nearside.store.Epoch;
import org.jspecify.annotations.Nullable;

/** Proves what a test wants. */
final class FakeProofs implements Proofs, Proof {
  boolean proved = true;
  long age;
  @Nullable Epoch epoch = new Epoch() {};

  void rise() {
    epoch = new Epoch() {};
  }

  @Override
  public Proof now() {
    return this;
  }

  @Override
  public boolean holds(Epoch of, int slot, long now) {
    return proved && of == epoch;
  }

  @Override
  public @Nullable Epoch epoch(Bus.@Nullable Master master, int slot) {
    return epoch;
  }

  @Override
  public long age(Epoch of, long now) {
    return age;
  }
}
