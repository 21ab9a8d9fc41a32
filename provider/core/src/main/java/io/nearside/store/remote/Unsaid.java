package io.nearside.store.remote;

import io.nearside.NearsideHealth.Kind;
import io.nearside.store.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What a cache was told while Redis could not be: which keys were put or removed, and which
 * partitions cleared. Until Redis has heard of it, what it holds of them is older than what this
 * node's callers did, and so counts as absent here.
 *
 * <p>Redis is told by removals: of what is there of a key if it was written before the change that
 * failed, by the server's clock, so a value that another node has written since stays. Of several
 * changes of a key the last counts. Over {@link #MAXIMUM} keys the whole cache is cleared instead,
 * whoever wrote what is in it. What one JVM remembers dies with it.
 *
 * <p>Thread-safe.
 */
final class Unsaid {
  static final int MAXIMUM = 100_000;

  private final ConcurrentHashMap<String, Removal> removals = new ConcurrentHashMap<>();

  /** When each partition was to be cleared, by the clock; 0: it need not be. */
  private final AtomicLongArray clears;

  private final AtomicInteger clearsLeft = new AtomicInteger();

  /** So that the usual case costs one read. */
  private volatile boolean any;

  private volatile long since;

  /**
   * A key of which nothing older than a time may stay.
   *
   * @param nanos by {@link io.nearside.store.Clock#nanos}
   */
  record Removal(RemoteKey key, long nanos) {}

  Unsaid(int partitions) {
    this.clears = new AtomicLongArray(partitions);
  }

  boolean isEmpty() {
    return !any;
  }

  /** Whether what Redis holds of a key does not count. */
  boolean covers(RemoteKey key) {
    return any && (removals.containsKey(key.canonical()) || clears.get(key.partition()) != 0);
  }

  /** What is unsaid of a key, but for clears. */
  @Nullable Removal removal(RemoteKey key) {
    return removals.get(key.canonical());
  }

  /** Whether a partition is to be cleared. */
  boolean isCleared(int partition) {
    return clears.get(partition) != 0;
  }

  void removal(RemoteKey key, long nanos) {
    if (removals.size() >= MAXIMUM) {
      for (int partition = 0; partition < clears.length(); partition++) {
        toBeCleared(partition, nanos);
      }
      removals.values().removeIf(removal -> removal.nanos <= nanos);
    } else {
      removals.merge(
          key.canonical(),
          new Removal(key, nanos),
          (known, added) -> known.nanos >= added.nanos ? known : added);
      begin(nanos);
    }
  }

  private void toBeCleared(int partition, long nanos) {
    if (clears.getAndAccumulate(partition, Math.max(1, nanos), Math::max) == 0) {
      clearsLeft.incrementAndGet();
    }
    begin(nanos);
  }

  private void begin(long nanos) {
    if (!any) {
      since = nanos;
      any = true;
    }
  }

  void clearance(int partition, long nanos) {
    toBeCleared(partition, nanos);
    removals.values().removeIf(removal -> removal.key.partition() == partition);
  }

  /** Forgets a key that has been written or removed by a later change. */
  void settled(RemoteKey key, long nanos) {
    if (any) {
      removals.computeIfPresent(
          key.canonical(), (k, removal) -> removal.nanos <= nanos ? null : removal);
      update();
    }
  }

  void done(Removal removal) {
    removals.remove(removal.key.canonical(), removal);
    update();
  }

  /** Forgets a clear, if no later one was asked for meanwhile. */
  void cleared(int partition, long nanos) {
    long asked = clears.get(partition);
    if (asked != 0 && asked <= nanos && clears.compareAndSet(partition, asked, 0)) {
      clearsLeft.decrementAndGet();
    }
    update();
  }

  /** What is to be removed, at most so many keys. */
  List<Removal> removals(int maximum) {
    List<Removal> some = new ArrayList<>();
    for (Removal removal : removals.values()) {
      if (some.size() == maximum) {
        break;
      }
      some.add(removal);
    }
    return some;
  }

  /** The partitions that are to be cleared. */
  List<Integer> clearances() {
    List<Integer> partitions = new ArrayList<>();
    for (int partition = 0; partition < clears.length() && clearsLeft.get() > 0; partition++) {
      if (clears.get(partition) != 0) {
        partitions.add(partition);
      }
    }
    return partitions;
  }

  /** What there is to be said; null if there is nothing. */
  @Nullable Trouble trouble() {
    int keys = removals.size();
    int partitions = clearsLeft.get();
    return (keys == 0 && partitions == 0)
        ? null
        : new Trouble(
            Kind.RECOVERY_PENDING,
            "",
            since,
            "changes of " + keys + " keys and clears of " + partitions + " partitions are unsaid");
  }

  /** What waits: keys, or partitions that are to be cleared. */
  int size() {
    return removals.size() + clearsLeft.get();
  }

  private void update() {
    any = !removals.isEmpty() || clearsLeft.get() > 0;
    if (!removals.isEmpty() || clearsLeft.get() > 0) {
      any = true; // one that came while this looked
    }
  }
}
