package io.nearside.write;

import io.nearside.NearsideHealth.Kind;
import io.nearside.ParkedWrite;
import io.nearside.RemoteUnavailableException;
import io.nearside.WriteQueue;
import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import io.nearside.store.Clock;
import io.nearside.store.Trouble;
import io.nearside.store.Troubled;
import io.nearside.store.WriteJournal;
import io.nearside.store.WriteJournal.Backlog;
import io.nearside.store.WriteJournal.Fate;
import io.nearside.store.WriteJournal.Haste;
import io.nearside.store.WriteJournal.Round;
import io.nearside.store.WriteJournal.Taken;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the writer called for what waits in a {@link WriteJournal}, by one thread of its own: in
 * batches, in each key's order, at least once. A round takes the writes of some parts, which no
 * other node has then, and says what became of them. It looks at once where this node has added
 * writes, and now and then everywhere, so that what a dead node has left is taken over.
 * Thread-safe.
 */
public final class DurableWrites<K, V> implements WriteQueue<K, V>, Troubled, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.write");

  /** How often it looks everywhere. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long OUTAGE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** The parts of one round: with more of them batches are fuller, and more is held up. */
  private static final int PARTS_OF_A_ROUND = 64;

  private static final long FIRST_BACK_OFF_MILLIS = 100;
  private static final long LONGEST_BACK_OFF_MILLIS = 10_000;

  private final String cache;
  private final WriteJournal<K, V> journal;
  private final DirectWrites<K, V> writer;
  private volatile QueueTerms terms;
  private final Clock clock;
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong brokenRounds = new AtomicLong();
  private final FailureLog failures;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final Thread thread;
  private volatile @Nullable Trouble refused;
  private volatile boolean closing;
  private volatile boolean givenUp;

  /** Where writes wait, as far as is known. Of the thread. */
  private final Set<Integer> waiting = new HashSet<>();

  /** When it is to look everywhere next, likewise. */
  private long nextLook;

  public DurableWrites(
      String cache,
      WriteJournal<K, V> journal,
      DirectWrites<K, V> writer,
      QueueTerms terms,
      Clock clock) {
    this.cache = cache;
    this.journal = journal;
    this.writer = writer;
    this.terms = terms;
    this.failures = new FailureLog(cache);
    this.clock = clock;
    this.nextLook = clock.nanos();
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
  public void tune(QueueTerms next) {
    terms = next;
    journal.limit(next.maximumDepth(), next.batchSize());
  }

  private void run() {
    try {
      boolean more = true;
      while (!givenUp && (more || !closing)) {
        more = step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it has been given up
    }
  }

  /** One look, and a pause; whether there may be more to do at once. */
  private boolean step() throws InterruptedException {
    boolean last = closing;
    try {
      boolean more = look(last ? Haste.ALL : Haste.DUE);
      refused = null;
      if (!more && !last) {
        pause(
            Math.max(SHORTEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE_NANOS, terms.flushNanos() / 2)));
      }
      return more || !last;
    } catch (RemoteUnavailableException e) {
      LOG.debug("cache \"{}\": its write queue can't be reached", cache, e);
      if (!last) {
        pause(OUTAGE_PAUSE_NANOS);
      }
      return !last;
    } catch (CacheException e) {
      refused(e);
      if (!last) {
        pause(OUTAGE_PAUSE_NANOS);
      }
      return !last;
    } catch (RuntimeException | Error e) {
      long times = brokenRounds.incrementAndGet();
      if (Seldom.isTold(times)) {
        LOG.error(
            "cache \"{}\": a round of write-behind failed ({} times so far) and is tried again; see"
                + " whether the place below is code of yours, else report it",
            cache,
            times,
            Thrown.silenced(e));
      }
      LOG.debug("cache \"{}\": a round of write-behind failed", cache, e);
      pause(OUTAGE_PAUSE_NANOS);
      return !last;
    }
  }

  private void refused(CacheException e) {
    Trouble before = refused;
    if (before == null) {
      LOG.error(
          "cache \"{}\": its write queue can't be used, and is tried again: {}",
          cache,
          e.getMessage());
    }
    long since = (before == null) ? clock.nanos() : before.since();
    refused = new Trouble(Kind.JOURNAL_UNUSABLE, "", since, String.valueOf(e.getMessage()));
  }

  private void pause(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!closing && left > 0) {
        left = wake.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean look(Haste haste) throws InterruptedException {
    waiting.addAll(journal.touched());
    boolean everywhere = clock.nanos() - nextLook >= 0 && !closing;
    List<Integer> parts = new ArrayList<>(everywhere ? journal.parts() : waiting);
    boolean more = false;
    for (int from = 0; from < parts.size() && !givenUp; from += PARTS_OF_A_ROUND) {
      more |= round(parts.subList(from, Math.min(parts.size(), from + PARTS_OF_A_ROUND)), haste);
    }
    if (everywhere) {
      nextLook = clock.nanos() + LOOK_NANOS;
    }
    return more;
  }

  /** Takes and writes; whether there may be more that is due. */
  private boolean round(List<Integer> parts, Haste haste) throws InterruptedException {
    Round<K, V> round = journal.take(parts, haste);
    parts.forEach(waiting::remove);
    waiting.addAll(round.waiting());
    if (round.isEmpty()) {
      return false;
    }
    Map<K, Fate> fates = new HashMap<>();
    try {
      write(round, fates);
    } finally {
      journal.settle(round, fates);
    }
    boolean progress = fates.values().stream().anyMatch(fate -> fate == Fate.WRITTEN);
    return progress && (round.more() || haste == Haste.ALL);
  }

  private void write(Round<K, V> round, Map<K, Fate> fates) {
    List<Taken<K, V>> all = new ArrayList<>();
    round.taken().values().forEach(all::addAll);
    for (int from = 0; from < all.size(); from += terms.batchSize()) {
      if (givenUp || !journal.holds(round)) {
        return; // another node may write them now
      }
      writeBatch(round, all.subList(from, Math.min(all.size(), from + terms.batchSize())), fates);
    }
  }

  /** What a batch does not get through is tried one by one, so that each is judged alone. */
  private void writeBatch(Round<K, V> round, List<Taken<K, V>> batch, Map<K, Fate> fates) {
    WriterBatch.Failure why = deliver(batch, fates);
    if (batch.size() == 1) {
      fail(batch.get(0), why, fates);
      return;
    }
    for (Taken<K, V> write : batch) {
      if (!fates.containsKey(write.key())) {
        if (givenUp || !journal.holds(round)) {
          return;
        }
        fail(write, deliver(List.of(write), fates), fates);
      }
    }
  }

  /** Returns why some were not taken. */
  private WriterBatch.Failure deliver(List<Taken<K, V>> writes, Map<K, Fate> fates) {
    WriterBatch<K, V> batch = new WriterBatch<>(cache, writer);
    writes.forEach(write -> batch.add(write.key(), write.value(), write.version()));
    Set<K> taken = batch.deliver();
    taken.forEach(key -> fates.put(key, Fate.WRITTEN));
    written.addAndGet(taken.size());
    return batch.failure();
  }

  private void fail(Taken<K, V> write, WriterBatch.Failure why, Map<K, Fate> fates) {
    if (fates.containsKey(write.key())) {
      return;
    }
    boolean parked = write.attempts() + 1 >= terms.maximumAttempts();
    long pause =
        Math.min(LONGEST_BACK_OFF_MILLIS, FIRST_BACK_OFF_MILLIS << Math.min(10, write.attempts()));
    fates.put(
        write.key(), new Fate(parked ? Fate.Kind.PARKED : Fate.Kind.FAILED, pause, why.told()));
    if (parked) {
      failures.parked(write.attempts() + 1, why);
    } else {
      failures.failed(why);
    }
  }

  @Override
  public List<Trouble> troubles() {
    Backlog seen = journal.seen();
    long lag = TimeUnit.MILLISECONDS.toNanos(seen.oldestMillis());
    List<Trouble> all = new ArrayList<>(QueueTroubles.of(terms, seen.all(), seen.parked(), lag));
    Trouble known = refused;
    if (known != null) {
      all.add(known);
    }
    return all;
  }

  @Override
  public int depth() {
    return journal.backlog().all();
  }

  @Override
  public Duration lag() {
    return Duration.ofMillis(journal.backlog().oldestMillis());
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
    return journal.coalesced();
  }

  @Override
  public List<ParkedWrite<K, V>> parked() {
    return journal.parked();
  }

  @Override
  public boolean replay(K key) {
    return journal.replay(key);
  }

  @Override
  public boolean drop(K key) {
    return journal.drop(key);
  }

  /**
   * Writes what this node has added and nobody has taken; what can't be written in time other nodes
   * do, or the next one of the cache.
   */
  @Override
  public void close() {
    journal.admitNoMore();
    lock.lock();
    try {
      closing = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (thread.isAlive() && !thread.equals(Thread.currentThread())) {
        thread.join(TimeUnit.MILLISECONDS.convert(DRAIN));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    givenUp = true;
    thread.interrupt();
    tellWhatIsLeft();
  }

  private void tellWhatIsLeft() {
    try {
      Backlog left = journal.backlog();
      if (left.all() > 0) {
        LOG.info(
            "cache \"{}\": closed while {} writes of all nodes wait for the source; they stay in"
                + " Redis for the other nodes, or the next one of this cache",
            cache,
            left.all());
      }
    } catch (CacheException e) {
      LOG.debug("cache \"{}\": closed while its write queue can't be reached", cache, e);
    }
  }
}
