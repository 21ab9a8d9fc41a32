package io.nearside.samples.quickstart;

import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfiguration;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * One node's caches that show how a database is spared, and how writes outlive their node: beyond
 * JCache, so these are configured by Nearside's own builder. Thread-safe.
 */
final class Safeguards {
  /** Who want the same product at the same time, in each node. */
  static final int CALLERS = 32;

  /** What the query takes that many want the answer of. */
  static final Duration QUERY = Duration.ofMillis(200);

  /** How long a product is fresh in the cache that stands in for the database. */
  static final Duration KEPT_LIFE = Duration.ofMillis(500);

  private static final Duration STAND_IN = Duration.ofMinutes(5);
  private static final Duration THROTTLE = Duration.ofMillis(200);
  private static final String KEPT = "products-kept";
  private static final String BY_HAND = "products-by-hand";
  private static final String LOADED = "products-loaded";
  private static final String NOTES = "notes";
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final int MOST_ATTEMPTS = 100;
  private static final long ATTEMPT_MILLIS = 50;
  private static final Duration FLUSH = Duration.ofSeconds(1);

  private final CacheManager manager;
  private final Database database;
  private final LongAdder queries = new LongAdder();
  private final Cache<Long, Product> byHand;
  private final Cache<Long, Product> loaded;
  private final Cache<Long, Product> kept;
  private @Nullable Cache<Long, String> notes;

  Safeguards(CacheManager manager, Database database) {
    this.manager = manager;
    this.database = database;
    this.byHand =
        manager.createCache(
            BY_HAND,
            NearsideConfiguration.builder(Long.class, Product.class).timeToLive(LIFE).build());
    this.loaded =
        manager.createCache(
            LOADED,
            NearsideConfiguration.builder(Long.class, Product.class)
                .timeToLive(LIFE)
                .loader((NearsideLoader<Long, Product>) (id, context) -> query(id))
                .build());
    this.kept =
        manager.createCache(
            KEPT,
            NearsideConfiguration.builder(Long.class, Product.class)
                .timeToLive(KEPT_LIFE)
                .staleIfError(STAND_IN)
                .throttle(THROTTLE)
                .loader((NearsideLoader<Long, Product>) (id, context) -> find(id))
                .build());
  }

  private @Nullable Product find(long id) {
    try {
      return database.find(id);
    } catch (SQLException e) {
      throw new CacheException("product " + id + " cannot be loaded", e);
    }
  }

  private @Nullable Product query(long id) {
    queries.increment();
    try {
      TimeUnit.NANOSECONDS.sleep(QUERY.toNanos());
      return find(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheException("interrupted", e);
    }
  }

  /**
   * Many callers ask for a product that is in no cache.
   *
   * @param byLoader whether the cache loads it, or each caller looks, queries and puts by hand
   * @return the queries that this node has made
   */
  long crowd(long id, boolean byLoader) throws InterruptedException {
    long before = queries.sum();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<@Nullable Product>> answers = new ArrayList<>();
      Callable<@Nullable Product> ask =
          () -> {
            start.await();
            return byLoader ? loaded.get(id) : askByHand(id);
          };
      for (int i = 0; i < CALLERS; i++) {
        answers.add(callers.submit(ask));
      }
      start.countDown();
      for (Future<@Nullable Product> answer : answers) {
        answer.get();
      }
      return queries.sum() - before;
    } catch (ExecutionException e) {
      throw new CacheException("product " + id + " is not read", e.getCause());
    } finally {
      callers.shutdownNow();
    }
  }

  private @Nullable Product askByHand(long id) {
    Product cached = byHand.get(id);
    if (cached != null) {
      return cached;
    }
    Product found = query(id);
    if (found != null) {
      byHand.put(id, found);
    }
    return found;
  }

  /** Reads each of these products once, of a cache that answers when the database does not. */
  Kept readKept(List<Product> expected) {
    long right = 0;
    long failed = 0;
    long wrong = 0;
    for (Product product : expected) {
      try {
        if (product.equals(kept.get(product.id()))) {
          right++;
        } else {
          wrong++;
        }
      } catch (CacheException e) {
        failed++;
      }
    }
    return new Kept(right, failed, wrong);
  }

  /**
   * Opens the cache that writes behind: what is put there is the database's a second later.
   *
   * @throws CacheException if this Redis may not keep what waits
   */
  synchronized void openNotes() {
    if (notes == null) {
      notes =
          manager.createCache(
              NOTES,
              NearsideConfiguration.builder(Long.class, String.class)
                  .timeToLive(LIFE)
                  .writer(() -> new NoteWriter(database))
                  .writeBehind(queue -> queue.flushInterval(FLUSH))
                  .build());
    }
  }

  /** Puts so many notes; each is acknowledged when this returns. */
  synchronized void takeNotes(int count) throws InterruptedException {
    Cache<Long, String> open = notes;
    if (open == null) {
      throw new IllegalStateException("there is no cache of notes");
    }
    for (long id = 1; id <= count; id++) {
      putUntilTaken(open, id);
    }
  }

  /** A machine that is busy may take longer than {@code remote.timeout}. */
  private static void putUntilTaken(Cache<Long, String> open, long id) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        open.put(id, "note " + id);
        return;
      } catch (CacheException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(ATTEMPT_MILLIS);
      }
    }
  }

  /** Takes the caches' entries out of Redis. */
  void destroy() {
    for (String name : List.of(BY_HAND, LOADED, KEPT, NOTES)) {
      try {
        manager.destroyCache(name);
      } catch (CacheException e) {
        // Redis is too busy: what is left there is never read again, and expires.
      }
    }
  }
}
