package io.nearside.samples.quickstart;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/** How long things took, in nanoseconds to three digits. For one thread; threads add theirs up. */
final class Latencies implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int DIGITS = 3;

  /** What is timed. */
  enum Kind {
    HIT("hit"),
    MISS("miss (loaded, or waited for a load)"),
    UNKNOWN("read of an unknown id"),
    QUERY("direct query"),
    UPDATE("put, remove (write-through)"),
    SELL("invoke (write-through)");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  private final Map<Kind, Histogram> histograms = new EnumMap<>(Kind.class);

  Latencies() {
    for (Kind kind : Kind.values()) {
      histograms.put(kind, new Histogram(DIGITS));
    }
  }

  void record(Kind kind, long nanos) {
    of(kind).recordValue(nanos);
  }

  void add(Latencies others) {
    others.histograms.forEach((kind, histogram) -> of(kind).add(histogram));
  }

  Histogram of(Kind kind) {
    return Objects.requireNonNull(histograms.get(kind));
  }
}
