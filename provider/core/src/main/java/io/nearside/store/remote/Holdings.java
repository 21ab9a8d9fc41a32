package io.nearside.store.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

    /** What the loads have left for each other. */
    final AtomicReference<@Nullable Object> left = new AtomicReference<>();

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

  /**
   * One load's part in a holding; a later one has a higher number.
   *
   * @param filled the number of the load that had been filled last when this was drawn
   */
  record Part(Holding holding, int number, int filled) {
    /** Whether another load has been filled since. */
    boolean isOvertaken() {
      return holding.filled.get() != filled;
    }
  }

  Part enter(RemoteKey remote) {
    Part[] drawn = new Part[1];
    byKey.compute(
        remote.canonical(),
        (k, known) -> {
          Holding holding = (known == null) ? new Holding(remote) : known;
          holding.holders++;
          holding.drawn++;
          drawn[0] = new Part(holding, holding.drawn, holding.filled.get());
          return holding;
        });
    return drawn[0];
  }

  void leave(Part part) {
    byKey.computeIfPresent(
        part.holding.remote.canonical(),
        (k, holding) -> {
          if (holding != part.holding) {
            return holding;
          }
          holding.holders--;
          return (holding.holders == 0) ? null : holding;
        });
  }

  /** Whether a load may still be stored, as far as this node knows. */
  boolean stands(Part part) {
    return byKey.get(part.holding.remote.canonical()) == part.holding
        && part.number >= part.holding.filled.get();
  }

  void filled(Part part) {
    part.holding.filled.accumulateAndGet(part.number, Math::max);
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
