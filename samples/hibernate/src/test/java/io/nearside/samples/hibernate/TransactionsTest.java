package io.nearside.samples.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.persistence.PersistenceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.CacheMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Random transactions on two nodes, the database being the truth. */
@Tag("any-jdk")
class TransactionsTest {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionsTest.class);
  private static final int STEPS = Boolean.getBoolean("test.stress") ? 20_000 : 600;
  private static final int PRODUCTS = 3;

  /** Products have copies in each JVM. */
  private static final String COPIES = "copies";

  /** By when copies are dropped at the latest, by default; and what a busy machine takes. */
  private static final Duration BOUND = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(5);

  @TempDir Path directory;
  private Servers servers;
  private List<Shop> nodes;
  private SplittableRandom random;

  /** The number that a product had before. */
  private final Map<Long, String> former = new HashMap<>();

  @BeforeEach
  void start(TestInfo test) {
    long seed = Long.getLong("test.seed", System.nanoTime());
    LOG.warn("seed: -Dtest.seed={}", seed);
    random = new SplittableRandom(seed);
    String shop = test.getTestMethod().orElseThrow().getName();
    String topology = test.getTags().contains(COPIES) ? "two-tier" : "remote";
    servers = Servers.start("volatile-lru");
    nodes =
        List.of(
            TwoNodes.open(directory, "a-" + shop, servers, shop, topology),
            TwoNodes.open(directory, "b-" + shop, servers, shop, topology));
    nodes.get(0).seed();
  }

  @AfterEach
  void stop() {
    nodes.forEach(Shop::close);
    servers.close();
  }

  @Test
  void whatIsReadAfterACommitIsWhatTheDatabaseHolds() {
    for (int step = 0; step < STEPS; step++) {
      Shop writer = nodes.get(random.nextInt(2));
      Shop reader = nodes.get(random.nextInt(2));
      long id = 1 + random.nextInt(PRODUCTS);
      if (random.nextInt(3) == 0) {
        change(writer, id, step);
      }
      look(reader, id, "step " + step);
    }
  }

  /** What seldom changes may be read old for a moment; what never changes is there at once. */
  @Test
  void copiesOfOtherStrategiesCatchUp() {
    for (int step = 0; step < STEPS / 20; step++) {
      String text = "text " + step;
      nodes.get(random.nextInt(2)).rewrite(1, text);
      for (Shop node : nodes) {
        assertThat(node.country("NL")).isEqualTo("Netherlands");
        soon(() -> node.review(1).equals(text));
      }
    }
  }

  /** A transaction that has read an old copy is refused for its version, so nothing is lost. */
  @Test
  @Tag(COPIES)
  void withCopiesOfProductsNoIncrementIsLostAndReadsCatchUp() {
    int refused = 0;
    int sum = nodes.get(0).price(1);
    for (int step = 0; step < STEPS / 10; step++) {
      Shop writer = nodes.get(random.nextInt(2));
      try {
        writer.change(1, product -> product.reprice(product.price() + 1));
        sum++;
      } catch (PersistenceException e) {
        refused++;
      }
      if (random.nextInt(3) == 0) {
        look(nodes.get(0), sum);
        look(nodes.get(1), sum);
      }
    }
    assertThat(truth(1).price).isEqualTo(sum);
    LOG.warn("{} transactions had an old copy", refused);
  }

  private static void look(Shop reader, int price) {
    soon(() -> reader.price(1) == price);
  }

  private static void soon(Callable<Boolean> caughtUp) {
    await().atMost(BOUND).pollDelay(Duration.ZERO).pollInterval(LOOK).until(caughtUp);
  }

  @Test
  void transactionsThatRaceLeaveNothingStale() throws InterruptedException, ExecutionException {
    AtomicInteger refused = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < STEPS / 20; round++) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          Shop node = nodes.get(i % 2);
          SplittableRandom own = random.split();
          running.add(threads.submit(() -> race(node, own, refused)));
        }
        for (Future<?> one : running) {
          one.get();
        }
        for (long id = 1; id <= PRODUCTS; id++) {
          for (Shop node : nodes) {
            look(node, id, "round " + round);
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
    LOG.warn("{} of the transactions lost their race for a row", refused);
  }

  /** Each increment counts: a stale copy would be refused by the version, and is tried again. */
  private static void race(Shop node, SplittableRandom random, AtomicInteger refused) {
    for (int i = 0; i < 5; i++) {
      long id = 1 + random.nextInt(PRODUCTS);
      if (random.nextBoolean()) {
        node.price(id);
        continue;
      }
      try {
        node.change(id, product -> product.reprice(product.price() + 1));
      } catch (PersistenceException e) { // another was first, which is what versions are for
        refused.incrementAndGet();
      }
    }
  }

  private void change(Shop writer, long id, int step) {
    switch (random.nextInt(4)) {
      case 0 -> writer.change(id, product -> product.reprice(step));
      case 1 -> writer.change(id, product -> product.tag("t" + step % 7));
      case 2 -> writer.change(id, product -> renumber(product, step));
      default -> writer.change(id, product -> product.move(Category.values()[random.nextInt(2)]));
    }
  }

  private void renumber(Product product, int step) {
    former.put(product.id(), product.sku());
    product.renumber("sku-" + product.id() + "-" + step);
  }

  /** Compares all that caches say with what is read past them. */
  private void look(Shop reader, long id, String when) {
    Truth truth = truth(id);
    assertThat(reader.price(id)).as("price, " + when).isEqualTo(truth.price);
    assertThat(reader.tags(id)).as("tags, " + when).isEqualTo(truth.tags);
    assertThat(reader.idOf(truth.sku)).as("natural id, " + when).isEqualTo(id);
    String old = former.get(id);
    if (old != null) {
      assertThat(reader.idOf(old)).as("former natural id " + old + ", " + when).isZero();
    }
    truth.ids.forEach((category, ids) ->
        assertThat(reader.idsIn(category)).as("query of " + category + ", " + when).isEqualTo(ids));
  }

  private Truth truth(long id) {
    return nodes
        .get(0)
        .sessions()
        .fromTransaction(session -> {
          session.setCacheMode(CacheMode.IGNORE);
          Map<Category, List<Long>> ids = new EnumMap<>(Category.class);
          for (Category category : Category.values()) {
            ids.put(category, Shop.query(session, category).getResultList());
          }
          Product product = session.find(Product.class, id);
          return new Truth(product.price(), new TreeSet<>(product.tags()), product.sku(), ids);
        });
  }

  /**
   * @param ids of the products of each category
   */
  private record Truth(
      int price, Collection<String> tags, String sku, Map<Category, List<Long>> ids) {}
}
