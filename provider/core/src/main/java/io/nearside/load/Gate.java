package io.nearside.load;

import io.nearside.config.LoadSettings;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
  private final int maximum;
  private final @Nullable Semaphore room;
  private final @Nullable Duration timeout;
  private final long timeoutNanos;
  private final boolean impatient;
  private final Executor executor;

  /**
   * @param executor runs loads that a caller may stop waiting for; never in the caller's thread
   */
  public Gate(String cache, LoadSettings settings, Executor executor) {
    this.cache = cache;
    this.maximum = settings.maximumConcurrent();
    this.room = maximum == LoadSettings.UNBOUNDED ? null : new Semaphore(maximum, true);
    this.timeout = settings.hardTimeout();
    this.timeoutNanos = (timeout == null) ? Long.MAX_VALUE : timeout.toNanos();
    this.impatient = settings.stale() != null && settings.stale().softTimeout() != null;
    this.executor = executor;
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

  /** Whether a load may have to wait before it begins. */
  public boolean queues() {
    return room != null || timeout != null || impatient;
  }

  /**
   * Runs a load in this thread, when there is room for it.
   *
   * @throws CacheLoaderException if there is none for too long
   */
  public <T extends @Nullable Object> T run(Supplier<T> load) {
    @Nullable Object[] here = LOADING.get();
    Frame outer = innermost(here);
    boolean entered = enter(outer, Patience.ENDLESS);
    here[0] = new Frame(this, outer != null && outer.background, outer);
    try {
      return load.get();
    } finally {
      here[0] = outer;
      leave(entered);
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
    boolean entered = enter(innermost(LOADING.get()), patience);
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
            () -> leave(entered));
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

  private boolean enter(@Nullable Frame outer, Patience patience) {
    if (room == null || outer != null && outer.isOf(this)) {
      return false;
    }
    long nanos = (timeout == null) ? PATIENCE.toNanos() : timeoutNanos;
    try {
      if (patience.nanos() < nanos) {
        if (room.tryAcquire(patience.nanos(), TimeUnit.NANOSECONDS)) {
          return true;
        }
        patience.tired().run();
        nanos -= patience.nanos();
      }
      if (room.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(
          "cache \"" + cache + "\": interrupted while waiting for room to load", e);
    }
    throw new CacheLoaderException(
        "cache \""
            + cache
            + "\": "
            + maximum
            + " loads are under way already, and there was no room for one more within "
            + (timeout == null ? PATIENCE : timeout)
            + ": make the source faster, or raise load.maximumConcurrent");
  }

  private void leave(boolean entered) {
    if (entered && room != null) {
      room.release();
    }
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
