package io.nearside.nodes;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Times calls, and what of their time the machine explains. For one thread. */
final class Stopwatch implements AutoCloseable {
  private final Hiccups hiccups;
  private final RunDelay delay = new RunDelay();
  private long started;
  private long delayed;
  private long hiccuped;
  private long longest;

  Stopwatch(Hiccups hiccups) throws IOException {
    this.hiccups = hiccups;
  }

  /** The time, in nanoseconds of the monotonic clock. */
  long start() {
    delayed = delay.nanos();
    hiccuped = hiccups.total();
    started = System.nanoTime();
    return started;
  }

  /** The time, likewise. */
  long stop() {
    long now = System.nanoTime();
    if (now - started > longest) {
      long explained = delay.nanos() - delayed + hiccups.total() - hiccuped;
      longest = Math.max(longest, now - started - explained);
    }
    return now;
  }

  /** The longest time beyond what the machine explains, in milliseconds. */
  long longestUnexplained() {
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  @Override
  public void close() throws IOException {
    delay.close();
  }
}
