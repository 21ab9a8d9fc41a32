package io.nearside.samples.quickstart;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** One line a second while there is traffic. */
final class Progress {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final PrintWriter out;
  private final Nodes nodes;
  private long begun;
  private long lastTime;
  private long lastReads;

  Progress(PrintWriter out, Nodes nodes) {
    this.out = out;
    this.nodes = nodes;
  }

  /** The traffic begins now. */
  void begin() {
    begun = History.now();
    lastTime = begun;
  }

  /** Since the traffic began. */
  Duration time() {
    return Duration.ofNanos(History.now() - begun);
  }

  /** Prints a line if the last one was a second ago. */
  void tick() {
    long now = History.now();
    if (now - lastTime < SECOND) {
      return;
    }
    long reads = nodes.reads();
    double rate = (reads - lastReads) * 1e9 / (now - lastTime);
    say("%,14d reads %,12.0f reads/s".formatted(reads, rate));
    lastTime = now;
    lastReads = reads;
  }

  /** Says what happens. */
  void say(String what) {
    out.printf(Locale.ROOT, "%6.1f s %s%n", time().toMillis() / 1e3, what);
    out.flush();
  }
}
