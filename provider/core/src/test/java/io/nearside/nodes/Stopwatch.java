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
  private final long[] longest = new long[2];

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

  /**
   * The time, likewise.
   *
   * @param kind of the call, whose number of round trips decides how long it may take
   */
  long stop(Kind kind) {
    long now = System.nanoTime();
    int steps = kind.steps();
    if (now - started > longest[steps - 1]) {
      long explained = delay.nanos() - delayed + hiccups.total() - hiccuped;
      longest[steps - 1] = Math.max(longest[steps - 1], now - started - explained);
    }
    return now;
  }

  /** The longest time beyond what the machine explains, in milliseconds. */
  long longestUnexplained(int steps) {
    return TimeUnit.NANOSECONDS.toMillis(longest[steps - 1]);
  }

  @Override
  public void close() throws IOException {
    delay.close();
  }
}
