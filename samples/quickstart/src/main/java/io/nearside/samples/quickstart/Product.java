package io.nearside.samples.quickstart;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A row of the table {@code product}. Its list of tags is mutable on purpose: whoever gets a
 * product from the cache may change it, and the cache must not notice.
 *
 * @param version 1 for a seeded product, one more with every change or removal of its row
 */
record Product(long id, String name, BigDecimal price, int stock, long version, List<String> tags)
    implements Serializable {

  private static final List<String> TAGS = List.of("new", "sale", "organic", "fragile", "imported");
  private static final int FULL_STOCK = 1_000;

  /** A product with arbitrary contents. */
  static Product random(long id, long version, RandomGenerator random) {
    return new Product(
        id,
        "product " + id + " " + Long.toString(random.nextLong(1L << 40), 36),
        BigDecimal.valueOf(random.nextLong(100, 100_000), 2),
        random.nextInt(1, FULL_STOCK),
        version,
        someTags(random));
  }

  private static List<String> someTags(RandomGenerator random) {
    List<String> tags = new ArrayList<>();
    for (String tag : TAGS) {
      if (random.nextBoolean()) {
        tags.add(tag);
      }
    }
    return tags;
  }

  /** The next version with one item less in stock, or with full stock again. */
  Product sold() {
    int left = stock > 0 ? stock - 1 : FULL_STOCK;
    return new Product(id, name, price, left, version + 1, new ArrayList<>(tags));
  }

  /** The same version with another price: what no database ever held. */
  Product overpriced() {
    BigDecimal wrong = price.add(BigDecimal.ONE);
    return new Product(id, name, wrong, stock, version, new ArrayList<>(tags));
  }

  /** An equal product with tags of its own. */
  Product copy() {
    return new Product(id, name, price, stock, version, new ArrayList<>(tags));
  }

  /** An equal product that nobody can change. */
  Product frozen() {
    return new Product(id, name, price, stock, version, List.copyOf(tags));
  }
}
