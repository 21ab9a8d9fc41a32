package io.nearside.samples.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.nearside.Nearside;
import io.nearside.NearsideManager;
import io.nearside.config.NearsideConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.CacheException;

/**
 * Two caches and their traffic: {@code products} are read through and now and then changed, {@code
 * orders} are written behind.
 */
final class Shop implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int PRODUCTS = 5_000;
  private static final int ORDERS = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LOCAL_ENTRIES = 2_000;
  private static final long PAUSE_NANOS = 200_000;
  private static final long SEED = 20_261_122;

  /** Of a thousand operations. */
  private static final int CHANGES = 10;

  private static final int NEW_ORDERS = 40;

  private final NearsideManager manager;
  private final Cache<Long, String> products;
  private final Cache<Long, String> orders;
  private final Source source;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong refusedReads = new AtomicLong();
  private final AtomicLong failedReads = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong failedChanges = new AtomicLong();
  private volatile boolean closing;

  private Shop(String address, MeterRegistry registry, Source source) {
    this.source = source;
    manager =
        Nearside.builder()
            .address(address)
            .namespace("operations")
            .meterRegistry(registry)
            .set("metrics.server", "1s")
            .build()
            .unwrap(NearsideManager.class);
    products =
        manager.createCache(
            "products",
            NearsideConfiguration.builder(Long.class, String.class)
                .timeToLive(Duration.ofSeconds(20))
                .staleIfError(Duration.ofMinutes(5))
                .local(local -> local.maximumSize(LOCAL_ENTRIES))
                .statistics(true)
                .loader(source)
                .build());
    orders =
        manager.createCache(
            "orders",
            NearsideConfiguration.builder(Long.class, String.class)
                .timeToLive(Duration.ofMinutes(10))
                .statistics(true)
                .writer(source)
                .writeBehind(queue -> queue.flushInterval(Duration.ofMillis(500)).batchSize(100))
                .build());
  }

  /** Opens the caches and begins. */
  static Shop open(String address, MeterRegistry registry, Source source) {
    Shop shop = new Shop(address, registry, source);
    for (int i = 0; i < THREADS; i++) {
      long seed = SEED + i;
      Thread thread = new Thread(() -> shop.serve(new SplittableRandom(seed)), "shop-" + i);
      thread.setDaemon(true);
      shop.threads.add(thread);
      thread.start();
    }
    return shop;
  }

  NearsideManager manager() {
    return manager;
  }

  private void serve(SplittableRandom random) {
    while (!closing) {
      int what = random.nextInt(1_000);
      if (what < CHANGES) {
        change(products, product(random));
      } else if (what < CHANGES + NEW_ORDERS) {
        change(orders, random.nextLong(ORDERS));
      } else {
        read(product(random));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Some are asked for more often than others. */
  private static long product(SplittableRandom random) {
    return (long) (PRODUCTS * Math.pow(random.nextDouble(), 3));
  }

  private void read(long key) {
    try {
      products.get(key);
      reads.incrementAndGet();
    } catch (CacheException e) { // nothing can be said of a key that nobody has read before
      (source.refuses() ? refusedReads : failedReads).incrementAndGet();
    } catch (IllegalStateException e) {
      requireClosing(e);
    }
  }

  private void change(Cache<Long, String> cache, long key) {
    try {
      cache.put(key, "changed " + changes.incrementAndGet());
    } catch (CacheException e) {
      failedChanges.incrementAndGet();
    } catch (IllegalStateException e) {
      requireClosing(e);
    }
  }

  /** A cache that was closed meanwhile says so. */
  private void requireClosing(IllegalStateException e) {
    if (!closing) {
      throw e;
    }
  }

  /** Reads that got no answer though the source was there. */
  long failedReads() {
    return failedReads.get();
  }

  String said() {
    return String.format(
        Locale.ROOT,
        "%,d reads were answered, %,d refused with the source, %,d failed; of %,d changes %,d failed",
        reads.get(),
        refusedReads.get(),
        failedReads.get(),
        changes.get(),
        failedChanges.get());
  }

  /** Ends the traffic; what is under way is waited for. */
  void stop() throws InterruptedException {
    closing = true;
    for (Thread thread : threads) {
      thread.join(PATIENCE.toMillis());
    }
  }

  @Override
  public void close() {
    closing = true;
    manager.close();
  }
}
