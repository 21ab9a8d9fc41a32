package io.nearside.samples.quickstart;

import io.nearside.samples.quickstart.History.State;
import io.nearside.samples.quickstart.Latencies.Kind;
import io.nearside.samples.quickstart.Read.Source;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Lock;
import javax.cache.Cache;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;

/**
 * One thread's worth of traffic: few products are wanted by many (Zipf's law), and whatever is
 * handed out or in is scribbled on afterwards, which must never show in the cache.
 */
final class Customer {
  private static final double SKEW = 1.0;
  private static final long NO_SUCH_PRODUCT = -1;
  private static final String SCRIBBLE = "scribbled by a caller";

  private final Shop shop;
  private final Cache<Long, Product> products;
  private final int number;
  private final long spared;
  private final int productCount;
  private final SplittableRandom random;
  private final SharedStateDiscreteSampler popularity;
  private final Latencies latencies = new Latencies();

  /**
   * A customer.
   *
   * @param number which reader of the history it is
   * @param spared a product that is never changed, 0 for none
   */
  Customer(Shop shop, Settings settings, int number, long spared) {
    this.shop = shop;
    this.products = shop.cache().products();
    this.number = number;
    this.spared = spared;
    this.productCount = settings.products();
    this.random = new SplittableRandom(settings.seed() + number + 1);
    this.popularity = RejectionInversionZipfSampler.of(random::nextLong, productCount, SKEW);
  }

  /** Does one thing; returns how many reads it was. */
  int act() throws SQLException {
    long id = popularity.sample();
    Operation operation = Operation.random(random);
    switch (operation) {
      case READ -> read(id);
      case READ_UNKNOWN -> readUnknown();
      case QUERY_DATABASE -> query(id);
      default -> {
        if (id != spared) {
          change(operation, id);
        }
        return 0;
      }
    }
    return 1;
  }

  private void read(long id) {
    Read read = ask(id);
    boolean loaded = shop.loader().loadedSince(id, read.begin());
    latencies.record(loaded ? Kind.MISS : Kind.HIT, read.end() - read.begin());
  }

  private void readUnknown() {
    Read read = ask(productCount + 1 + random.nextInt(Shop.UNKNOWN_IDS));
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

  private void update(long id) {
    Product next = Product.random(id, latest(id).version + 1, random);
    long begin = History.now();
    products.put(id, next);
    latencies.record(Kind.UPDATE, History.now() - begin);
    shop.history().complete(id, next.version());
    next.tags().add(SCRIBBLE);
  }

  private void remove(long id) {
    long begin = History.now();
    products.remove(id);
    latencies.record(Kind.UPDATE, History.now() - begin);
    shop.history().complete(id, latest(id).version);
  }

  private void sell(long id) {
    long begin = History.now();
    long version = products.invoke(id, new Sale());
    latencies.record(Kind.SELL, History.now() - begin);
    if (version != NO_SUCH_PRODUCT) {
      shop.history().complete(id, version);
    }
  }

  private State latest(long id) {
    State state = shop.history().latest(id);
    if (state == null) {
      throw new IllegalArgumentException("product " + id + " was never in the database");
    }
    return state;
  }

  int number() {
    return number;
  }

  Latencies latencies() {
    return latencies;
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
