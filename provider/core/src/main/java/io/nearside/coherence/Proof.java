package io.nearside.coherence;

import io.nearside.store.Bus;
import io.nearside.store.Epoch;
import org.jspecify.annotations.Nullable;

/**
 * What a node can prove of its copies, as of one instant; immutable. Who serves a copy takes the
 * proof first and looks the copy up then: all that was announced up to the proof has been heard
 * before it was made, so a copy that is there afterwards was not touched by it.
 */
public interface Proof {

  /**
   * Whether a copy was its authority's entry at some instant of the bound that ends {@code now}.
   *
   * @param epoch the copy's
   * @param slot of its key
   * @param now in nanoseconds of {@link io.nearside.store.Clock#nanos}
   */
  boolean holds(Epoch epoch, int slot, long now);

  /**
   * The latest epoch of a master.
   *
   * @param master null for none
   * @return null if it is not known to own the slot: what it tells of it is not copied
   */
  @Nullable Epoch epoch(Bus.@Nullable Master master, int slot);

  /** How long ago the copies of an epoch were last known to be true, in nanoseconds. */
  long age(Epoch epoch, long now);
}
