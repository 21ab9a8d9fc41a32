package io.nearside.store.local;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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
  private final Executor executor;
  private final AtomicBoolean narrowing = new AtomicBoolean();
  private final AtomicLong used = new AtomicLong();
  private final AtomicBoolean narrowed = new AtomicBoolean();
  private final Set<Table<?, ?>> tables = ConcurrentHashMap.newKeySet();

  /**
   * @param maximum in bytes, over 0
   * @param executor narrows the tiers
   */
  public LocalBudget(long maximum, Executor executor) {
    this.maximum = maximum;
    this.executor = executor;
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
    // By another thread: this one may hold locks, and narrowing takes those of all tables.
    if (now > maximum && bytes > 0 && narrowing.compareAndSet(false, true)) {
      executor.execute(this::narrow);
    }
  }

  private void narrow() {
    narrowing.set(false);
    narrowed.set(true);
    Map<Table<?, ?>, Long> greedy = new HashMap<>();
    long left = maximum;
    long part = maximum / Math.max(1, tables.size());
    for (Table<?, ?> table : tables) {
      long held = Math.max(0, table.weight());
      if (held > part) {
        greedy.put(table, held);
      } else {
        left -= held;
      }
    }
    double each =
        (double) Math.max(0, left) / greedy.values().stream().mapToLong(held -> held).sum();
    greedy.forEach((table, held) -> table.narrow((long) (held * each)));
  }
}
