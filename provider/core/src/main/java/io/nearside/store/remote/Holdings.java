package io.nearside.store.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The loads of this node that are under way, by key. Redis decides whether one may be stored; here
 * is known what Redis need not: which of this node's loads of a key came first, and whose lease is
 * to be prolonged. Thread-safe.
 */
final class Holdings {
  private final ConcurrentHashMap<String, Holding> byKey = new ConcurrentHashMap<>();

  /** The loads of one key that began without a change of it on this node between them. */
  static final class Holding {
    final RemoteKey remote;
    private final AtomicInteger filled = new AtomicInteger();

    /** Guarded by the map's lock of the key. */
    private int holders;

    /** Guarded likewise. */
    private int drawn;

    private volatile @Nullable Leased leased;
    private volatile long prolongedAt;

    Holding(RemoteKey remote) {
      this.remote = remote;
    }

    void leased(Leased given, long now) {
      leased = given;
      prolongedAt = now;
    }
  }

  /** One load's part in a holding; a later one has a higher number. */
  record Place(Holding holding, int number) {}

  Place enter(RemoteKey remote) {
    Place[] drawn = new Place[1];
    byKey.compute(
        remote.canonical(),
        (k, known) -> {
          Holding holding = (known == null) ? new Holding(remote) : known;
          holding.holders++;
          holding.drawn++;
          drawn[0] = new Place(holding, holding.drawn);
          return holding;
        });
    return drawn[0];
  }

  void leave(Place place) {
    byKey.computeIfPresent(
        place.holding.remote.canonical(),
        (k, holding) -> {
          if (holding != place.holding) {
            return holding;
          }
          holding.holders--;
          return (holding.holders == 0) ? null : holding;
        });
  }

  /** Whether a load may still be stored, as far as this node knows. */
  boolean stands(Place place) {
    return byKey.get(place.holding.remote.canonical()) == place.holding
        && place.number >= place.holding.filled.get();
  }

  void filled(Place place) {
    place.holding.filled.accumulateAndGet(place.number, Math::max);
  }

  /** Takes the loads of a key away. */
  void cancel(RemoteKey remote) {
    byKey.remove(remote.canonical());
  }

  void cancelAll() {
    byKey.clear();
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** Those whose leases were given or prolonged before a time. */
  List<Holding> before(long nanos) {
    List<Holding> due = new ArrayList<>();
    for (Holding holding : byKey.values()) {
      if (holding.leased != null && holding.prolongedAt < nanos) {
        due.add(holding);
      }
    }
    return due;
  }

  /** Notes what a lease has become; those that are another's now are not prolonged again. */
  void prolonged(Holding holding, @Nullable Leased now, long nanos) {
    Leased before = holding.leased;
    if (before != null && now != null && now.token() == before.token()) {
      holding.prolongedAt = nanos;
    } else {
      holding.leased = null;
    }
  }
}
