package io.nearside.cache;

import io.nearside.load.Errand;
import io.nearside.load.Flight;
import io.nearside.load.Gate;
import io.nearside.load.Patience;
import org.jspecify.annotations.Nullable;

/** Waits for loads of other threads, but never in a circle. Thread-safe. */
final class LoadWaits {
  private final Gate gate;

  LoadWaits(Gate gate) {
    this.gate = gate;
  }

  /** One wait for a flight. */
  private static final class Awaited implements Waits.Wanted, Waits.Having {
    private final Flight<?> flight;

    Awaited(Flight<?> flight) {
      this.flight = flight;
    }

    @Override
    public Waits.@Nullable Having had() {
      return flight.hasLanded() ? null : this;
    }

    @Override
    public @Nullable Thread holder() {
      return flight.leader();
    }
  }

  /**
   * Waits for another caller's load.
   *
   * @param nanos what the caller waits at most
   * @return whether it has landed; if not, the caller must load by itself, since that load waits
   *     for what the caller has
   * @throws javax.cache.integration.CacheLoaderException if it takes too long
   * @throws StoodIn if something else does
   */
  boolean await(Flight<?> flight, Object key, long nanos, Patience patience) {
    if (flight.hasLanded()) {
      return isForAll(flight, patience);
    }
    if (flight.isElsewhere() && !Vigil.mayWait()) {
      return false; // a circle that passes through another node would not be seen
    }
    Waits.enter(new Awaited(flight));
    try {
      return !Waits.closesCircle()
          && gate.await(flight, key, nanos, patience)
          && isForAll(flight, patience);
    } finally {
      Waits.leave();
    }
  }

  /** Who waits on for ever has no use for what ended another caller's wait. */
  private static boolean isForAll(Flight<?> flight, Patience patience) {
    return patience != Patience.ENDLESS || !flight.failedBy(StoodIn.class);
  }

  /**
   * As {@link Gate#await(Errand, Object, long, Patience)}; who asks for what its caller has sees
   * the circle.
   */
  void await(Errand errand, Flight<?> flight, Object key, long nanos, Patience patience) {
    Waits.enter(new Awaited(flight));
    try {
      gate.await(errand, key, nanos, patience);
    } finally {
      Waits.leave();
    }
  }

  /**
   * Ends a flight that this thread leads: what an interrupt of a caller's thread ends, others begin
   * anew.
   */
  void fail(Flight<?> flight, Throwable failure) {
    if (Thread.currentThread().isInterrupted() && !gate.sends()) {
      flight.abandon(failure);
    } else { // a thread of the manager's is interrupted when that is closed
      flight.fail(failure);
    }
  }
}
