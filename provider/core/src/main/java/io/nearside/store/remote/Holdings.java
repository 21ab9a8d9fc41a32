package io.nearside.store.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The loads of this node that are under way, by key. Redis decides whether one may be stored; here
 * is known what Redis need not: which of this node's loads of a key came first, and whose lease is
 * to be prolonged. Thread-safe.
 */
final class Holdings {
  private final ConcurrentHashMap<String, Holding> byKey = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /** The loads of one key that began without a change of it on this node between them. */
  static final class Holding {
    final RemoteKey remote;

    /** By which this node holds the lease; not 0. */
    final int number;

    private final AtomicInteger filled = new AtomicInteger();

    /** What the loads have left for each other. */
    final AtomicReference<@Nullable Object> left = new AtomicReference<>();

    /** Guarded by the map's lock of the key. */
    private int holders;

    /** Guarded likewise. */
    private int drawn;

    private volatile @Nullable Leased leased;
    private volatile long leasedAt;
    private volatile long prolongedAt;

    /** When the key was filled last, in the partition's versions. */
    private final AtomicLong filledAt = new AtomicLong();

    Holding(RemoteKey remote, int number) {
      this.remote = remote;
      this.number = number;
    }

    /** This node holds the lease: until it is filled, released or lost. */
    synchronized void leased(Leased given, long now) {
      Leased before = leased;
      if (before == null || before.asOf() < given.asOf()) {
        leased = given;
        leasedAt = now;
        prolongedAt = now;
      }
    }

    /** A lease that this node still holds; null if it holds none any more. */
    private @Nullable Leased held() {
      Leased last = leased;
      return (last != null && last.asOf() > filledAt.get()) ? last : null;
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
          Holding holding = (known == null) ? new Holding(remote, number()) : known;
          holding.holders++;
          holding.drawn++;
          drawn[0] = new Part(holding, holding.drawn, holding.filled.get());
          return holding;
        });
    return drawn[0];
  }

  /**
   * Ends a load's part.
   *
   * @return the lease that nobody on this node loads for any more, and which is to be released;
   *     null if there is none
   */
  @Nullable Leased leave(Part part) {
    Holding left = part.holding;
    boolean[] last = new boolean[1];
    byKey.compute(
        left.remote.canonical(),
        (k, known) -> {
          left.holders--;
          last[0] = left.holders == 0;
          return (known == left && last[0]) ? null : known;
        });
    return last[0] ? left.held() : null;
  }

  /** Of the holders of a node; they may come again after 4 thousand millions. */
  private int number() {
    int next = numbers.incrementAndGet();
    return (next == 0) ? numbers.incrementAndGet() : next;
  }

  /** Whether a load may still be stored, as far as this node knows. */
  boolean stands(Part part) {
    return byKey.get(part.holding.remote.canonical()) == part.holding
        && part.number >= part.holding.filled.get();
  }

  /** It has been filled, at that version: with that nobody holds its lease any more. */
  void filled(Part part, long version) {
    part.holding.filled.accumulateAndGet(part.number, Math::max);
    part.holding.filledAt.accumulateAndGet(version, Math::max);
  }

  /** It has found nothing, which is remembered: with that nobody holds its lease any more. */
  void ended(Part part, Leased leased) {
    part.holding.filledAt.accumulateAndGet(leased.asOf(), Math::max);
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

  /**
   * Those whose leases were given or prolonged before a time.
   *
   * @param givenAfter those that were given before that are left alone
   */
  List<Holding> before(long nanos, long givenAfter) {
    List<Holding> due = new ArrayList<>();
    for (Holding holding : byKey.values()) {
      if (holding.leased != null && holding.prolongedAt < nanos && holding.leasedAt > givenAfter) {
        due.add(holding);
      }
    }
    return due;
  }

  /** The lease that is to be prolonged; null if it is another's now. */
  static @Nullable Leased leased(Holding holding) {
    return holding.leased;
  }

  /** It need not be prolonged for a while. */
  static void prolonged(Holding holding, long nanos) {
    holding.prolongedAt = nanos;
  }

  /** It is not prolonged again, unless another load has a lease since. */
  static void lost(Holding holding, Leased lease) {
    synchronized (holding) {
      if (holding.leased == lease) {
        holding.leased = null;
      }
    }
  }
}
