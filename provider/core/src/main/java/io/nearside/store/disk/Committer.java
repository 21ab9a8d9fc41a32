package io.nearside.store.disk;

import io.nearside.NearsideHealth.Kind;
import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import io.nearside.store.Trouble;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that works on a {@link LogFile}: takes the steps that wait, carries them out, and
 * has them on disk by one flush. After a failure it opens the file anew at the next step.
 * Thread-safe.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.write");

  private static final int MOST_STEPS = 1_000;
  private static final long MOST_BYTES = 8L << 20;
  private static final int COMMITS_OF_A_COMPACTION = 1_000;
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_SECONDS = 20;

  /** Something to be done to the file. Its methods are called by the committer's thread. */
  interface Step {
    void apply(LogFile file);

    /** It is on disk, and so is all before. */
    void done();

    /**
     * It is not on disk.
     *
     * @param missing takes what must be in the file again that this step took out of it
     */
    void failed(Throwable why, Map<Long, byte[]> missing);

    /** What it adds to the file, about. */
    default long bytes() {
      return 0;
    }
  }

  private final String cache;
  private final String name;
  private final LongPredicate holds;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Deque<Step> waiting = new ArrayDeque<>();
  private final Thread thread;
  private volatile @Nullable Trouble broken;
  private boolean closed;

  /** Null after a failure. Of the thread, as is all below. */
  private @Nullable LogFile file;

  private final Map<Long, byte[]> missing = new HashMap<>();
  private int commits;
  private boolean shrunk = true;
  private long failures;

  /**
   * @param holds whether a write belongs into the file, for after a failure
   */
  Committer(String cache, LogFile file, LongPredicate holds) {
    this.cache = cache;
    this.name = file.name();
    this.file = file;
    this.holds = holds;
    this.thread = new Thread(null, this::run, "nearside-journal " + cache, 0, false);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Why the file can't be used; null if it can, or nobody has tried in vain. */
  @Nullable Trouble trouble() {
    return broken;
  }

  /** Has it carried out later; false if closed. */
  boolean add(Step step) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      waiting.add(step);
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (List<Step> some = next(); some != null; some = next()) {
      if (some.isEmpty()) {
        upkeep(LogFile::shrink);
        shrunk = true;
      } else {
        carryOut(some);
      }
    }
    if (file != null) {
      upkeep(LogFile::close);
    }
  }

  /** Empty when there was nothing for a while; null at the end. */
  private @Nullable List<Step> next() {
    lock.lock();
    try {
      long left = REST_NANOS;
      while (waiting.isEmpty() && !closed && left > 0) {
        if (shrunk) {
          work.awaitUninterruptibly();
        } else {
          left = work.awaitNanos(left);
        }
      }
      return (waiting.isEmpty() && closed) ? null : some();
    } catch (InterruptedException e) {
      return List.of(); // nobody of ours does so
    } finally {
      lock.unlock();
    }
  }

  private List<Step> some() {
    List<Step> some = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && some.size() < MOST_STEPS && bytes < MOST_BYTES) {
      Step step = waiting.remove();
      bytes += step.bytes();
      some.add(step);
    }
    return some;
  }

  private void carryOut(List<Step> some) {
    try {
      LogFile to = usable();
      some.forEach(step -> step.apply(to));
      to.commit();
    } catch (RuntimeException | Error e) {
      abandon(e);
      some.forEach(step -> step.failed(e, missing));
      return;
    }
    some.forEach(Step::done);
    shrunk = false;
    commits++;
    if (commits % COMMITS_OF_A_COMPACTION == 0) {
      upkeep(LogFile::compact);
    }
  }

  private LogFile usable() {
    LogFile now = file;
    if (now == null) {
      now = LogFile.open(cache, name);
      try {
        restore(now);
      } catch (RuntimeException | Error e) {
        now.abandon();
        throw e;
      }
      file = now;
      broken = null;
      LOG.info("cache \"{}\": its journal {} takes writes again", cache, name);
    }
    return now;
  }

  /** Makes the file hold what belongs there, and nothing else. */
  private void restore(LogFile opened) {
    Set<Long> gone = new HashSet<>();
    opened.forEach((version, write) -> {
      if (!holds.test(version)) {
        gone.add(version);
      }
    });
    gone.forEach(opened::remove);
    missing.forEach((version, write) -> {
      if (holds.test(version) && !opened.has(version)) {
        opened.put(version, write);
      }
    });
    opened.commit();
    missing.clear();
  }

  private interface Upkeep {
    void of(LogFile file);
  }

  private void upkeep(Upkeep upkeep) {
    LogFile now = file;
    try {
      if (now != null) {
        upkeep.of(now);
      }
    } catch (RuntimeException | Error e) {
      abandon(e);
    }
  }

  private void abandon(Throwable why) {
    failures++;
    if (broken == null) {
      String what = why.getClass().getSimpleName(); // its message may say anything
      broken =
          new Trouble(Kind.JOURNAL_UNUSABLE, "", Trouble.UNKNOWN, name + " can't be used: " + what);
    }
    if (Seldom.isTold(failures)) {
      LOG.error(
          "cache \"{}\": its journal {} could not be written ({} times so far), and changes are refused"
              + " until it can; see to the disk's room and rights",
          cache,
          name,
          failures,
          Thrown.silenced(why));
    }
    LogFile now = file;
    file = null;
    if (now != null) {
      try {
        now.abandon();
      } catch (RuntimeException e) {
        LOG.debug("cache \"{}\": its journal failed to close", cache, e);
      }
    }
  }

  /** Carries out what waits, and closes the file. */
  void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn(
          "cache \"{}\": its journal {} is still being written at close; see what slows the disk"
              + " down, and wait before the file is opened again",
          cache,
          name);
    }
  }
}
