package io.nearside.store.tiered;

import io.nearside.store.CopiedEntry;
import io.nearside.store.Outcome;
import io.nearside.store.Unavailable;
import io.nearside.store.tiered.Copying.Attempt;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Compares copies of former epochs with the authority, since something may have been missed: in
 * batches, one after another, by one thread at a time. Thread-safe.
 */
final class Revalidation<K, V> {
  private static final int BATCH = 256;

  private final Tiers<K, V> tiers;
  private final Copying<K, V> copying;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean wanted;

  Revalidation(Tiers<K, V> tiers, Copying<K, V> copying) {
    this.tiers = tiers;
    this.copying = copying;
  }

  /** A copy of a former epoch has been met. */
  void want() {
    if (!wanted) {
      wanted = true;
    }
  }

  /** Has it done in the background if it is wanted. */
  void tick() {
    if (wanted && running.compareAndSet(false, true) && !tiers.inBackground(this::run)) {
      running.set(false);
    }
  }

  private void run() {
    try {
      wanted = false;
      Iterator<Map.Entry<K, CopiedEntry<V>>> all = tiers.copies().iterator();
      Map<K, CopiedEntry<V>> batch = new HashMap<>();
      while (all.hasNext()) {
        Map.Entry<K, CopiedEntry<V>> next = all.next();
        if (copying.isFormer(next.getValue()) && next.getValue().isLive(tiers.clock().nanos())) {
          batch.put(next.getKey(), next.getValue());
        }
        if (batch.size() == BATCH || !all.hasNext()) {
          if (!batch.isEmpty() && !revalidate(batch)) {
            wanted = true;
            return;
          }
          batch.clear();
        }
      }
    } finally {
      running.set(false);
    }
  }

  /** False if the authority is not available. */
  private boolean revalidate(Map<K, CopiedEntry<V>> batch) {
    Map<K, Attempt<K>> attempts = new HashMap<>();
    boolean available = true;
    try {
      batch.keySet().forEach(key -> attempts.put(key, copying.begin(key)));
      Map<K, Outcome<V>> outcomes = tiers.authority().confirm(batch, tiers.clock().nanos());
      for (Attempt<K> attempt : attempts.values()) {
        Outcome<V> outcome = outcomes.get(attempt.key());
        if (outcome == null || outcome instanceof Unavailable<V>) {
          available = false;
        } else {
          copying.revalidated(attempt, outcome);
        }
      }
    } finally {
      attempts.values().forEach(copying::end);
    }
    return available;
  }
}
