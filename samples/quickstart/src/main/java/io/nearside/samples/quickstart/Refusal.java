package io.nearside.samples.quickstart;

import java.rmi.RemoteException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is seen while the database refuses, of products that have expired in every cache.
 *
 * @param complaint what was expected, and is not so; null if nothing
 */
record Refusal(String text, @Nullable String complaint) {
  private static final int MOST_PRODUCTS = 100;
  private static final Duration TIME = Duration.ofSeconds(2);
  private static final long LOOK_MILLIS = 20;

  /** Has the database refuse for a while, and then hold newer versions. */
  static Refusal observe(Nodes nodes) throws RemoteException, SQLException, InterruptedException {
    Database database = nodes.first().shop().database();
    List<Product> before = products(database);
    for (Node node : nodes.all()) {
      node.readKept(before);
    }
    TimeUnit.NANOSECONDS.sleep(2 * Safeguards.KEPT_LIFE.toNanos());
    Kept kept = new Kept(0, 0, 0);
    database.refuse();
    try {
      long end = History.now() + TIME.toNanos();
      while (History.now() < end) {
        for (Node node : nodes.all()) {
          kept = kept.plus(node.readKept(before));
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } finally {
      database.accept();
    }
    List<Product> after = new ArrayList<>();
    for (Product product : before) {
      after.add(product.sold());
      database.save(product.sold());
    }
    long recovered = History.now();
    boolean fresh = awaitFresh(nodes, after);
    String text =
        String.format(
            Locale.ROOT,
            "for %.1f s, %d products that had expired: %,d reads answered as before, %,d failed, %,d"
                + " wrong; %s",
            TIME.toMillis() / 1e3,
            before.size(),
            kept.right(),
            kept.failed(),
            kept.wrong(),
            fresh
                ? String.format(
                    Locale.ROOT,
                    "all newer versions read %.1f s after its return",
                    Duration.ofNanos(History.now() - recovered).toMillis() / 1e3)
                : "newer versions never read afterwards");
    return new Refusal(text, complaint(kept, fresh));
  }

  private static List<Product> products(Database database) throws SQLException {
    List<Product> products = new ArrayList<>();
    for (long id = 1; id <= MOST_PRODUCTS; id++) {
      Product product = database.find(id);
      if (product != null) {
        products.add(product);
      }
    }
    return products;
  }

  private static boolean awaitFresh(Nodes nodes, List<Product> after)
      throws RemoteException, InterruptedException {
    long deadline = History.now() + TimeUnit.SECONDS.toNanos(Quickstart.PATIENCE_SECONDS);
    for (Node node : nodes.all()) {
      while (node.readKept(after).right() < after.size()) {
        if (History.now() > deadline) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }
    return true;
  }

  private static @Nullable String complaint(Kept kept, boolean fresh) {
    if (kept.wrong() > 0) {
      return "an answer of a time without the database was wrong";
    } else if (!fresh) {
      return "what the database held after its return was not read";
    }
    // Redis may be too busy to answer now and then, and then nothing stands in.
    return kept.failed() <= kept.right() / 2
        ? null
        : "reads failed though what had expired should have stood in";
  }
}
