package io.nearside.coherence;

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
   * The epoch of the master that owns a slot; null if none is known: what it tells is not copied.
   */
  @Nullable Epoch epoch(int slot);

  /** How long ago the copies of an epoch were last known to be true, in nanoseconds. */
  long age(Epoch epoch, long now);
}
