package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.SplittableRandom;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * What is seen when one caller, alone, updates a product, removes it and asks for one that does not
 * exist.
 */
record Behaviour(String onUpdate, String onRemoval, String onNotFound) {

  /** Tries it out on the last product; what is not as JCache has it becomes a complaint. */
  static Behaviour observe(Shop shop, Settings settings) throws SQLException {
    return new Behaviour(
        onUpdate(shop, settings), onRemoval(shop, settings), onNotFound(shop, settings));
  }

  private static String onUpdate(Shop shop, Settings settings) throws SQLException {
    long id = shop.place().ownNear(settings.products());
    long version = shop.history().requireLatest(id).version + 1;
    Product next = Product.random(id, version, new SplittableRandom(settings.seed()));
    Cache<Long, Product> products = shop.cache().products();
    products.put(id, next);
    Product cached = products.get(id);
    Product stored = shop.database().find(id);
    expect(shop, "a put is read back", next.equals(cached));
    expect(shop, "a put is in the database", next.equals(stored));
    return "put of version %d of product %d: the next get answers %s, the database holds %s"
        .formatted(version, id, version(cached), version(stored));
  }

  private static String onRemoval(Shop shop, Settings settings) throws SQLException {
    long id = shop.place().ownNear(settings.products());
    Cache<Long, Product> products = shop.cache().products();
    boolean removed = products.remove(id);
    Product cached = products.get(id);
    Product stored = shop.database().find(id);
    expect(shop, "a removed product is gone", removed && cached == null && stored == null);
    return "remove of it answers %b: the next get answers %s, the database holds %s"
        .formatted(removed, version(cached), version(stored));
  }

  private static String onNotFound(Shop shop, Settings settings) {
    long id = settings.products() + 1L;
    Cache<Long, Product> products = shop.cache().products();
    long before = shop.loader().loads();
    Product first = products.get(id);
    Product second = products.get(id);
    boolean absent = first == null && second == null;
    long queries = shop.loader().loads() - before;
    expect(shop, "an unknown product is not found", absent && !products.containsKey(id));
    return "two gets of product %d, which does not exist: null twice, after %d database %s (%s)"
        .formatted(
            id,
            queries,
            queries == 1 ? "query" : "queries",
            queries == 2 ? "a null is not cached" : "a null is remembered");
  }

  private static String version(@Nullable Product product) {
    return product == null ? "nothing" : "version " + product.version();
  }

  private static void expect(Shop shop, String what, boolean holds) {
    if (!holds) {
      shop.complaints().add("expected, and not so: " + what);
    }
  }
}
