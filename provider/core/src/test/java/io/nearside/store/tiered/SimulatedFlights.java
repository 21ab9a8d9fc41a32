package io.nearside.store.tiered;

import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import org.jspecify.annotations.Nullable;

/** Flights whose readers wait by letting others go on, and that may forget to detach. */
public final class SimulatedFlights<K, V> extends Flights<K, V> {
  private static final int PATIENCE = 200;

  private final Runnable pause;
  private final boolean detaching;

  private SimulatedFlights(TieredSettings<V> settings, Runnable pause, boolean detaching) {
    super(settings.bound(), settings.timeout(), () -> OperationTime.UNLIMITED);
    this.pause = pause;
    this.detaching = detaching;
  }

  public static <K, V> TieredStore<K, V> store(
      Tiers<K, V> tiers, TieredSettings<V> settings, Runnable pause, boolean detaching) {
    return new TieredStore<>(tiers, settings, new SimulatedFlights<>(settings, pause, detaching));
  }

  @Override
  @Nullable Outcome<V> await(Flight<V> flight) {
    for (int i = 0; i < PATIENCE && !flight.answer().isDone(); i++) {
      pause.run();
    }
    return flight.answer().isCompletedExceptionally() ? null : flight.answer().getNow(null);
  }

  @Override
  void detach(K key) {
    if (detaching) {
      super.detach(key);
    }
  }

  @Override
  void detachAll() {
    if (detaching) {
      super.detachAll();
    }
  }
}
