package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The database, the cache over it, and those who watch them. */
record Shop(
    Database database,
    ProductLoader loader,
    ProductCache cache,
    History history,
    Checker checker,
    Complaints complaints,
    RowLocks locks)
    implements AutoCloseable {

  /** Ids above those of all products, which nobody inserts. */
  static final int UNKNOWN_IDS = 1_000;

  /** Fills a database and opens a cache over it. */
  static Shop open(Settings settings, Remote remote) throws SQLException {
    List<Product> seeded = products(settings.products(), new SplittableRandom(settings.seed()));
    Database database = Database.create(2 * settings.threads() + 16);
    database.insertAll(seeded);
    Complaints complaints = new Complaints();
    History history = new History(seeded, settings.threads() + 1, complaints);
    ProductLoader loader = new ProductLoader(database, settings.products());
    ProductCache cache = open(remote, database, loader, history);
    Checker checker = new Checker(history, complaints);
    return new Shop(database, loader, cache, history, checker, complaints, new RowLocks());
  }

  private static List<Product> products(int count, RandomGenerator random) {
    List<Product> products = new ArrayList<>(count);
    for (int id = 1; id <= count; id++) {
      products.add(Product.random(id, 1, random));
    }
    return products;
  }

  private static ProductCache open(
      Remote remote, Database database, ProductLoader loader, History history) throws SQLException {
    try {
      return ProductCache.open(remote, loader, new ProductWriter(database, history));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    try {
      cache.close();
    } finally {
      database.close();
    }
  }
}
