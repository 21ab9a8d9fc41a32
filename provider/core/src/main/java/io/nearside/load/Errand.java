package io.nearside.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/** A load in the background, which who sent it may stop waiting for. Thread-safe. */
public final class Errand implements Runnable {
  private final Runnable load;
  private final Runnable atEnd;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

  private enum State {
    WAITING,
    TAKEN,
    RECALLED
  }

  /**
   * @param atEnd run once, whether the load ran or never will
   */
  Errand(Runnable load, Runnable atEnd) {
    this.load = load;
    this.atEnd = atEnd;
  }

  @Override
  public void run() {
    if (!state.compareAndSet(State.WAITING, State.TAKEN)) {
      return;
    }
    try {
      load.run();
      end.complete(null);
    } catch (Throwable e) { // whoever waits for it gets it
      end.completeExceptionally(e);
    } finally {
      atEnd.run();
    }
  }

  /**
   * Calls it back.
   *
   * @return whether it has not begun, and never will
   */
  public boolean recall() {
    if (state.compareAndSet(State.WAITING, State.RECALLED)) {
      atEnd.run();
    }
    return state.get() == State.RECALLED;
  }

  /** Nobody will run it: its thread is closed. */
  public void refuse() {
    if (recall()) {
      end.completeExceptionally(new IllegalStateException("the cache manager is closed"));
    }
  }

  /** False if it has not ended within the time. */
  boolean await(long nanos) {
    try {
      end.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException("interrupted while waiting for a load", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new CacheLoaderException("a load ended by " + e.getCause(), e);
    }
  }
}
