package io.nearside.samples.quickstart;

import io.nearside.RemoteUnavailableException;
import io.nearside.samples.quickstart.Latencies.Kind;
import io.nearside.samples.quickstart.Read.Source;
import io.nearside.samples.quickstart.Tally.Tier;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Lock;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;

/**
 * One thread's worth of traffic: few products are wanted by many (Zipf's law), and whatever is
 * handed out or in is scribbled on afterwards, which must never show in the cache. Reads all
 * products, changes those of its node.
 */
final class Customer {
  private static final double SKEW = 1.0;
  private static final int LOOK_ONE_IN = 64;
  private static final long NO_SUCH_PRODUCT = -1;
  private static final String SCRIBBLE = "scribbled by a caller";

  private final Shop shop;
  private final Cache<Long, Product> products;
  private final int number;
  private final long spared;
  private final int productCount;
  private final SplittableRandom random;
  private final SharedStateDiscreteSampler popularity;
  private final Untold untold;
  private final Latencies latencies = new Latencies();
  private final Tally tally = new Tally();

  /**
   * A customer.
   *
   * @param number which reader of the history it is
   */
  Customer(Shop shop, Settings settings, int number) {
    this.shop = shop;
    this.products = shop.cache().products();
    this.number = number;
    this.spared = settings.spared();
    this.productCount = settings.products();
    this.untold = new Untold(shop);
    int everybody = shop.place().number() * (settings.threads() + 1) + number + 1;
    this.random = new SplittableRandom(settings.seed() + everybody);
    this.popularity = RejectionInversionZipfSampler.of(random::nextLong, productCount, SKEW);
  }

  /** Does one thing; returns how many reads it was. */
  int act() throws SQLException {
    untold.retry();
    long id = popularity.sample();
    Operation operation = Operation.random(random);
    switch (operation) {
      case READ -> read(id);
      case READ_UNKNOWN -> readUnknown();
      case QUERY_DATABASE -> query(id);
      default -> {
        long own = shop.place().ownNear(id);
        if (own != spared) {
          change(operation, own);
        }
        return 0;
      }
    }
    return 1;
  }

  private void read(long id) {
    Tier expected = random.nextInt(LOOK_ONE_IN) == 0 ? shop.cache().tierOf(id) : null;
    Read read = askOrCount(id);
    boolean loaded = shop.loader().loadedSince(id, read.begin());
    long nanos = read.end() - read.begin();
    latencies.record(loaded ? Kind.MISS : Kind.HIT, nanos);
    if (shop.history().wasAway(read)) {
      tally.away(loaded ? Tier.DATABASE : Tier.COPY, nanos);
    } else if (expected != null) {
      tally.usually(expected);
    }
  }

  private Read askOrCount(long id) {
    try {
      return ask(id);
    } catch (CacheException e) {
      tally.error();
      throw e;
    }
  }

  private void readUnknown() {
    Read read = askOrCount(productCount + 1 + random.nextInt(Shop.UNKNOWN_IDS));
    latencies.record(Kind.UNKNOWN, read.end() - read.begin());
  }

  /** Reads a product from the cache and has the answer checked. */
  Read ask(long id) {
    long begin = shop.history().beginRead(number);
    Product value = products.get(id);
    Read read = new Read(Source.CACHE, id, value, begin, History.now());
    shop.checker().check(read);
    if (value != null) {
      value.tags().add(SCRIBBLE);
    }
    return read;
  }

  private void query(long id) throws SQLException {
    long begin = shop.history().beginRead(number);
    Product value = shop.database().find(id);
    Read read = new Read(Source.DATABASE, id, value, begin, History.now());
    shop.checker().check(read);
    latencies.record(Kind.QUERY, read.end() - read.begin());
  }

  private void change(Operation operation, long id) {
    Lock lock = operation == Operation.SELL ? shop.locks().shared(id) : shop.locks().exclusive(id);
    lock.lock();
    try {
      switch (operation) {
        case UPDATE -> update(id);
        case REMOVE -> remove(id);
        case SELL -> sell(id);
        default -> throw new IllegalArgumentException(operation + " changes nothing");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Puts a new version of an own product; returns when the put had returned. */
  long update(long id) {
    Product next = Product.random(id, shop.history().requireLatest(id).version + 1, random);
    long unavailable = shop.cache().unavailable();
    long begin = History.now();
    products.put(id, next);
    long end = History.now();
    latencies.record(Kind.UPDATE, end - begin);
    complete(id, next.version(), unavailable);
    next.tags().add(SCRIBBLE);
    return end;
  }

  private void remove(long id) {
    long unavailable = shop.cache().unavailable();
    long begin = History.now();
    products.remove(id);
    latencies.record(Kind.UPDATE, History.now() - begin);
    complete(id, shop.history().requireLatest(id).version, unavailable);
  }

  private void sell(long id) {
    long unavailable = shop.cache().unavailable();
    long begin = History.now();
    try {
      long version = products.invoke(id, new Sale());
      latencies.record(Kind.SELL, History.now() - begin);
      if (version != NO_SUCH_PRODUCT) {
        complete(id, version, unavailable);
      }
    } catch (RemoteUnavailableException e) { // without Redis it would be a guess
      tally.refused(History.now() - begin);
    }
  }

  /**
   * Notes that an operation has returned.
   *
   * @param unavailable how many operations had gone on without Redis before it
   */
  private void complete(long id, long version, long unavailable) {
    shop.journal().complete(id, version);
    if (shop.cache().unavailable() == unavailable) {
      shop.journal().toldRedis(id, version);
    } else {
      untold.add(id, version);
    }
  }

  /** Reads no more for a while. */
  void rest() {
    shop.history().endReads(number);
  }

  int number() {
    return number;
  }

  Latencies latencies() {
    return latencies;
  }

  Tally tally() {
    return tally;
  }

  /** Takes one item out of the stock, if there is such a product; returns its new version. */
  private static final class Sale implements EntryProcessor<Long, Product, Long> {
    @Override
    public Long process(MutableEntry<Long, Product> entry, Object... arguments) {
      Product product = entry.getValue();
      if (product == null) {
        return NO_SUCH_PRODUCT;
      }
      Product sold = product.sold();
      entry.setValue(sold);
      return sold.version();
    }
  }
}
