package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** Reads a product from the database when the cache has none. Thread-safe. */
final class ProductLoader implements CacheLoader<Long, Product> {
  private static final long NOBODY = -1;

  private final Database database;
  private final LongAdder loads = new LongAdder();
  private final AtomicLongArray lastLoads;
  private final AtomicLong lieAbout = new AtomicLong(NOBODY);

  ProductLoader(Database database, int products) {
    this.database = database;
    this.lastLoads = new AtomicLongArray(products + 1);
  }

  @Override
  public @Nullable Product load(Long id) {
    try {
      Product found = database.find(id);
      return found != null && lieAbout.compareAndSet(id, NOBODY) ? found.overpriced() : found;
    } catch (SQLException e) {
      throw new CacheLoaderException("product " + id + " cannot be loaded", e);
    } finally {
      loads.increment();
      if (id < lastLoads.length()) {
        lastLoads.set(id.intValue(), History.now());
      }
    }
  }

  @Override
  public Map<Long, Product> loadAll(Iterable<? extends Long> ids) {
    Map<Long, Product> found = new HashMap<>();
    for (Long id : ids) {
      Product product = load(id);
      if (product != null) {
        found.put(id, product);
      }
    }
    return found;
  }

  /** The number of queries so far. */
  long loads() {
    return loads.sum();
  }

  /**
   * Whether a load of this product has ended since then: a read that began at that time was a miss,
   * be it that it loaded or that it waited for another's load.
   */
  boolean loadedSince(long id, long nanos) {
    return lastLoads.get((int) id) >= nanos;
  }

  /** Makes the next load of this product answer what the database does not hold. */
  void lieOnceAbout(long id) {
    lieAbout.set(id);
  }
}
