package io.nearside.samples.quickstart;

import io.nearside.samples.quickstart.Latencies.Kind;
import java.io.PrintWriter;
import java.util.Locale;
import javax.cache.management.CacheStatisticsMXBean;
import org.HdrHistogram.Histogram;

/**
 * The table at the end.
 *
 * @param reads of the cache and of the database
 * @param loads database queries that the cache made during the traffic
 */
record Report(
    long reads,
    long loads,
    long failures,
    Latencies latencies,
    Statistics statistics,
    Behaviour behaviour,
    Shop shop) {

  /** What the cache's own statistics said at the end of the traffic. */
  record Statistics(long hits, long misses, float hitPercentage, long evictions) {
    static Statistics of(CacheStatisticsMXBean bean) {
      return new Statistics(
          bean.getCacheHits(),
          bean.getCacheMisses(),
          bean.getCacheHitPercentage(),
          bean.getCacheEvictions());
    }
  }

  boolean isClean() {
    return shop.complaints().count() == 0;
  }

  void print(PrintWriter out) {
    out.println();
    printLatencies(out);
    out.println();
    line(
        out,
        "hit ratio",
        "%.1f %% (%,d hits, %,d misses, %,d evictions by the cache's statistics)",
        statistics.hitPercentage(),
        statistics.hits(),
        statistics.misses(),
        statistics.evictions());
    long asked = reads - latencies.of(Kind.QUERY).getTotalCount();
    long saved = Math.max(0, asked - loads);
    line(
        out,
        "database loads",
        "%,d for %,d reads of the cache: %,d saved (%.1f %%)",
        loads,
        asked,
        saved,
        asked == 0 ? 0 : 100.0 * saved / asked);
    line(out, "on update", "%s", behaviour.onUpdate());
    line(out, "on removal", "%s", behaviour.onRemoval());
    line(out, "on not-found", "%s", behaviour.onNotFound());
    line(
        out,
        "checked",
        "%,d reads against the database's history, %,d wrong",
        shop.checker().checked(),
        shop.checker().wrong());
    line(out, "failed", "%,d operations", failures);
    printComplaints(out);
    out.flush();
  }

  private void printLatencies(PrintWriter out) {
    out.printf("%-38s %12s %12s %12s%n", "", "count", "p50", "p99");
    for (Kind kind : Kind.values()) {
      Histogram histogram = latencies.of(kind);
      out.printf(
          Locale.ROOT,
          "%-38s %,12d %9.2f us %9.2f us%n",
          kind.label(),
          histogram.getTotalCount(),
          histogram.getValueAtPercentile(50) / 1e3,
          histogram.getValueAtPercentile(99) / 1e3);
    }
  }

  private void printComplaints(PrintWriter out) {
    if (isClean()) {
      out.println("\nEvery answer was right.");
      return;
    }
    out.printf(Locale.ROOT, "%nWRONG: %,d complaints, the first:%n", shop.complaints().count());
    shop.complaints().first().forEach(complaint -> out.println("  " + complaint));
  }

  private static void line(PrintWriter out, String label, String format, Object... arguments) {
    out.printf("%-15s %s%n", label, String.format(Locale.ROOT, format, arguments));
  }
}
