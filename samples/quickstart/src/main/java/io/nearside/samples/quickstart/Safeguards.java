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

  private static final String BY_HAND = "products-by-hand";
  private static final String LOADED = "products-loaded";
  private static final String NOTES = "notes";
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final Duration FLUSH = Duration.ofSeconds(1);

  private final CacheManager manager;
  private final Database database;
  private final LongAdder queries = new LongAdder();
  private final Cache<Long, Product> byHand;
  private final Cache<Long, Product> loaded;
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
  }

  private @Nullable Product query(long id) {
    queries.increment();
    try {
      TimeUnit.NANOSECONDS.sleep(QUERY.toNanos());
      return database.find(id);
    } catch (SQLException e) {
      throw new CacheException("product " + id + " cannot be loaded", e);
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
  synchronized void takeNotes(int count) {
    Cache<Long, String> open = notes;
    if (open == null) {
      throw new IllegalStateException("there is no cache of notes");
    }
    for (long id = 1; id <= count; id++) {
      open.put(id, "note " + id);
    }
  }

  /** Takes the caches' entries out of Redis. */
  void destroy() {
    for (String name : List.of(BY_HAND, LOADED, NOTES)) {
      try {
        manager.destroyCache(name);
      } catch (CacheException e) {
        // Redis is too busy: what is left there is never read again, and expires.
      }
    }
  }
}
