package io.nearside.store.disk;

import io.nearside.store.WriteLog.Addition;
import io.nearside.store.WriteLog.Outcome;
import io.nearside.store.WriteLog.Receipt;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import javax.cache.integration.CacheWriterException;

/** A write on its way to the disk, and who waits for it. Thread-safe. */
final class Adding implements Committer.Step, Receipt {
  private static final int DEEPEST_CAUSE = 10;

  private final String subject;
  private final Addition addition;
  private final byte[] write;
  private final Outcome outcome;
  private final Consumer<Adding> undo;

  /** Whether it is said what became of it: by the committer, or by who has waited long enough. */
  private final AtomicBoolean decided = new AtomicBoolean();

  private final CompletableFuture<Void> safe = new CompletableFuture<>();
  private final Map<Long, byte[]> replaced = new HashMap<>();

  /**
   * @param subject begins messages
   * @param undo takes back what came to the disk too late
   */
  Adding(String subject, Addition addition, byte[] write, Outcome outcome, Consumer<Adding> undo) {
    this.subject = subject;
    this.addition = addition;
    this.write = write;
    this.outcome = outcome;
    this.undo = undo;
  }

  @Override
  public long bytes() {
    return write.length;
  }

  @Override
  public void apply(LogFile file) {
    for (long version : addition.replaced()) {
      byte[] older = file.remove(version);
      if (older != null) {
        replaced.put(version, older);
      }
    }
    file.put(addition.version(), write);
  }

  @Override
  public void done() {
    if (decided.compareAndSet(false, true)) {
      outcome.safe();
      safe.complete(null);
    } else {
      undo.accept(this);
    }
  }

  /**
   * What it has done, the other way round.
   *
   * @param holds whether an older write still waits
   */
  void revert(LogFile file, LongPredicate holds) {
    file.remove(addition.version());
    replaced.forEach((version, older) -> {
      if (holds.test(version)) {
        file.put(version, older);
      }
    });
  }

  @Override
  public void failed(Throwable why, Map<Long, byte[]> missing) {
    missing.putAll(replaced);
    if (decided.compareAndSet(false, true)) {
      outcome.refused();
      safe.completeExceptionally(why);
    }
  }

  /** It was not even tried. */
  void refuse(String why) {
    failed(new IllegalStateException(why), new HashMap<>());
  }

  @Override
  public void await() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          awaitOnce();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // what is under way can't be taken back
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void awaitOnce() throws InterruptedException {
    try {
      safe.get(DiskLog.LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CacheWriterException(
          subject
              + "could not be written, so nothing was changed ("
              + root(e)
              + "): see whether the disk is full",
          e.getCause());
    } catch (TimeoutException e) {
      giveUp();
    }
  }

  /** What the disk said; the library says only where. */
  private static Throwable root(Throwable e) {
    Throwable root = e;
    for (int i = 0; root.getCause() != null && i < DEEPEST_CAUSE; i++) {
      root = root.getCause();
    }
    return root;
  }

  private void giveUp() {
    if (decided.compareAndSet(false, true)) {
      outcome.refused();
      throw new CacheWriterException(
          subject
              + "was not written within "
              + DiskLog.LONGEST_WAIT_SECONDS
              + " s, so nothing was changed: see what the disk is doing");
    }
  }
}
