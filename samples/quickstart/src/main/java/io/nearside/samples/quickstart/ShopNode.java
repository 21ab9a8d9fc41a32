package io.nearside.samples.quickstart;

import io.nearside.samples.quickstart.Findings.Statistics;
import io.nearside.samples.quickstart.Tally.Tier;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** A node: a shop of this JVM and its customers. Thread-safe. */
final class ShopNode implements Node {
  private static final long BREATH = TimeUnit.MICROSECONDS.toNanos(20);

  private final Shop shop;
  private final Traffic traffic;
  private final Customer inspector;
  private final int products;
  private long loads;
  private @Nullable Safeguards safeguards;
  private @Nullable Statistics statistics;

  ShopNode(Shop shop, Settings settings) {
    this.shop = shop;
    this.traffic = new Traffic(shop, settings);
    this.products = settings.products();
    this.inspector = new Customer(shop, settings, settings.threads());
  }

  /** Opens a shop over a database, which is closed if that fails. */
  static ShopNode open(Setup setup, Database database) {
    return new ShopNode(Shop.open(setup, database), setup.settings());
  }

  Shop shop() {
    return shop;
  }

  /** Its changes are told to another one from now on. */
  void meet(Peer peer) {
    shop.journal().meet(peer);
  }

  @Override
  public synchronized void begin() {
    loads = -shop.loader().loads();
    traffic.begin();
  }

  @Override
  public long reads() {
    return traffic.reads();
  }

  @Override
  public void begun(long id, long version, @Nullable Product product) {
    shop.history().begin(id, version, product);
  }

  @Override
  public void completed(long id, long version) {
    shop.history().complete(id, version);
  }

  @Override
  public void toldRedis(long id, long version) {
    shop.history().toldRedis(id, version);
  }

  @Override
  public void redisIsAway() {
    shop.history().redisIsAway();
  }

  @Override
  public void redisReturns() {
    shop.history().redisReturns();
  }

  @Override
  public synchronized void awaitCopies() throws InterruptedException {
    long id = 0;
    long deadline = deadline();
    do {
      TimeUnit.MILLISECONDS.sleep(5);
      id = id % products + 1; // another one each time: the first may have been removed
      inspector.ask(id);
      requireBefore(deadline, "no copy answers");
    } while (shop.cache().tierOf(id) != Tier.COPY);
    inspector.rest();
  }

  @Override
  public synchronized void awaitCopy(long id) throws InterruptedException {
    long deadline = deadline();
    while (inspector.ask(id).value() != null && shop.cache().tierOf(id) != Tier.COPY) {
      requireBefore(deadline, "there is no copy of product " + id);
      TimeUnit.MILLISECONDS.sleep(1);
    }
    inspector.rest();
  }

  /** The newest version of a product. */
  long version(long id) {
    return shop.history().requireLatest(id).version;
  }

  /** Puts a new version of an own product; returns when that had returned. */
  synchronized long put(long id) {
    return inspector.update(id);
  }

  @Override
  public synchronized void awaitVersion(long id, long version) {
    long deadline = deadline();
    Product read = null;
    while (read == null || read.version() < version) {
      read = inspector.ask(id).value();
      requireBefore(deadline, "version " + version + " of product " + id + " does not arrive");
      LockSupport.parkNanos(BREATH);
    }
    inspector.rest();
  }

  private static long deadline() {
    return History.now() + TimeUnit.SECONDS.toNanos(Quickstart.PATIENCE_SECONDS);
  }

  private static void requireBefore(long deadline, String complaint) {
    if (History.now() > deadline) {
      throw new CacheException(complaint + " within " + Quickstart.PATIENCE_SECONDS + " s");
    }
  }

  @Override
  public synchronized void end() throws InterruptedException {
    traffic.stop();
    traffic.await();
    loads += shop.loader().loads();
    statistics = Statistics.of(shop.cache().statistics());
  }

  private synchronized Safeguards safeguards() {
    if (safeguards == null) {
      safeguards = new Safeguards(shop.cache().manager(), shop.database());
    }
    return safeguards;
  }

  @Override
  public long crowd(long id, boolean byLoader) throws InterruptedException {
    return safeguards().crowd(id, byLoader);
  }

  @Override
  public Kept readKept(List<Product> expected) {
    return safeguards().readKept(expected);
  }

  @Override
  public void openNotes() {
    safeguards().openNotes();
  }

  @Override
  public void takeNotes(int count) throws InterruptedException {
    safeguards().takeNotes(count);
  }

  /** Takes all caches' entries out of Redis. */
  synchronized void destroyCaches() {
    shop.cache().destroy();
    if (safeguards != null) {
      safeguards.destroy();
    }
  }

  @Override
  public synchronized Findings findings() {
    return new Findings(
        traffic.reads(),
        loads,
        traffic.failures(),
        shop.checker().checked(),
        shop.checker().wrong(),
        shop.complaints().count(),
        shop.complaints().first().stream().map(this::signed).toList(),
        Objects.requireNonNull(statistics, "the traffic has not ended"),
        traffic.latencies(),
        traffic.tally());
  }

  private String signed(String complaint) {
    return "node %d: %s".formatted(shop.place().number() + 1, complaint);
  }

  @Override
  public void leave() {
    shop.close();
  }
}
