package io.nearside.nodes;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long this JVM as a whole was kept from running (garbage collection, a busy machine):
 * a thread that asks to sleep for a millisecond and sees how much longer it took. Without it a
 * limit on how long a call blocks would measure the machine.
 */
final class Hiccups implements AutoCloseable {
  private static final long NAP = TimeUnit.MILLISECONDS.toNanos(1);

  private final Thread thread = new Thread(this::run, "hiccups");
  private volatile boolean ended;
  private volatile long total;
  private volatile long longest;

  Hiccups() {
    thread.setDaemon(true);
    thread.start();
  }

  @SuppressWarnings("NonAtomicOperationOnVolatileField") // only one thread writes
  private void run() {
    while (!ended) {
      long before = System.nanoTime();
      LockSupport.parkNanos(NAP);
      long hiccup = Math.max(0, System.nanoTime() - before - NAP);
      total += hiccup;
      longest = Math.max(longest, hiccup);
    }
  }

  /** All hiccups that have ended since this began, in nanoseconds. */
  long total() {
    return total;
  }

  long longestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  @Override
  public void close() {
    ended = true;
  }
}
