package io.nearside.load;

import io.nearside.store.Reservation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * A load of one key under way, for all in this JVM who want the key meanwhile. Lands once, with
 * what is to be seen of the key, or a failure. Thread-safe.
 */
public final class Flight<V> {
  private static final AtomicReferenceFieldUpdater<Flight, @Nullable Object> OUTCOME =
      AtomicReferenceFieldUpdater.newUpdater(Flight.class, Object.class, "outcome");

  private static final AtomicReferenceFieldUpdater<Flight, @Nullable CompletableFuture> LANDING =
      AtomicReferenceFieldUpdater.newUpdater(Flight.class, CompletableFuture.class, "landing");

  /** The outcome of a load that found nothing. */
  private static final Object NULL = new Object();

  /**
   * The outcome of a load that failed.
   *
   * @param abandoned whether it says nothing of the source
   */
  private record Failure(Throwable cause, boolean abandoned) {}

  private final Reservation reservation;
  private volatile @Nullable Thread leader;

  /** When somebody first waited no longer; null if nobody has. */
  private volatile @Nullable Long slowSince;

  /** A value, {@link #NULL} or a {@link Failure}; null until it has landed. */
  private volatile @Nullable Object outcome;

  /** Made when somebody waits; most loads have one caller. */
  private volatile @Nullable CompletableFuture<@Nullable Void> landing;

  /** Whether its loader loads other keys with it, which may ask for this one. */
  private volatile boolean amongOthers;

  /** Of a load of one key. */
  public Flight(Reservation reservation) {
    this(reservation, false);
  }

  /**
   * @param amongOthers whether one call of the loader is for other keys too
   */
  public Flight(Reservation reservation, boolean amongOthers) {
    this.reservation = reservation;
    this.amongOthers = amongOthers;
  }

  boolean isAmongOthers() {
    return amongOthers;
  }

  /** Its thread loads the key for the second time already: a third time would be no help. */
  void isLast() {
    amongOthers = false;
  }

  /** What the load may fill the key by; shows whether others may join. */
  public Reservation reservation() {
    return reservation;
  }

  /** This thread is the one that loads, from now on. */
  public void begin() {
    leader = Thread.currentThread();
  }

  /** The thread that loads; null while the load waits for its turn. */
  public @Nullable Thread leader() {
    return leader;
  }

  /** Whether it has not begun, since another node loads the key. */
  public boolean isElsewhere() {
    return leader == null && reservation.elsewhere() != null && !hasLanded();
  }

  /**
   * Somebody does not wait for it any longer, as something else does.
   *
   * @return since when that is so, in nanoseconds of the caller's clock
   */
  public long slowSince(long now) {
    Long since = slowSince;
    if (since == null) {
      slowSince = since = now;
    }
    return since;
  }

  /** Whether somebody waits no longer for it. */
  boolean isSlow() {
    return slowSince != null;
  }

  public boolean hasLanded() {
    return outcome != null;
  }

  /** Ends it, unless it has ended. */
  public void land(@Nullable V value) {
    end((value == null) ? NULL : value);
  }

  /** Ends it, unless it has ended; who joined gets the failure, who comes later does not. */
  public void fail(Throwable failure) {
    end(new Failure(failure, false));
  }

  /**
   * Ends it, unless it has ended, as its thread was interrupted: that concerns the one who leads,
   * and others had better load anew.
   */
  public void abandon(Throwable failure) {
    end(new Failure(failure, true));
  }

  /** Whether it has ended by {@link #abandon}. */
  public boolean isAbandoned() {
    return outcome instanceof Failure failed && failed.abandoned;
  }

  private void end(Object how) {
    if (!OUTCOME.compareAndSet(this, null, how)) {
      return;
    }
    CompletableFuture<@Nullable Void> first = landing;
    if (first != null) {
      first.complete(null);
    }
  }

  /** Whether it has ended by a failure of that kind. */
  public boolean failedBy(Class<? extends Throwable> type) {
    return outcome instanceof Failure failed && type.isInstance(failed.cause);
  }

  /**
   * Waits for its end.
   *
   * @return false if it has not come within the time
   * @throws CacheLoaderException if the thread is interrupted
   */
  boolean await(long nanos) {
    try {
      if (!hasLanded()) {
        landing().get(nanos, TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a landing does not fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException("interrupted while waiting for another caller's load", e);
    }
  }

  /**
   * Has something done when it has landed, at once if it has.
   *
   * @param step must not wait or throw; by the thread that lands it
   */
  public void onLanding(Runnable step) {
    landing().thenRun(step);
  }

  /** Made by the first who waits, who then looks whether it has landed meanwhile. */
  private CompletableFuture<@Nullable Void> landing() {
    CompletableFuture<@Nullable Void> made = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> waited =
        LANDING.compareAndSet(this, null, made) ? made : landing;
    if (waited == null) {
      throw new IllegalStateException("a landing is never taken away");
    }
    if (hasLanded()) {
      waited.complete(null);
    }
    return waited;
  }

  /**
   * What is to be seen of the key, once it has landed. Not the caller's own: to be copied.
   *
   * @return null if the source has none
   * @throws RuntimeException what the load failed with
   */
  @SuppressWarnings("unchecked") // an outcome is one of the three
  public @Nullable V value() {
    Object how = outcome;
    if (how == null) {
      throw new IllegalStateException("has not landed");
    }
    if (how instanceof Failure failed) {
      if (failed.cause instanceof RuntimeException failure) {
        throw failure;
      }
      throw new CacheLoaderException(
          "another caller's load ended by " + failed.cause, failed.cause);
    }
    return (how == NULL) ? null : (V) how;
  }
}
