package io.nearside.write;

import io.nearside.store.Clock;
import io.nearside.store.Trouble;
import io.nearside.store.WriteLog;
import io.nearside.store.WriteLog.Addition;
import io.nearside.store.WriteLog.Form;
import io.nearside.store.WriteLog.Outcome;
import io.nearside.store.WriteLog.Receipt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one cache that its source has not taken yet, bounded: one for each key, which a
 * newer one of the key takes the place of. One thread takes them, a batch at a time, so no two
 * writes of a key are ever under way. Thread-safe; runs no user code.
 */
final class PendingWrites<K, V> {
  private static final long FIRST_BACK_OFF_NANOS = 100_000_000;
  private static final long LONGEST_BACK_OFF_NANOS = 10_000_000_000L;
  private static final int MOST_DOUBLINGS = 10;

  /** How often the clock is looked at while writes wait: it need not go as threads sleep. */
  private static final long LOOK_NANOS = 100_000_000;

  private final String cache;
  private final WriteLog<K, V> log;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();

  /** Not yet tried, the oldest first. */
  private final LinkedHashMap<K, PendingWrite<K, V>> waiting = new LinkedHashMap<>();

  /** Tried in vain, each with the time of its next attempt. */
  private final Map<K, PendingWrite<K, V>> retrying = new HashMap<>();

  /** Those, by that time; what is not in the map any more is left out. */
  private final PriorityQueue<PendingWrite<K, V>> retries =
      new PriorityQueue<>(Comparator.comparingLong(PendingWrite::notBefore));

  private final Map<K, PendingWrite<K, V>> underWay = new HashMap<>();
  private final LinkedHashMap<K, PendingWrite<K, V>> parked = new LinkedHashMap<>();

  /** All that are not parked, by when the source began to be behind. */
  private final TreeMap<Long, Long> sinces = new TreeMap<>();

  private long numbers;
  private long versions;
  private long coalesced;

  /** Those that are on their way into the log: one for each key, whose lock its caller holds. */
  private final Set<K> coming = new HashSet<>();

  /** Whether what was tried last has failed: then one at a time, so that each is judged alone. */
  private boolean suspicious;

  private boolean closed;

  private QueueTerms terms;

  PendingWrites(String cache, QueueTerms terms, Clock clock) {
    this(cache, terms, WriteLog.none(), clock);
  }

  /** With what the log has found. */
  PendingWrites(String cache, QueueTerms terms, WriteLog<K, V> log, Clock clock) {
    this.cache = cache;
    this.terms = terms;
    this.log = log;
    this.clock = clock;
    log.found().forEach(this::found);
  }

  private void found(WriteLog.Found<K, V> found) {
    versions = Math.max(versions, found.version());
    long age = Math.max(0, clock.wallMillis() - found.sinceMillis());
    long since = clock.nanos() - TimeUnit.MILLISECONDS.toNanos(age);
    String failure = found.failure();
    PendingWrite<K, V> write =
        new PendingWrite<>(
            found.key(),
            found.value(),
            ++numbers,
            found.version(),
            since,
            found.attempts(),
            since,
            failure);
    if (failure == null) {
      waiting.put(found.key(), write);
      sinces.put(numbers, since);
    } else {
      parked.put(found.key(), write);
    }
  }

