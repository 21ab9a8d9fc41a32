package io.nearside.store.local;

import io.nearside.store.KeptEntry;
import io.nearside.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the slots whose time is over, at a constant cost per slot: a hierarchical timing wheel
 * (Varghese and Lauck, 1987) of linked lists through the slots themselves. The finest buckets are
 * {@value #TICK_MILLIS} ms wide, so an entry is found at most that long after its expiry plus what
 * the caller waits between two turns.
 *
 * <p>Lazy about extensions: a slot whose entry lives longer than when it was linked stays where it
 * is and is linked anew when its bucket comes up. Only a shorter life needs {@link #schedule}
 * again.
 *
 * <p>Thread-safe. Striped by the key's hash; a stripe's lock is innermost, nothing is called under
 * it.
 */
final class ExpiryWheel<K, V> {
  static final long TICK_MILLIS = 134;

  /** 2^27 ns. */
  private static final int TICK_SHIFT = 27;

  private static final int BUCKET_BITS = 6;
  private static final int BUCKETS = 1 << BUCKET_BITS;
  private static final int LEVELS = 4;
  private static final int STRIPES = 4;

  private final Stripe<K, V>[] stripes;

  @SuppressWarnings({"unchecked", "rawtypes"})
  ExpiryWheel(long now) {
    stripes = new Stripe[STRIPES];
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe<>(now >>> TICK_SHIFT);
    }
  }

  /** Links a slot by its entry's expiry, wherever it was linked before; unlinks a dead one. */
  void schedule(Slot<K, V> slot) {
    stripe(slot).schedule(slot);
  }

  void unschedule(Slot<K, V> slot) {
    stripe(slot).unschedule(slot);
  }

  /** Unlinks and returns the slots whose entries have expired. */
  List<Slot<K, V>> turn(long now) {
    List<Slot<K, V>> due = new ArrayList<>();
    for (Stripe<K, V> stripe : stripes) {
      stripe.turn(now, due);
    }
    return due;
  }

  private Stripe<K, V> stripe(Slot<K, V> slot) {
    int hash = slot.key == null ? 0 : slot.key.hashCode();
    return stripes[(hash ^ (hash >>> 16)) & (STRIPES - 1)];
  }

  private static final class Stripe<K, V> {
    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable Slot<K, V>[] heads;
    private long tick;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Stripe(long tick) {
      this.tick = tick;
      this.heads = new Slot[LEVELS * BUCKETS];
    }

    void schedule(Slot<K, V> slot) {
      lock.lock();
      try {
        unlink(slot);
        link(slot);
      } finally {
        lock.unlock();
      }
    }

    void unschedule(Slot<K, V> slot) {
      lock.lock();
      try {
        unlink(slot);
      } finally {
        lock.unlock();
      }
    }

    void turn(long now, List<Slot<K, V>> due) {
      lock.lock();
      try {
        long target = now >>> TICK_SHIFT;
        long steps = target - tick;
        if (steps <= 0) {
          return;
        }
        long from = tick;
        tick = target;
        for (int level = 0; level < LEVELS; level++) {
          int shift = level * BUCKET_BITS;
          long passed = (target >>> shift) - (from >>> shift);
          if (passed == 0) {
            break;
          }
          for (long i = 0; i < Math.min(passed, BUCKETS); i++) {
            empty(level, (from >>> shift) + i + (level == 0 ? 0 : 1), now, due);
          }
        }
      } finally {
        lock.unlock();
      }
    }

    /** Takes the slots of a bucket that has come up: those not yet due are linked anew, finer. */
    private void empty(int level, long bucket, long now, List<Slot<K, V>> due) {
      Slot<K, V> head = heads[index(level, bucket)];
      if (head == null) {
        return;
      }
      Slot<K, V> slot = head.next;
      head.next = head;
      head.previous = head;
      while (slot != null && slot != head) {
        Slot<K, V> following = slot.next;
        slot.next = null;
        slot.previous = null;
        StoredEntry<V> entry = slot.entry();
        if (entry != null) {
          if (entry.isLive(now) || entry instanceof KeptEntry<V> kept && kept.isKept(now)) {
            link(slot);
          } else {
            due.add(slot);
          }
        }
        slot = following;
      }
    }

    private void link(Slot<K, V> slot) {
      StoredEntry<V> entry = slot.entry();
      if (entry == null || entry.expiresAt() == StoredEntry.NEVER) {
        return;
      }
      long end = (entry instanceof KeptEntry<V> kept) ? kept.until() : entry.expiresAt();
      long due = Math.max(end >>> TICK_SHIFT, tick);
      if (end < 0) { // sealed: somebody is about to end it
        due = tick;
      }
      Slot<K, V> head = head(due);
      Slot<K, V> last = head.previous;
      slot.previous = last;
      slot.next = head;
      head.previous = slot;
      if (last != null) {
        last.next = slot;
      }
    }

    private Slot<K, V> head(long due) {
      int level = 0;
      // A bucket of the level holds what comes up within one turn of it.
      while (level < LEVELS - 1
          && (due >>> (level * BUCKET_BITS)) - (tick >>> (level * BUCKET_BITS)) >= BUCKETS) {
        level++;
      }
      long bucket = due >>> (level * BUCKET_BITS);
      long farthest = (tick >>> (level * BUCKET_BITS)) + BUCKETS - 1;
      int index = index(level, Math.min(bucket, farthest));
      Slot<K, V> head = heads[index];
      if (head == null) {
        head = new Slot<>(null, null);
        head.next = head;
        head.previous = head;
        heads[index] = head;
      }
      return head;
    }

    private static int index(int level, long bucket) {
      return level * BUCKETS + (int) (bucket & (BUCKETS - 1));
    }

    private void unlink(Slot<K, V> slot) {
      Slot<K, V> before = slot.previous;
      Slot<K, V> after = slot.next;
      if (before != null && after != null) {
        before.next = after;
        after.previous = before;
        slot.previous = null;
        slot.next = null;
      }
    }
  }
}
