package io.nearside.samples.quickstart;

import io.nearside.samples.quickstart.Findings.Statistics;
import io.nearside.samples.quickstart.Latencies.Kind;
import io.nearside.samples.quickstart.Tally.Tier;
import java.io.PrintWriter;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The table at the end.
 *
 * @param findings of all nodes
 * @param nodes how many
 * @param behaviour null if it was not observed
 * @param outage null if there was none
 * @param invalidations how long they took, in nanoseconds; null if there was nobody to notice
 * @param safety null if it was not observed
 */
record Report(
    Findings findings,
    int nodes,
    @Nullable Behaviour behaviour,
    @Nullable Outage outage,
    @Nullable Histogram invalidations,
    @Nullable Safety safety) {

  void print(PrintWriter out) {
    out.println();
    printLatencies(out);
    out.println();
    printHits(out);
    printBetweenNodes(out);
    if (behaviour != null) {
      line(out, "on update", "%s", behaviour.onUpdate());
      line(out, "on removal", "%s", behaviour.onRemoval());
      line(out, "on not-found", "%s", behaviour.onNotFound());
    }
    if (safety != null) {
      line(out, "stampede", "%s", safety.onStampede());
      line(out, "DB refuses", "%s", safety.onRefusal());
      if (safety.onKill() != null) {
        line(out, "JVM killed", "%s", safety.onKill());
      }
    }
    line(
        out,
        "checked",
        "%,d reads of %s against the database's history, %,d wrong",
        findings.checked(),
        nodes == 1 ? "one JVM" : nodes + " JVMs",
        findings.wrong());
    line(out, "failed", "%,d operations", findings.failures());
    printComplaints(out);
    out.flush();
  }

  private void printLatencies(PrintWriter out) {
    out.printf("%-38s %12s %12s %12s%n", "", "count", "p50", "p99");
    for (Kind kind : Kind.values()) {
      Histogram histogram = findings.latencies().of(kind);
      out.printf(
          Locale.ROOT,
          "%-38s %,12d %9.2f us %9.2f us%n",
          kind.label(),
          histogram.getTotalCount(),
          micros(histogram, 50),
          micros(histogram, 99));
    }
  }

  private static double micros(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e3;
  }

  private void printHits(PrintWriter out) {
    Statistics statistics = findings.statistics();
    line(
        out,
        "hit ratio",
        "%.1f %% (%,d hits, %,d misses, %,d evictions by the cache's statistics)",
        percentage(statistics.hits(), statistics.hits() + statistics.misses()),
        statistics.hits(),
        statistics.misses(),
        statistics.evictions());
    line(
        out,
        "answered by",
        "copies in the JVM %.1f %%, Redis %.1f %%, the database %.1f %% (one read in 64 looked up)",
        findings.tally().percentage(Tier.COPY),
        findings.tally().percentage(Tier.REDIS),
        findings.tally().percentage(Tier.DATABASE));
    long asked = findings.reads() - findings.latencies().of(Kind.QUERY).getTotalCount();
    long saved = Math.max(0, asked - findings.loads());
    line(
        out,
        "database loads",
        "%,d for %,d reads of the cache: %,d saved (%.1f %%)",
        findings.loads(),
        asked,
        saved,
        percentage(saved, asked));
  }

  private static double percentage(long part, long all) {
    return all == 0 ? 0 : 100.0 * part / all;
  }

  private void printBetweenNodes(PrintWriter out) {
    if (invalidations != null) {
      line(
          out,
          "invalidation",
          "%,d puts in one JVM: the other, which had copies, answers with them after"
              + " %.2f ms (p50), %.2f ms (p99)",
          invalidations.getTotalCount(),
          micros(invalidations, 50) / 1e3,
          micros(invalidations, 99) / 1e3);
    }
    if (outage != null) {
      Tally tally = findings.tally();
      line(
          out,
          "Redis killed",
          "for %.1f s: %,d reads answered by copies, %,d by the database, %,d errors;"
              + " %,d sales refused; longest call %.0f ms",
          outage.time().toMillis() / 1e3,
          tally.away(Tier.COPY),
          tally.away(Tier.DATABASE),
          tally.errors(),
          tally.refused(),
          tally.longest() / 1e6);
      line(
          out,
          "recovery",
          "copies answer again in both JVMs %.1f s after Redis was back",
          outage.recovery().toMillis() / 1e3);
    } else if (nodes > 1) {
      line(out, "Redis killed", "no: it is not the run's own, or --outage is 0");
    }
  }

  private void printComplaints(PrintWriter out) {
    if (findings.isClean()) {
      out.println("\nEvery answer was right.");
      return;
    }
    out.printf(Locale.ROOT, "%nWRONG: %,d complaints, the first:%n", findings.complaints());
    findings.first().forEach(complaint -> out.println("  " + complaint));
  }

  private static void line(PrintWriter out, String label, String format, Object... arguments) {
    out.printf("%-15s %s%n", label, String.format(Locale.ROOT, format, arguments));
  }
}
