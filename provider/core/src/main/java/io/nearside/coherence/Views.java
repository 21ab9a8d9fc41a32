package io.nearside.coherence;

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
   * @param asked when the latest beat that was answered was sent
   * @param owned what that answer said
   */
  record View(@Nullable MasterEpoch epoch, long proof, long asked, Slots owned) {}

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
  public @Nullable Epoch epoch(int slot) {
    View latest = null;
    for (View view : views) {
      if (view != null
          && view.epoch != null
          && view.owned.has(slot)
          && (latest == null || view.asked > latest.asked)) {
        latest = view;
      }
    }
    return (latest == null) ? null : latest.epoch;
  }

  @Override
  public long age(Epoch epoch, long now) {
    return (epoch instanceof MasterEpoch known) ? now - known.provenAt : Long.MAX_VALUE;
  }

  private @Nullable View view(int index) {
    return (index < views.length) ? views[index] : null;
  }
}
