package io.nearside.load;

import io.nearside.store.Reservation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * A load of one key under way, for all in this JVM who want the key meanwhile. Lands once, with
 * what is to be seen of the key, or a failure. Thread-safe.
 */
public final class Flight<V> {
  private final Reservation reservation;
  private final CompletableFuture<@Nullable V> landing = new CompletableFuture<>();
  private volatile @Nullable Thread leader;

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

  public boolean hasLanded() {
    return landing.isDone();
  }

  /** Ends it, unless it has ended. */
  public void land(@Nullable V value) {
    landing.complete(value);
  }

  /** Ends it, unless it has ended; who joined gets the failure, who comes later does not. */
  public void fail(Throwable failure) {
    landing.completeExceptionally(failure);
  }

  /**
   * Waits for its end.
   *
   * @return false if it has not come within the time
   * @throws CacheLoaderException if the thread is interrupted
   */
  boolean await(long nanos) {
    try {
      landing.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true; // value() tells
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException("interrupted while waiting for another caller's load", e);
    }
  }

  /**
   * What is to be seen of the key, once it has landed. Not the caller's own: to be copied.
   *
   * @return null if the source has none
   * @throws RuntimeException what the load failed with
   */
  public @Nullable V value() {
    try {
      return landing.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new CacheLoaderException("another caller's load ended by " + e.getCause(), e);
    }
  }
}