  /** Has writes wait so from now on; what waits already stays. */
  void tune(QueueTerms next) {
    lock.lock();
    try {
      terms = next;
      room.signalAll();
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a write; waits for room if there is none.
   *
   * @param value null deletes
   * @return tells when the write is safe; it is in the queue then, and not before
   * @throws CacheWriterException if no room was made in time, the thread was interrupted, or the
   *     write can't be kept
   * @throws IllegalStateException if the cache is closed
   */
  Receipt add(K key, @Nullable V value) {
    Form form = log.form(key, value);
    lock.lock();
    try {
      awaitRoom(key, form);
      List<PendingWrite<K, V>> before = all(key);
      long since = before.isEmpty() ? clock.nanos() : before.get(0).since();
      long sinceMillis = clock.wallMillis() - TimeUnit.NANOSECONDS.toMillis(clock.nanos() - since);
      versions = Math.max(versions + 1, TimeUnit.MILLISECONDS.toMicros(clock.wallMillis()));
      long version = versions;
      coming.add(key);
      return log.add(
          new Addition(
              form, version, sinceMillis, before.stream().map(PendingWrite::version).toList()),
          new Outcome() {
            @Override
            public void safe() {
              came(key, () -> enqueue(key, value, version));
            }

            @Override
            public void refused() {
              came(key, () -> {});
            }
          });
    } finally {
      lock.unlock();
    }
  }

  private void came(K key, Runnable then) {
    lock.lock();
    try {
      coming.remove(key);
      then.run();
      work.signal();
      if (log.place() != null) {
        room.signalAll(); // what it has replaced takes no bytes any more, or it has not come
      }
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(K key, @Nullable V value, long version) {
    PendingWrite<K, V> before = waiting.get(key);
    before = (before == null) ? takeOver(retrying.remove(key)) : before;
    parked.remove(key);
    if (before != null) {
      coalesced++;
      waiting.put(key, PendingWrite.first(key, value, before.number(), version, before.since()));
    } else {
      long now = clock.nanos();
      waiting.put(key, PendingWrite.first(key, value, ++numbers, version, now));
      sinces.put(numbers, now);
    }
  }

  private @Nullable PendingWrite<K, V> takeOver(@Nullable PendingWrite<K, V> retried) {
    if (retried != null) {
      retries.remove(retried);
    }
    return retried;
  }

  private void awaitRoom(K key, Form form) {
    long end = clock.nanos() + terms.blockNanos();
    try {
      while (!closed && !hasRoom(key, form)) {
        long left = end - clock.nanos();
        if (left <= 0) {
          throw full(form);
        }
        long unused = room.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheWriterException(
          "cache \"" + cache + "\": interrupted while waiting for room in its write queue", e);
    }
    if (closed) {
      throw new IllegalStateException("cache \"" + cache + "\" is closed");
    }
  }

  /** Whether a write of the key needs no room. */
  private boolean replaces(K key) {
    return waiting.containsKey(key)
        || retrying.containsKey(key)
        || underWay.containsKey(key)
        || parked.containsKey(key);
  }

  private boolean hasRoom(K key, Form form) {
    return (replaces(key) || !isFull()) && log.hasRoom(form.bytes());
  }

  private boolean isFull() {
    return isDeep() || lag() > terms.maximumLagNanos();
  }

  private boolean isDeep() {
    int most = writes() + coming.size();
    return most >= terms.maximumDepth()
        && size() + coming.stream().filter(key -> !replaces(key)).count() >= terms.maximumDepth();
  }

  private CacheWriterException full(Form form) {
    String why =
        !log.hasRoom(form.bytes())
            ? "the writes that wait leave no room for "
                + form.bytes()
                + " bytes more"
                + " (writeBehind.maximumBytes)"
            : isDeep()
                ? size() + " writes wait already (writeBehind.maximumDepth)"
                : "a write waits longer than writeBehind.maximumLag";
    return new CacheWriterException(
        "cache \""
            + cache
            + "\": "
            + why
            + ", and there was no room within "
            + terms.blockNanos() / 1_000_000
            + " ms (writeBehind.whenFull), so nothing was changed; see what slows the writer down"
            + (parked.isEmpty() ? "" : ", and the " + parked.size() + " parked writes"));
  }

  /** Of a key there may be one under way, and a newer one that waits. */
  private int writes() {
    return waiting.size() + retrying.size() + underWay.size() + parked.size();
  }

  /** The keys of which the source has not taken all. */
  private int size() {
    return writes() - (int) underWay.keySet().stream().filter(waiting::containsKey).count();
  }

  private long lag() {
    return sinces.isEmpty() ? 0 : clock.nanos() - sinces.firstEntry().getValue();
  }

  /** The newest write of a key that the source has not taken; null if it has taken all. */
  @Nullable PendingWrite<K, V> find(K key) {
    lock.lock();
    try {
      List<PendingWrite<K, V>> all = all(key);
      return all.isEmpty() ? null : all.get(0);
    } finally {
      lock.unlock();
    }
  }

  /** The newest first. */
  private List<PendingWrite<K, V>> all(K key) {
    List<PendingWrite<K, V>> all = new ArrayList<>(2);
    for (Map<K, PendingWrite<K, V>> some : List.of(waiting, retrying, underWay, parked)) {
      PendingWrite<K, V> found = some.get(key);
      if (found != null) {
        all.add(found);
      }
    }
    return all;
  }

  /**
   * Waits for writes that are due, and takes them; each is to be given to {@link #done} or {@link
   * #failed}.
   *
   * @return empty when closed, and there is none left
   * @throws InterruptedException if the thread was interrupted
   */
  List<PendingWrite<K, V>> take() throws InterruptedException {
    lock.lock();
    try {
      for (; ; ) {
        if (closed && coming.isEmpty() && waiting.isEmpty() && retrying.isEmpty()) {
          return List.of();
        }
        long now = clock.nanos();
        PendingWrite<K, V> retry = retries.peek();
        if (retry != null && retry.notBefore() <= now) {
          return under(retriesDue(now));
        }
        long due = firstDue();
        if (due <= now) {
          return under(fresh());
        }
        long next = (retry == null) ? due : Math.min(due, retry.notBefore());
        boolean some = next < Long.MAX_VALUE;
        long unused = work.awaitNanos(some ? Math.min(LOOK_NANOS, next - now) : next - now);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<PendingWrite<K, V>> retriesDue(long now) {
    int most = suspicious ? 1 : terms.batchSize();
    List<PendingWrite<K, V>> batch = new ArrayList<>();
    PendingWrite<K, V> next = retries.peek();
    while (next != null && next.notBefore() <= now && batch.size() < most) {
      retries.remove();
      retrying.remove(next.key());
      batch.add(next);
      next = retries.peek();
    }
    return batch;
  }

  private long firstDue() {
    if (waiting.isEmpty()) {
      return Long.MAX_VALUE;
    }
    boolean atOnce = closed || waiting.size() >= terms.batchSize();
    return atOnce ? 0 : waiting.values().iterator().next().since() + terms.flushNanos();
  }

  private List<PendingWrite<K, V>> fresh() {
    List<PendingWrite<K, V>> batch = new ArrayList<>();
    var left = waiting.values().iterator();
    while (left.hasNext() && batch.size() < terms.batchSize()) {
      batch.add(left.next());
      left.remove();
    }
    return batch;
  }

  private List<PendingWrite<K, V>> under(List<PendingWrite<K, V>> batch) {
    batch.forEach(write -> underWay.put(write.key(), write));
    return batch;
  }

  /** The source has taken these. */
  void done(Collection<PendingWrite<K, V>> writes) {
    lock.lock();
    try {
      suspicious = false;
      for (PendingWrite<K, V> write : writes) {
        underWay.remove(write.key());
        settle(write);
      }
      if (!writes.isEmpty()) {
        log.remove(writes.stream().map(PendingWrite::version).toList());
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A newer write of the key has a number of its own. */
  private void settle(PendingWrite<K, V> write) {
    sinces.remove(write.number());
  }

  /**
   * The source has not taken this one.
   *
   * @param alone whether it was the only one; else it is tried again at once, and this attempt does
   *     not count, since another one may be to blame
   * @return whether it is parked now
   */
  boolean failed(PendingWrite<K, V> write, String why, boolean alone) {
    lock.lock();
    try {
      suspicious = true;
      underWay.remove(write.key());
      PendingWrite<K, V> failed =
          alone ? write.failed(why, retryAt(write.attempts())) : write.retried(clock.nanos());
      if (waiting.containsKey(write.key())) {
        settle(write);
        coalesced++;
        room.signalAll();
        return false;
      }
      if (alone && failed.attempts() >= terms.maximumAttempts()) {
        settle(write);
        parked.put(write.key(), failed);
        log.park(write.version(), failed.attempts(), why);
        room.signalAll(); // it holds up nobody any more, though it takes room
        return true;
      }
      retrying.put(write.key(), failed);
      retries.add(failed);
      return false;
    } finally {
      lock.unlock();
    }
  }

  private long retryAt(int attempts) {
    long pause = FIRST_BACK_OFF_NANOS << Math.min(attempts, MOST_DOUBLINGS);
    return clock.nanos() + Math.min(LONGEST_BACK_OFF_NANOS, pause);
  }

  List<PendingWrite<K, V>> parked() {
    lock.lock();
    try {
      return List.copyOf(parked.values());
    } finally {
      lock.unlock();
    }
  }

  boolean replay(K key) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("cache \"" + cache + "\" is closed");
      }
      PendingWrite<K, V> write = parked.remove(key);
      if (write == null) {
        return false;
      }
      long now = clock.nanos();
      waiting.put(key, PendingWrite.first(key, write.value(), ++numbers, write.version(), now));
      sinces.put(numbers, now);
      log.unpark(write.version());
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean drop(K key) {
    lock.lock();
    try {
      PendingWrite<K, V> dropped = parked.remove(key);
      if (dropped == null) {
        return false;
      }
      log.remove(List.of(dropped.version()));
      room.signalAll();
    } finally {
      lock.unlock();
    }
    boolean unused = log.flush();
    return true;
  }

  List<Trouble> troubles() {
    lock.lock();
    try {
      return QueueTroubles.of(terms, size(), parked.size(), lag());
    } finally {
      lock.unlock();
    }
  }

  int depth() {
    lock.lock();
    try {
      return size();
    } finally {
      lock.unlock();
    }
  }

  long lagNanos() {
    lock.lock();
    try {
      return lag();
    } finally {
      lock.unlock();
    }
  }

  long coalesced() {
    lock.lock();
    try {
      return coalesced;
    } finally {
      lock.unlock();
    }
  }

  /** No more is taken; what waits is due now. */
  void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
