package io.nearside.store.local;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that the local tiers of one manager may hold together. While they hold more, each is
 * narrowed to its share in proportion to what it holds; when there is room again each gets its own
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

  /** Corrects the count of the bytes; to be called now and then. */
  public void settle() {
    tables.forEach(Table::settle);
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
      narrow(now);
    } else if (now < maximum * RELAXED && narrowed.get() && narrowed.compareAndSet(true, false)) {
      tables.forEach(Table::relax);
    }
  }

  private void narrow(long held) {
    narrowed.set(true);
    for (Table<?, ?> table : tables) {
      table.narrow((long) ((double) table.weight() / held * maximum));
    }
  }
}
