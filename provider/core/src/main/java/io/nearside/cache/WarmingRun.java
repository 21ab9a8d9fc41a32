package io.nearside.cache;

import io.nearside.WarmOptions;
import io.nearside.Warming;
import io.nearside.cache.BulkReadThrough.Result;
import io.nearside.load.Loads;
import io.nearside.store.Outcome;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One warming: some threads take keys from their iterator, a few at a time and no faster than
 * agreed, and load those that are not there, as any miss does. Thread-safe; the iterator is called
 * by one thread at a time.
 */
final class WarmingRun<K, V> implements Warming {
  /** The keys of one call of the loader. */
  private static final int AT_ONCE = 50;

  private static final long SECOND = 1_000_000_000;

  /** How long a warming that begins waits for copies to be possible, all in all. */
  private static final long PATIENCE_NANOS = 5 * SECOND;

  private static final long LOOK_NANOS = 20_000_000;

  private final Means<K, V> means;
  private final Iterator<? extends K> keys;
  private final LongSupplier announced;
  private final WarmOptions options;
  private final RefreshThreads threads;
  private final AtomicInteger working;
  private final LongAdder done = new LongAdder();
  private final LongAdder loaded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final CompletableFuture<Warming> completion = new CompletableFuture<>();

  /** Guards the iterator and the two below. */
  private final ReentrantLock lock = new ReentrantLock();

  private long taken;
  private long nextAt;
  private volatile long total = UNKNOWN;
  private volatile long patientUntil;

  /** What it works with. */
  record Means<K, V>(
      CacheParts<K, V> parts, BulkReadThrough<K, V> bulk, Loads<K, V> loads, Warmth warmth) {}

  /**
   * @param total of the keys, as far as it is known; else {@link #UNKNOWN}
   */
  WarmingRun(
      Means<K, V> means, Iterator<? extends K> keys, LongSupplier total, WarmOptions options) {
    this.means = means;
    this.keys = keys;
    this.announced = total;
    this.options = options;
    this.threads = new RefreshThreads(means.parts.settings().name(), options.concurrency());
    this.working = new AtomicInteger(options.concurrency());
  }

  void start() {
    nextAt = means.parts.clock().nanos();
    patientUntil = nextAt + PATIENCE_NANOS;
    for (int i = 0; i < options.concurrency(); i++) {
      threads.execute(this::work);
    }
  }

  private void work() {
    try {
      for (Set<K> some = take(); !some.isEmpty() && !isCancelled(); some = take()) {
        warm(some);
      }
    } catch (RuntimeException | Error e) {
      broken.compareAndSet(null, e);
      cancel();
    } finally {
      if (working.decrementAndGet() == 0) {
        threads.close();
        end();
      }
    }
  }

  private void end() {
    Throwable why = broken.get();
    if (why == null) {
      completion.complete(this);
    } else {
      completion.completeExceptionally(why);
    }
  }

  /** Some keys, when it is time for them; none at the end. */
  private Set<K> take() {
    Set<K> some = new HashSet<>();
    long wait = 0;
    lock.lock();
    try {
      boolean more = true;
      while (some.isEmpty() && more) { // where all were refused, the next
        long before = taken;
        more = fill(some);
        wait = paceOf(taken - before);
      }
      if (!more && !isCancelled()) {
        total = taken;
      }
    } finally {
      lock.unlock();
    }
    pause(wait);
    return some;
  }

  /** False at the end. */
  private boolean fill(Set<K> some) {
    int most = Math.max(1, Math.min(AT_ONCE, options.keysPerSecond() / 10));
    for (int i = 0; i < most; i++) {
      if (isCancelled() || taken >= options.maximumKeys() || !keys.hasNext()) {
        return false;
      }
      taken++;
      add(keys.next(), some);
    }
    return true;
  }

  /** How long to wait before so many are begun. */
  private long paceOf(long count) {
    long now = means.parts.clock().nanos();
    long at = (nextAt - now < 0) ? now : nextAt;
    nextAt = at + count * SECOND / options.keysPerSecond();
    return at - now;
  }

  private void add(K key, Set<K> some) {
    CacheParts<K, V> parts = means.parts;
    try {
      Types.checkKey(parts.settings(), key);
      if (!some.add(parts.copier().copy(key))) {
        done.increment(); // it is among them already
      }
    } catch (RuntimeException e) {
      fail(1, e);
    }
  }

  private void pause(long nanos) {
    try {
      boolean unused = nanos > 0 && cancelled.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) { // nobody interrupts these threads
      Thread.currentThread().interrupt();
      cancel();
    }
  }

  private void warm(Set<K> some) {
    try {
      awaitReady(some);
      load(some);
    } catch (RuntimeException e) {
      fail(some.size(), e);
    }
    means.parts.events().completeUnasked();
  }

  /** Else what a node reads that has just begun would be read in vain. */
  private void awaitReady(Set<K> some) {
    while (!isCancelled()
        && patientUntil - means.parts.clock().nanos() > 0
        && !some.stream().allMatch(means.parts.store()::isReady)) {
      pause(LOOK_NANOS);
    }
  }

  private void load(Set<K> some) {
    CacheParts<K, V> parts = means.parts;
    Map<K, Outcome<V>> present = parts.store().readAll(some, parts.clock().nanos());
    Set<K> missing = new HashSet<>();
    int there = 0;
    for (K key : some) {
      Outcome<V> outcome = present.get(key);
      if (outcome instanceof Unavailable<V> away) { // what is loaded now could not be stored
        fail(1, away.cause());
      } else if (outcome instanceof StoredEntry<V>) {
        there++;
      } else {
        missing.add(key);
      }
    }
    if (!missing.isEmpty()) {
      Result<K, V> result = means.bulk.load(missing, means.loads);
      result.values().keySet().forEach(means.warmth::warmed);
      loaded.add(result.values().size());
      result.failures().values().forEach(failure -> fail(1, failure));
      there += missing.size() - result.failures().size();
    }
    done.add(there);
  }

  private void fail(int count, RuntimeException failure) {
    failed.add(count);
    firstFailure.compareAndSet(null, failure);
  }

  @Override
  public long done() {
    return done.sum();
  }

  @Override
  public long loaded() {
    return loaded.sum();
  }

  @Override
  public long failed() {
    return failed.sum();
  }

  @Override
  public long total() {
    return total == UNKNOWN ? Math.min(announced.getAsLong(), options.maximumKeys()) : total;
  }

  @Override
  public @Nullable Throwable firstFailure() {
    return firstFailure.get();
  }

  @Override
  public void cancel() {
    cancelled.countDown();
  }

  @Override
  public boolean isCancelled() {
    return cancelled.getCount() == 0;
  }

  @Override
  public CompletionStage<Warming> completion() {
    return completion.minimalCompletionStage();
  }
}
