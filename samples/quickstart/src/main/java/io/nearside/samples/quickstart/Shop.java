package io.nearside.samples.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The database, the cache over it, and those who watch them. */
record Shop(
    Place place,
    Database database,
    ProductLoader loader,
    ProductCache cache,
    History history,
    Journal journal,
    Checker checker,
    Complaints complaints,
    RowLocks locks)
    implements AutoCloseable {

  /** Ids above those of all products, which nobody inserts. */
  static final int UNKNOWN_IDS = 1_000;

  /** Opens a cache over a database that has just been filled; closes it if that fails. */
  static Shop open(Setup setup, Database database) {
    Settings settings = setup.settings();
    Complaints complaints = new Complaints();
    History history =
        new History(products(settings), settings.threads() + 1, setup.place(), complaints);
    Journal journal = new Journal(history);
    ProductLoader loader = new ProductLoader(database, settings.products());
    ProductCache cache;
    try {
      cache = ProductCache.open(setup, loader, new ProductWriter(database, journal));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
    Checker checker = new Checker(history, complaints);
    return new Shop(
        setup.place(),
        database,
        loader,
        cache,
        history,
        journal,
        checker,
        complaints,
        new RowLocks());
  }

  /** What every node finds in the database. */
  static List<Product> products(Settings settings) {
    RandomGenerator random = new SplittableRandom(settings.seed());
    List<Product> products = new ArrayList<>(settings.products());
    for (int id = 1; id <= settings.products(); id++) {
      products.add(Product.random(id, 1, random));
    }
    return products;
  }

  @Override
  public void close() {
    try {
      cache.close();
    } finally {
      database.close();
    }
  }
}
