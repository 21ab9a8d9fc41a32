package io.nearside.spi;

import io.nearside.cache.AsyncNode;
import io.nearside.load.Errand;
import io.nearside.observe.Thrown;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A manager's threads, all daemons, started when they are first needed: one for upkeep, up to
 * {@value #EVENT_THREADS} for asynchronous listeners, up to {@value #LOAD_THREADS} for {@code
 * loadAll}, up to {@value #TIMED_LOAD_THREADS} for loads with a time-out, up to {@value
 * #REMOTE_THREADS} for what remote stores do without a caller. For asynchronous views up to {@value
 * #REPLY_THREADS} that do not wait, and as many virtual ones as there are calls that do; up to
 * {@value #ASYNC_THREADS}, and {@value #FILL_THREADS} that wait for Redis only, before JDK {@value
 * #UNPINNED}, where a virtual thread that waits in a monitor of a loader's or writer's holds one of
 * the few that carry all. Thread-safe.
 */
final class ManagerThreads implements AutoCloseable {
  static final int EVENT_THREADS = 64;
  static final int LOAD_THREADS = 4;
  static final int TIMED_LOAD_THREADS = 64;
  static final int REMOTE_THREADS = 2;
  static final int REPLY_THREADS = 8;
  static final int ASYNC_THREADS = 64;
  static final int FILL_THREADS = 16;
  static final int UNPINNED = 24;

  /** The tasks of remote stores that may wait: each store has one at a time. */
  private static final int MAXIMUM_WAITING_REMOTE = 10_000;

  /** The {@code loadAll} calls that may wait. */
  static final int MAXIMUM_WAITING_LOADS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.spi");
  private static final long UPKEEP_MILLIS = 100;
  private static final long IDLE_SECONDS = 10;
  private static final AtomicInteger MANAGERS = new AtomicInteger();

  private final ScheduledThreadPoolExecutor upkeep;
  private final ThreadPoolExecutor events;
  private final ThreadPoolExecutor loads;
  private final ThreadPoolExecutor timedLoads;
  private final ThreadPoolExecutor remote;
  private final ThreadPoolExecutor replies;
  private final ExecutorService asyncTasks;
  private final ExecutorService fills;
  private final AsyncNode async;

  /**
   * @param context the class loader that the threads' user code sees
   */
  ManagerThreads(ClassLoader context) {
    String prefix = "nearside-" + MANAGERS.incrementAndGet() + "-";
    upkeep = new ScheduledThreadPoolExecutor(1, named(prefix + "upkeep", context, Thread::new));
    upkeep.setRemoveOnCancelPolicy(true);
    events = onDemand(EVENT_THREADS, named(prefix + "event", context, Thread::new));
    timedLoads = onDemand(TIMED_LOAD_THREADS, named(prefix + "timed", context, Thread::new));
    loads =
        pool(LOAD_THREADS, MAXIMUM_WAITING_LOADS, named(prefix + "load", context, LoadThread::new));
    remote =
        pool(
            REMOTE_THREADS, MAXIMUM_WAITING_REMOTE, named(prefix + "remote", context, Thread::new));
    replies = onDemand(REPLY_THREADS, named(prefix + "reply", context, Thread::new));
    boolean virtual = Runtime.version().feature() >= UNPINNED;
    asyncTasks =
        virtual
            ? VirtualThreads.executor(prefix + "async-", context)
            : onDemand(ASYNC_THREADS, named(prefix + "async", context, Thread::new));
    fills =
        virtual ? asyncTasks : onDemand(FILL_THREADS, named(prefix + "fill", context, Thread::new));
    async = new AsyncNode(asyncTasks, fills, replies);
  }

  /**
   * Starts a thread only when all others are busy; an ordinary pool would first start all that it
   * may have. A lane of events is one task at a time, so no more wait than there are lanes; a load
   * that waits has a caller who waits, and asynchronous views have so many calls at most.
   */
  private static ThreadPoolExecutor onDemand(int most, ThreadFactory factory) {
    Handover waiting = new Handover();
    return new ThreadPoolExecutor(
        0,
        most,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        waiting,
        factory,
        (task, pool) -> {
          if (pool.isShutdown()) {
            throw new RejectedExecutionException("the cache manager is closed");
          }
          waiting.keep(task);
          if (pool.isShutdown() && waiting.remove(task)) { // it was, meanwhile
            throw new RejectedExecutionException("the cache manager is closed");
          }
        });
  }

  /** Takes by {@link #offer} only what an idle thread takes at once. */
  private static final class Handover extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }

    /** Not by {@code put}, which newer JDKs make of {@link #offer}. */
    void keep(Runnable task) {
      super.offer(task);
    }
  }

  private static ThreadPoolExecutor pool(int threads, int waiting, ThreadFactory factory) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory named(String name, ClassLoader context, Maker maker) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = maker.make(null, task, name + "-" + count.incrementAndGet(), 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(context);
      return thread;
    };
  }

  /** Runs the task several times a second until {@link #close}. */
  void every(Runnable task) {
    upkeep.scheduleWithFixedDelay(task, UPKEEP_MILLIS, UPKEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** After {@link #close} the caller does it: caches that are being closed may still be in use. */
  Executor upkeep() {
    return task -> {
      try {
        upkeep.execute(task);
      } catch (RejectedExecutionException e) {
        task.run();
      }
    };
  }

  /** For what a remote store does without a caller; it may wait for Redis. */
  Executor remote() {
    return remote;
  }

  /** For loads that their callers may stop waiting for. */
  Executor timedLoads() {
    return timedLoads;
  }

  /** For asynchronous views. */
  AsyncNode async() {
    return async;
  }

  Executor events() {
    return events;
  }

  /**
   * A loader that has more loaded and waits for it does that itself: were all load threads to wait
   * for such loads, none would be left to do them.
   */
  Executor loads() {
    return task -> {
      if (Thread.currentThread() instanceof LoadThread) {
        task.run();
      } else {
        loads.execute(task);
      }
    };
  }

  /**
   * To be called when the caches have closed. What waits in the queue then runs in the caller's
   * thread, where it finds its cache closed and tells its listener so.
   */
  @Override
  public void close() {
    upkeep.shutdownNow();
    remote.shutdownNow();
    loads.shutdownNow().forEach(ManagerThreads::run);
    timedLoads
        .shutdownNow()
        .forEach(task -> {
          if (task instanceof Errand errand) {
            errand.refuse();
          }
        });
    // The calls that they were for have ended with their caches; others may wait for their loads.
    asyncTasks.shutdownNow().forEach(Runnable::run);
    fills.shutdownNow().forEach(Runnable::run);
    replies.shutdown();
    events.shutdown();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.warn(
          "a cache manager that closes: the listener of a loadAll threw when it was told so; see to"
              + " it: {}",
          Thrown.shown(e));
    }
  }

  /** A constructor of {@link Thread} with its last argument: no inherited thread-locals. */
  @FunctionalInterface
  private interface Maker {
    Thread make(
        @Nullable ThreadGroup group, Runnable task, String name, long stack, boolean inherits);
  }

  /** Known by its class, whichever manager it serves. */
  private static final class LoadThread extends Thread {
    LoadThread(
        @Nullable ThreadGroup group, Runnable task, String name, long stack, boolean inherits) {
      super(group, task, name, stack, inherits);
    }
  }
}
