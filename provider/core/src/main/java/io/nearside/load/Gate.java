package io.nearside.load;

import io.nearside.config.LoadSettings;
import io.nearside.store.Clock;
import io.nearside.store.LoadRoom;
import io.nearside.store.LoadRoom.Place;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many loads of one cache run at a time, and so long: without a time-out in the caller's
 * thread, else in one of the manager's, whose end nobody has to wait for. A load that is part of
 * another one counts as that one. Thread-safe.
 */
public final class Gate {
  /** How long a load waits for room when no time-out says so. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * The innermost {@link Frame} of the loads that this thread is in, of whatever cache; in an
   * array, since to set and remove a thread-local costs more than all the rest.
   */
  private static final ThreadLocal<@Nullable Object[]> LOADING =
      ThreadLocal.withInitial(() -> new Object[1]);

  private final String cache;
  private volatile int maximum;
  private final Room room;
  private final @Nullable LoadRoom shared;
  private final @Nullable Duration timeout;
  private final long timeoutNanos;
  private final boolean impatient;
  private final Executor executor;
  private final Clock clock;

  /**
   * @param shared room that all nodes have together, beyond this one's; null if that is not bounded
   * @param executor runs loads that a caller may stop waiting for; never in the caller's thread
   */
  public Gate(
      String cache,
      LoadSettings settings,
      @Nullable LoadRoom shared,
      Executor executor,
      Clock clock) {
    this.cache = cache;
    this.maximum = settings.maximumConcurrent();
    this.room = new Room(settings.maximumConcurrent());
    this.shared = shared;
    this.timeout = settings.hardTimeout();
    this.timeoutNanos = (timeout == null) ? Long.MAX_VALUE : timeout.toNanos();
    this.impatient = settings.stale() != null && settings.stale().softTimeout() != null;
    this.executor = executor;
    this.clock = clock;
  }

  /** The loads that may be under way, fewer or more from now on; those that are go on. */
  public void limit(int loads) {
    room.limit(loads);
    maximum = loads;
  }

  /** Room for so many loads; who was let in while it was unbounded does not count. */
  private static final class Room extends Semaphore {
    private static final long serialVersionUID = 1L;

    private final transient ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private int most;

    Room(int most) {
      super(most, true);
      this.most = most;
    }

    void limit(int next) {
      lock.lock();
      try {
        if (next < most) {
          reducePermits(most - next);
        } else {
          release(next - most);
        }
        most = next;
      } finally {
        lock.unlock();
      }
    }
  }

  private record Frame(Gate gate, boolean background, @Nullable Frame outer) {
    boolean isOf(Gate asked) {
      for (Frame frame = this; frame != null; frame = frame.outer) {
        if (frame.gate == asked) {
          return true;
        }
      }
      return false;
    }
  }

  /** Whether this thread is loading something, of whatever cache. */
  public static boolean isLoadingHere() {
    return LOADING.get()[0] != null;
  }

  private static @Nullable Frame innermost(@Nullable Object[] here) {
    return (Frame) here[0];
  }

  /**
   * Whether a load is to be sent rather than run here. A load in the background does all that it
   * needs itself: were it to wait for others of those threads, all of them could be waiting.
   */
  public boolean sends() {
    if (timeout == null && !impatient) {
      return false;
    }
    Frame frame = innermost(LOADING.get());
    return frame == null || !frame.background;
  }

  /** Whether no load waits for room. */
  public boolean isUnbounded() {
    return maximum == LoadSettings.UNBOUNDED;
  }

  /** Whether a load may have to wait before it begins. */
  public boolean queues() {
    return maximum != LoadSettings.UNBOUNDED || timeout != null || impatient;
  }

  /**
   * Runs a load in this thread, when there is room for it.
   *
   * @throws CacheLoaderException if there is none for too long
   */
  public <T extends @Nullable Object> T run(Supplier<T> load) {
    @Nullable Object[] here = LOADING.get();
    Frame outer = innermost(here);
    Place place = enter(outer, Patience.ENDLESS);
    here[0] = new Frame(this, outer != null && outer.background, outer);
    try {
      return load.get();
    } finally {
      here[0] = outer;
      place.leave();
    }
  }

  /**
   * Has a load run in the background, when there is room for it; to be {@linkplain #await(Errand,
   * Object, long, Patience) awaited}.
   *
   * @throws CacheLoaderException if there is none for too long
   * @throws RuntimeException what ends the caller's patience
   */
  public Errand send(Runnable load, Patience patience) {
    Place place = enter(innermost(LOADING.get()), patience);
    Errand errand =
        new Errand(
            () -> {
              @Nullable Object[] here = LOADING.get();
              here[0] = new Frame(this, true, null);
              try {
                load.run();
              } finally {
                here[0] = null;
              }
            },
            place::leave);
    try {
      executor.execute(errand);
    } catch (RejectedExecutionException e) {
      errand.recall();
      throw new CacheLoaderException(
          "cache \"" + cache + "\": too many loads with a time-out wait for a thread already", e);
    }
    return errand;
  }

