package io.nearside.coherence;

import io.nearside.store.Bus;
import io.nearside.store.Bus.Master;
import io.nearside.store.Epoch;
import io.nearside.store.Slots;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all masters.
 *
 * @param views by the index of the link; null where there is none
 * @param boundNanos the oldest that a proof may be
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Views(@Nullable View[] views, long boundNanos) implements Proof {

  /**
   * What is known of one master.
   *
   * @param epoch the latest; null before the first
   * @param proof all that was announced up to then has been heard; {@link Link#NEVER} for nothing
   * @param owned what the latest beat that was answered said
   */
  record View(Master master, @Nullable MasterEpoch epoch, long proof, Slots owned) {}

  @Override
  public boolean holds(Epoch epoch, int slot, long now) {
    View view = (epoch instanceof MasterEpoch known) ? view(known.index) : null;
    return view != null
        && view.epoch == epoch
        && view.proof != Link.NEVER
        && now - view.proof <= boundNanos
        && view.owned.has(slot);
  }

  @Override
  public @Nullable Epoch epoch(Bus.@Nullable Master master, int slot) {
    for (View view : views) {
      if (view != null && view.master == master && view.owned.has(slot)) {
        return view.epoch;
      }
    }
    return null;
  }

  @Override
  public long age(Epoch epoch, long now) {
    return (epoch instanceof MasterEpoch known) ? now - known.provenAt : Long.MAX_VALUE;
  }

  /** As {@link Coherence#proofAge}. */
  long age(long now) {
    long oldest = -1;
    for (View view : views) {
      if (view != null && view.proof == Link.NEVER) {
        return -1;
      } else if (view != null) {
        oldest = Math.max(oldest, now - view.proof);
      }
    }
    return oldest;
  }

  private @Nullable View view(int index) {
    return (index < views.length) ? views[index] : null;
  }
}
