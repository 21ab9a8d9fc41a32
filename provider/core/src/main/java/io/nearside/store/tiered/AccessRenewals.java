package io.nearside.store.tiered;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Renewal;
import io.nearside.store.RenewedAll;
import io.nearside.store.StoredEntry;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Prolongs the lives of the authority's entries whose copies are read. Of many reads of a copy one
 * in a sixteenth of the life is told, so an entry ends at most that much before it should. What
 * would end soon is told by its reader; the rest waits for others, and is sent in batches without
 * one. Copies keep their own, shorter lives: none outlives its entry. Thread-safe.
 */
final class AccessRenewals<K, V> {
  /** A life is prolonged when at least one part in so many is gained. */
  static final int PARTS = 16;

  /** So many wait; who comes beyond that asks the authority himself. */
  static final int MOST_WAITING = 10_000;

  private static final int BATCH = 500;

  /** By how much the authority's clock may not be known. */
  private static final long UNCERTAIN = 10_000_000;

  /** What ends within so many time-outs of a call can't wait for others. */
  private static final int TIMEOUTS = 4;

  private final Tiers<K, V> tiers;
  private final Copying<K, V> copying;
  private final TierCounts counts;
  private final long soon;
  private final Map<K, Waiting<V>> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * @param timeout of a call of the authority, in nanoseconds
   */
  AccessRenewals(Tiers<K, V> tiers, Copying<K, V> copying, TierCounts counts, long timeout) {
    this.tiers = tiers;
    this.copying = copying;
    this.counts = counts;
    this.soon = TIMEOUTS * timeout;
  }

  /**
   * A life that is to be prolonged.
   *
   * @param from its end so far, as far as is known
   */
  private record Waiting<V>(CopiedEntry<V> copy, long from, long until) {}

  /** What is done about a read. */
  enum Way {
    /** Nothing: enough is known to have been done, or will be. */
    NONE,
    /** The authority is asked at once. */
    AT_ONCE,
    /** Its life becomes shorter, which is not put off. */
    SHORTER
  }

  /**
   * Notes that a copy was read whose entry is to live until then.
   *
   * @return what is left to the caller
   */
  Way read(K key, CopiedEntry<V> copy, long until) {
    long now = tiers.clock().nanos();
    long from = copy.renewedUntil();
    long part = (until - now) / PARTS;
    if (until < from) {
      return (from - until <= Math.min(part, UNCERTAIN)) ? Way.NONE : Way.SHORTER;
    }
    if (until - from < part || !copy.renewUntil(from, until)) {
      return Way.NONE;
    }
    if (from - now < soon || waiting.size() >= MOST_WAITING) {
      return Way.AT_ONCE;
    }
    waiting.put(tiers.keys().apply(key), new Waiting<>(copy, from, until));
    start();
    return Way.NONE;
  }

  /**
   * Asks the authority for one, by a caller that was left it; as {@link
   * io.nearside.store.Store#renew}.
   */
  boolean now(K key, CopiedEntry<V> copy, long until) {
    RenewedAll<K> renewed = prolong(Map.of(key, new Waiting<>(copy, copy.expiresAt(), until)));
    RemoteUnavailableException failure = renewed.failed().get(key);
    if (failure != null) {
      throw failure;
    }
    boolean live = renewed.expired().isEmpty();
    counts.add(TierCount.RENEWALS, live ? 1 : 0);
    return live;
  }

  /** The renewals of a bulk read; as {@link io.nearside.store.Store#renewAll}. */
  RenewedAll<K> all(Map<? extends K, Renewal<V>> all) {
    Map<K, Waiting<V>> prolonged = new HashMap<>();
    Map<K, Renewal<V>> moved = new HashMap<>();
    all.forEach((key, renewal) -> {
      long until = renewal.expiresAt();
      if (!(renewal.entry() instanceof CopiedEntry<V> copy)) {
        moved.put(key, renewal);
      } else {
        switch (read(key, copy, until)) {
          case AT_ONCE -> prolonged.put(key, new Waiting<>(copy, copy.expiresAt(), until));
          case SHORTER -> moved.put(key, new Renewal<>(copy.detached(), until));
          case NONE -> {}
        }
      }
    });
    RenewedAll<K> result = new RenewedAll<>(new HashSet<>(), new HashMap<>());
    if (!prolonged.isEmpty()) {
      RenewedAll<K> renewed = prolong(prolonged);
      counts.add(TierCount.RENEWALS, prolonged.size() - renewed.failed().size());
      add(renewed, result);
    }
    if (!moved.isEmpty()) {
      add(move(moved), result);
    }
    return result;
  }

  /** Moves lives, whichever way; copies end that would outlive their entries, or may do so. */
  private RenewedAll<K> move(Map<K, Renewal<V>> all) {
    Set<K> touched = new HashSet<>();
    all.forEach((key, renewal) -> {
      if (renewal.expiresAt() < renewal.entry().expiresAt()) {
        touched.add(key);
      }
    });
    try {
      RenewedAll<K> renewed = tiers.authority().renewAll(all);
      touched.addAll(renewed.expired());
      touched.addAll(renewed.failed().keySet());
      return renewed;
    } finally {
      touched.forEach(key -> copying.touch(key, null));
    }
  }

  /**
   * Asks the authority. What has expired there ends here too; of what is not known to be done, the
   * next read asks again.
   */
  private RenewedAll<K> prolong(Map<K, Waiting<V>> all) {
    Map<K, Renewal<V>> renewals = new HashMap<>();
    all.forEach((key, one) -> renewals.put(key, new Renewal<>(one.copy.detached(), one.until)));
    Map<K, Waiting<V>> unknown = new HashMap<>(all);
    try {
      RenewedAll<K> renewed = tiers.authority().prolongAll(renewals);
      unknown.keySet().retainAll(renewed.failed().keySet());
      renewed.expired().forEach(key -> copying.touch(key, null));
      return renewed;
    } finally {
      unknown.values().forEach(one -> one.copy.renewUntil(one.until, one.from));
    }
  }

  private static <K> void add(RenewedAll<K> some, RenewedAll<K> all) {
    all.expired().addAll(some.expired());
    all.failed().putAll(some.failed());
  }

  /** The authority moves the expiry of what it is given; a copy keeps its own, which is sooner. */
  static <V> StoredEntry<V> detached(StoredEntry<V> entry) {
    return (entry instanceof CopiedEntry<V> copy) ? copy.detached() : entry;
  }

  private void start() {
    if (running.compareAndSet(false, true) && !tiers.inBackground(this::run)) {
      running.set(false);
    }
  }

  private void run() {
    try {
      while (!waiting.isEmpty()) {
        send();
      }
    } finally {
      running.set(false);
    }
    if (!waiting.isEmpty()) {
      start();
    }
  }

  private void send() {
    Map<K, Waiting<V>> batch = new HashMap<>();
    Iterator<Map.Entry<K, Waiting<V>>> all = waiting.entrySet().iterator();
    while (all.hasNext() && batch.size() < BATCH) {
      Map.Entry<K, Waiting<V>> next = all.next();
      if (waiting.remove(next.getKey(), next.getValue())) {
        batch.put(next.getKey(), next.getValue());
      }
    }
    try {
      RenewedAll<K> renewed = prolong(batch);
      counts.add(TierCount.RENEWALS, batch.size() - renewed.failed().size());
    } catch (RemoteUnavailableException e) {
      // the next reads try again
    }
  }
}
