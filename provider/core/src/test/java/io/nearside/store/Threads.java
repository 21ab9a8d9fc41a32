package io.nearside.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs pieces of a test at the same time. */
public final class Threads {
  private static final long PATIENCE_SECONDS = 60;

  private Threads() {}

  /** A piece that may throw. */
  @FunctionalInterface
  public interface Piece {
    void run() throws Exception;
  }

  /** Starts all at once and returns when all are done; throws what the first failure threw. */
  public static void together(List<? extends Piece> pieces) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            pieces.size(),
            task -> {
              Thread thread = new Thread(task, "piece");
              thread.setDaemon(true);
              return thread;
            });
    try {
      CyclicBarrier start = new CyclicBarrier(pieces.size());
      List<Future<?>> running = new ArrayList<>();
      for (Piece piece : pieces) {
        Callable<Void> task =
            () -> {
              start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              piece.run();
              return null;
            };
        running.add(threads.submit(task));
      }
      for (Future<?> future : running) {
        future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Error error ? error : new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("a piece hangs", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }

  public static void together(Piece... pieces) {
    together(List.of(pieces));
  }
}
