package io.nearside.store.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the local tiers of one manager may hold together. While they hold more, those that
 * hold over an equal part are narrowed: what the others leave is shared in proportion to what each
 * holds, so that a tier that begins to grow finds room. When there is room again each gets its own
 * maximum back. Caffeine's maintenance does the evicting, so the sum may exceed the maximum by what
 * is written until it has run.
 *
 * <p>Thread-safe.
 */
public final class LocalBudget {
  /** Below this part of the maximum the tiers get their own maxima back. */
  private static final double RELAXED = 0.9;

  private final long maximum;
  private final AtomicLong used = new AtomicLong();
  private final AtomicBoolean narrowed = new AtomicBoolean();
  private final Set<Table<?, ?>> tables = ConcurrentHashMap.newKeySet();

  /**
   * @param maximum in bytes, over 0
   */
  public LocalBudget(long maximum) {
    this.maximum = maximum;
  }

  /** The bytes held now, estimated. */
  public long used() {
    return used.get();
  }

  /** Corrects the count of the bytes and gives room back; to be called now and then. */
  public void settle() {
    tables.forEach(Table::settle);
    long counted = used.get();
    // Fails if anything is written at the moment; then the next call will do.
    used.compareAndSet(counted, tables.stream().mapToLong(Table::weight).sum());
    // Never by who evicts: they hold Caffeine's locks, and this takes those of all tables.
    if (used.get() < maximum * RELAXED && narrowed.compareAndSet(true, false)) {
      tables.forEach(Table::relax);
    }
  }

  void join(Table<?, ?> table) {
    tables.add(table);
  }

  void leave(Table<?, ?> table, long held) {
    if (tables.remove(table)) {
      change(-held);
    }
  }

  /** Counts bytes that came, or with a negative number went. */
  void change(long bytes) {
    long now = used.addAndGet(bytes);
    if (now > maximum && bytes > 0) {
      narrow();
    }
  }

  private void narrow() {
    narrowed.set(true);
    List<Table<?, ?>> greedy = new ArrayList<>();
    long left = maximum;
    long shared = 0;
    long part = maximum / Math.max(1, tables.size());
    for (Table<?, ?> table : tables) {
      long held = table.weight();
      if (held > part) {
        greedy.add(table);
        shared += held;
      } else {
        left -= held;
      }
    }
    for (Table<?, ?> table : greedy) {
      table.narrow((long) ((double) table.weight() / shared * left));
    }
  }
}
