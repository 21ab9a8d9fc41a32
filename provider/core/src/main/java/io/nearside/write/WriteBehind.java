package io.nearside.write;

import io.nearside.ParkedWrite;
import io.nearside.WriteQueue;
import io.nearside.store.Clock;
import io.nearside.store.Coming;
import io.nearside.store.ComingWrites;
import io.nearside.store.Trouble;
import io.nearside.store.Troubled;
import io.nearside.store.WriteLog;
import io.nearside.store.WriteLog.Receipt;
import io.nearside.store.WriteVersion;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a cache's changes into a queue in memory, which a log on disk may back, and has the writer
 * called for them later, by one thread of its own: in batches, in each key's order, at least once.
 * What has failed is tried again by itself, then parked. Thread-safe.
 */
public final class WriteBehind<K, V>
    implements Writes<K, V>, ComingWrites<K, V>, WriteQueue<K, V>, Troubled, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.write");

  /** How long {@link #close} waits for the writer. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final String cache;
  private final DirectWrites<K, V> writer;
  private final UnaryOperator<Object> copier;
  private final PendingWrites<K, V> pending;
  private final WriteLog<K, V> log;
  private final AtomicLong written = new AtomicLong();
  private final FailureLog failures;
  private final Thread thread;
  private final Duration drain;
  private volatile boolean givenUp;

  /**
   * What writes wait in.
   *
   * @param log is closed with the queue
   */
  public record Queue<K, V>(QueueTerms terms, WriteLog<K, V> log, Clock clock) {}

  /**
   * @param copier makes copies for who looks at parked writes
   */
  public WriteBehind(
      String cache, DirectWrites<K, V> writer, UnaryOperator<Object> copier, Queue<K, V> queue) {
    this(cache, writer, copier, queue, DRAIN);
  }

  WriteBehind(
      String cache,
      DirectWrites<K, V> writer,
      UnaryOperator<Object> copier,
      Queue<K, V> queue,
      Duration drain) {
    this.cache = cache;
    this.writer = writer;
    this.copier = copier;
    this.pending = new PendingWrites<>(cache, queue.terms, queue.log, queue.clock);
    this.log = queue.log;
    this.failures = new FailureLog(cache);
    this.drain = drain;
    this.thread = new Thread(null, this::run, "nearside-write-behind " + cache, 0, false);
    thread.setDaemon(true);
  }

  /**
   * Begins to write; once.
   *
   * @param context the class loader that the writer sees
   */
  public void start(ClassLoader context) {
    thread.setContextClassLoader(context);
    thread.start();
  }

  /** Has writes wait so from now on; what waits already stays. */
  public void tune(QueueTerms terms) {
    pending.tune(terms);
  }

  @Override
  public void write(K key, V value, WriteVersion version) {
    pending.add(key, value).await();
  }

  @Override
  public void delete(K key, WriteVersion version) {
    pending.add(key, null).await();
  }

  @Override
  public Bulk<K> writeAll(Map<K, V> entries, Function<? super K, WriteVersion> versions) {
    return addAll(entries.keySet(), entries::get);
  }

  @Override
  public Bulk<K> deleteAll(Set<K> keys, Function<? super K, WriteVersion> versions) {
    return addAll(keys, key -> null);
  }

  /**
   * @param values null deletes
   */
  private Bulk<K> addAll(Set<K> keys, Function<K, @Nullable V> values) {
    Map<K, Receipt> added = new LinkedHashMap<>();
    CacheWriterException failure = null;
    try {
      keys.forEach(key -> added.put(key, pending.add(key, values.apply(key))));
    } catch (CacheWriterException e) {
      failure = e;
    }
    Set<K> taken = new HashSet<>();
    for (Map.Entry<K, Receipt> one : added.entrySet()) {
      try {
        one.getValue().await();
        taken.add(one.getKey());
      } catch (CacheWriterException e) {
        failure = e;
      }
    }
    return new Bulk<>(taken, failure);
  }

  @Override
  public Coming<V> coming(K key) {
    PendingWrite<K, V> write = pending.find(key);
    if (write == null) {
      return new Coming.Nothing<>();
    }
    V value = write.value();
    return (value == null) ? new Coming.Removal<>() : new Coming.Value<>(value);
  }

  private void run() {
    try {
      while (!givenUp) {
        List<PendingWrite<K, V>> batch = pending.take();
        if (batch.isEmpty()) {
          return;
        }
        flush(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it has been given up
    }
  }

  private void flush(List<PendingWrite<K, V>> batch) {
    Map<K, PendingWrite<K, V>> left = new LinkedHashMap<>();
    batch.forEach(write -> left.put(write.key(), write));
    WriterBatch<K, V> delivery = new WriterBatch<>(cache, writer);
    batch.forEach(write -> delivery.add(write.key(), write.value(), write.version()));
    List<PendingWrite<K, V>> taken = new ArrayList<>();
    for (K key : delivery.deliver()) {
      PendingWrite<K, V> write = left.remove(key);
      if (write != null) {
        taken.add(write);
      }
    }
    written.addAndGet(taken.size());
    pending.done(taken);
    for (PendingWrite<K, V> write : left.values()) {
      fail(write, delivery.failure(), batch.size() == 1);
    }
  }

  private void fail(PendingWrite<K, V> write, WriterBatch.Failure why, boolean alone) {
    if (pending.failed(write, why.told(), alone)) {
      failures.parked(write.attempts() + 1, why);
    } else {
      failures.failed(why);
    }
  }

  @Override
  public List<Trouble> troubles() {
    List<Trouble> all = new ArrayList<>(pending.troubles());
    Trouble unusable = log.trouble();
    if (unusable != null) {
      all.add(unusable);
    }
    return all;
  }

  @Override
  public int depth() {
    return pending.depth();
  }

  @Override
  public Duration lag() {
    return Duration.ofNanos(pending.lagNanos());
  }

  @Override
  public long written() {
    return written.get();
  }

  @Override
  public long failures() {
    return failures.failures();
  }

  @Override
  public long coalesced() {
    return pending.coalesced();
  }

  @Override
  public List<ParkedWrite<K, V>> parked() {
    return pending.parked().stream().map(this::shown).toList();
  }

  /** How many there are of {@link #parked}. */
  public int parkedCount() {
    return pending.parked().size();
  }

  @SuppressWarnings("unchecked") // a copy is of its original's class
  private ParkedWrite<K, V> shown(PendingWrite<K, V> write) {
    V value = write.value();
    return new ParkedWrite<>(
        (K) copier.apply(write.key()),
        (value == null) ? null : (V) copier.apply(value),
        false,
        write.attempts(),
        String.valueOf(write.failure()));
  }

  @Override
  public boolean replay(K key) {
    return pending.replay(key);
  }

  @Override
  public boolean drop(K key) {
    return pending.drop(key);
  }

  /** Takes no more, writes what waits, and says what could not be written in time. */
  @Override
  public void close() {
    pending.close();
    try {
      if (thread.isAlive() && !thread.equals(Thread.currentThread())) {
        thread.join(TimeUnit.MILLISECONDS.convert(drain));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    givenUp = true;
    thread.interrupt();
    int left = pending.depth();
    log.close();
    tell(left);
  }

  private void tell(int left) {
    if (left > 0 && log.place() != null) {
      LOG.info(
          "cache \"{}\": closed with {} writes that the source has not taken, {} of them parked;"
              + " they stay in its journal {} for the next one of this cache",
          cache,
          left,
          pending.parked().size(),
          log.place());
    } else if (left > 0) {
      LOG.error(
          "cache \"{}\": closed with {} writes that the source has not taken, {} of them parked;"
              + " they are lost, since the queue is in memory; use writeBehind.journal to keep it on"
              + " disk",
          cache,
          left,
          pending.parked().size());
    }
  }
}
