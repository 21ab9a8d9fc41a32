package io.nearside.nodes;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.nearside.nodes.Load.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Which share of the reads copies have answered as FRESH, and how soon after a fault they do so
 * again. Of keys that are read far more often than written, the ones that copies are for; and of
 * reads that found something, since of what is not there nobody has a copy.
 */
final class LocalHits {
  /** Each write costs each node a fetch. */
  private static final int READS_PER_WRITE = 30;

  private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(250);

  /** Copies must be made first. */
  private static final long BEGIN = TimeUnit.MILLISECONDS.toNanos(500);

  private static final double NEARLY = 0.9;

  private final List<Reading> reads;
  private final List<Window> faults;
  private final long first;
  private final long last;

  LocalHits(List<Writing> writes, List<Reading> reads, List<Window> faults) {
    this.reads = reads.stream().filter(new Hot(writes, reads)).filter(LocalHits::counts).toList();
    this.faults = faults;
    this.first = reads.stream().mapToLong(Reading::invoked).min().orElse(0);
    this.last = reads.stream().mapToLong(Reading::invoked).max().orElse(0);
  }

  private static boolean counts(Reading read) {
    Answer answer = read.answer();
    return answer != null && (answer.value() != null || answer.tier() == Answer.Tier.UNKNOWN);
  }

  /** Whether the key of a read is read much more often than it is written. */
  private static final class Hot implements Predicate<Reading> {
    private final Map<String, Long> writes;
    private final Map<String, Long> reads;

    Hot(List<Writing> writes, List<Reading> reads) {
      this.writes = writes.stream().collect(groupingBy(Writing::key, counting()));
      this.reads = reads.stream().collect(groupingBy(Reading::key, counting()));
    }

    @Override
    public boolean test(Reading read) {
      return reads.getOrDefault(read.key(), 0L)
          >= READS_PER_WRITE * writes.getOrDefault(read.key(), 0L);
    }
  }

  /** The share before the first fault; empty as long as nobody tells who has answered. */
  OptionalDouble share() {
    long end = faults.stream().mapToLong(Window::from).min().orElse(last);
    return share(first + BEGIN, end);
  }

  /** The share from so long after the last fault until the end; empty as {@link #share()}. */
  OptionalDouble shareFrom(Duration afterwards) {
    long end = faults.stream().mapToLong(Window::to).max().orElse(first);
    return share(end + afterwards.toNanos(), last);
  }

  private OptionalDouble share(long from, long to) {
    long all = 0;
    long local = 0;
    for (Reading read : reads) {
      if (read.invoked() >= from && read.invoked() < to) {
        Answer answer = read.answer();
        if (answer == null || answer.tier() == Answer.Tier.UNKNOWN) {
          return OptionalDouble.empty();
        }
        all++;
        local += answer.tier() == Answer.Tier.LOCAL && answer.fresh() ? 1 : 0;
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

  /** A share as text; {@code -} for none. */
  static String percent(OptionalDouble share) {
    return share.isEmpty() ? "-" : Math.round(100 * share.getAsDouble()) + " %";
  }

  /** The longest of the times that {@link #regainedMillis} tells, as text; {@code -} for none. */
  String regained() {
    OptionalLong longest =
        faults.stream().map(this::regainedMillis).flatMapToLong(OptionalLong::stream).max();
    return longest.isPresent() ? longest.getAsLong() + " ms" : "-";
  }
}