  /** How long a caller waits for a load; null: until it ends. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /**
   * Waits for what was sent, no longer than its time-out.
   *
   * @param key a key that is loaded
   * @param nanos what is left of the time-out to the caller, or more
   * @throws CacheLoaderException if it takes longer
   * @throws RuntimeException what it failed with, or what ends the caller's patience
   */
  public void await(Errand errand, Object key, long nanos, Patience patience) {
    long whole = Math.min(timeoutNanos, nanos);
    if (patience.nanos() < whole) {
      if (errand.await(patience.nanos())) {
        return;
      }
      patience.tired().run();
      whole -= patience.nanos();
    }
    if (!errand.await(whole)) {
      throw late(key);
    }
  }

  /**
   * Waits for another caller's load.
   *
   * @param nanos what is left of the time-out to the caller, or more
   * @return whether it has landed; if not, the caller must load by itself, as it has what that load
   *     may be waiting for
   * @throws CacheLoaderException if it takes longer than the time-out
   * @throws RuntimeException what ends the caller's patience; at once if it has ended another's
   */
  public boolean await(Flight<?> flight, Object key, long nanos, Patience patience) {
    if (flight.leader() == null && !flight.hasLanded() && isLoadingHere()) {
      return false;
    }
    long whole = Math.min(timeoutNanos, nanos);
    long first = flight.isSlow() ? 0 : patience.nanos();
    if (first < whole && patience != Patience.ENDLESS) {
      if (flight.await(first)) {
        return true;
      }
      patience.tired().run();
      whole -= first;
    }
    if (!flight.await(whole)) {
      throw late(key);
    }
    return true;
  }

  /** Room in this JVM first: what waits for it does not wait for other nodes. */
  private Place enter(@Nullable Frame outer, Patience patience) {
    int most = maximum;
    if (most == LoadSettings.UNBOUNDED || outer != null && outer.isOf(this)) {
      return Place.UNCOUNTED;
    }
    Wait wait = new Wait(patience, (timeout == null) ? PATIENCE.toNanos() : timeoutNanos);
    Place here =
        wait.until(nanos -> room.tryAcquire(nanos, TimeUnit.NANOSECONDS) ? room::release : null);
    if (here == null) {
      throw full("");
    } else if (shared == null) {
      return here;
    }
    Place everywhere = null;
    try {
      everywhere = wait.until(nanos -> shared.enter(most, nanos));
    } finally {
      if (everywhere == null) {
        here.leave();
      }
    }
    if (everywhere == null) {
      throw full(" on all nodes");
    }
    Place both = everywhere;
    return () -> {
      both.leave();
      here.leave();
    };
  }

  /** For so many nanoseconds; null if they are over. */
  private interface Entry {
    @Nullable Place within(long nanos) throws InterruptedException;
  }

  /** The time that a load has for finding room. */
  private final class Wait {
    private final long start = clock.nanos();
    private final long whole;
    private final Patience patience;
    private boolean patient;

    Wait(Patience patience, long whole) {
      this.patience = patience;
      this.whole = whole;
      this.patient = patience.nanos() < whole;
    }

    @Nullable Place until(Entry entry) {
      try {
        if (patient) {
          Place place = entry.within(left(patience.nanos()));
          if (place != null) {
            return place;
          }
          patient = false;
          patience.tired().run();
        }
        return entry.within(left(whole));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CacheLoaderException(
            "cache \"" + cache + "\": interrupted while waiting for room to load", e);
      }
    }

    private long left(long nanos) {
      return Math.max(0, nanos - (clock.nanos() - start));
    }
  }

  private CacheLoaderException full(String where) {
    return new CacheLoaderException(
        "cache \""
            + cache
            + "\": "
            + maximum
            + " loads are under way"
            + where
            + " already, and there was no room for one more within "
            + (timeout == null ? PATIENCE : timeout)
            + ": make the source faster, or raise load.maximumConcurrent");
  }

  /** What a caller gets whose time is over. */
  public CacheLoaderException late(Object key) {
    return new CacheLoaderException(
        "cache \""
            + cache
            + "\": the load of "
            + ShownKey.of(key)
            + " takes longer than load.hardTimeout "
            + timeout
            + ": make the source faster, or raise it; what still comes is stored if nothing has"
            + " changed the key");
  }
}
