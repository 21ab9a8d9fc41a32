package io.nearside.samples.quickstart;

import java.io.PrintWriter;
import java.util.Locale;
import javax.cache.management.CacheStatisticsMXBean;

/** Prints a line of what happened since the last one. */
final class Progress implements Runnable {
  private final PrintWriter out;
  private final Traffic traffic;
  private final CacheStatisticsMXBean statistics;
  private final long begun = History.now();
  private long lastTime = begun;
  private long lastReads;
  private long lastHits;
  private long lastGets;

  Progress(PrintWriter out, Traffic traffic, CacheStatisticsMXBean statistics) {
    this.out = out;
    this.traffic = traffic;
    this.statistics = statistics;
  }

  @Override
  public void run() {
    long now = History.now();
    long reads = traffic.reads();
    long hits = statistics.getCacheHits();
    long gets = statistics.getCacheGets();
    out.printf(
        Locale.ROOT,
        "%4.0f s %,14d reads %,12.0f reads/s   hit ratio %5.1f %%%n",
        (now - begun) / 1e9,
        reads,
        (reads - lastReads) * 1e9 / (now - lastTime),
        gets == lastGets ? 0 : 100.0 * (hits - lastHits) / (gets - lastGets));
    out.flush();
    lastTime = now;
    lastReads = reads;
    lastHits = hits;
    lastGets = gets;
  }
}
