package io.nearside.nodes;

import io.nearside.nodes.Load.Window;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Which share of the reads copies have answered, and how soon after a fault they do so again. */
final class LocalHits {
  private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(250);

  /** Copies must be made first. */
  private static final long BEGIN = TimeUnit.MILLISECONDS.toNanos(500);

  private static final double NEARLY = 0.9;

  private final List<Reading> reads;
  private final List<Window> faults;
  private final long first;
  private final long last;

  LocalHits(List<Reading> reads, List<Window> faults) {
    this.reads = reads;
    this.faults = faults;
    this.first = reads.stream().mapToLong(Reading::invoked).min().orElse(0);
    this.last = reads.stream().mapToLong(Reading::invoked).max().orElse(0);
  }

  /** The share before the first fault; empty as long as nobody tells who has answered. */
  OptionalDouble share() {
    long end = faults.stream().mapToLong(Window::from).min().orElse(last);
    return share(first + BEGIN, end);
  }

  private OptionalDouble share(long from, long to) {
    long all = 0;
    long local = 0;
    for (Reading read : reads) {
      if (read.invoked() >= from && read.invoked() < to) {
        Answer answer = read.answer();
        if (answer != null && answer.tier() == Answer.Tier.UNKNOWN) {
          return OptionalDouble.empty();
        }
        all++;
        local += answer != null && answer.tier() == Answer.Tier.LOCAL ? 1 : 0;
      }
    }
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) local / all);
  }

  /**
   * How long after a fault's end the share was nearly what it had been, and stayed so; empty when
   * it didn't get there before the next fault or the end, or when nobody tells who has answered.
   */
  OptionalLong regainedMillis(Window fault) {
    OptionalDouble usual = share();
    long end =
        faults.stream()
            .mapToLong(Window::from)
            .filter(from -> from > fault.to())
            .min()
            .orElse(last);
    if (usual.isEmpty() || end - fault.to() < SLICE) {
      return OptionalLong.empty();
    }
    long regained = fault.to();
    long from = fault.to();
    for (; end - from >= SLICE; from += SLICE) {
      OptionalDouble share = share(from, from + SLICE);
      if (share.isEmpty() || share.getAsDouble() < NEARLY * usual.getAsDouble()) {
        regained = from + SLICE;
      }
    }
    return regained == from
        ? OptionalLong.empty()
        : OptionalLong.of(Duration.ofNanos(regained - fault.to()).toMillis());
  }

  /** The longest of the times that {@link #regainedMillis} tells, as text; {@code -} for none. */
  String regained() {
    OptionalLong longest =
        faults.stream().map(this::regainedMillis).flatMapToLong(OptionalLong::stream).max();
    return longest.isPresent() ? longest.getAsLong() + " ms" : "-";
  }
}
