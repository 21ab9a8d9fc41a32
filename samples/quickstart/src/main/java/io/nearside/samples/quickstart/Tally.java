package io.nearside.samples.quickstart;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/**
 * Who answered, and what it was like while there was no Redis. For one thread; threads add theirs
 * up.
 */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Who answers a read. */
  enum Tier {
    COPY,
    REDIS,
    DATABASE
  }

  private final Map<Tier, Long> usually = new EnumMap<>(Tier.class);
  private final Map<Tier, Long> away = new EnumMap<>(Tier.class);
  private long errors;
  private long refused;
  private long longest;

  /** A read was answered by this tier. */
  void usually(Tier tier) {
    usually.merge(tier, 1L, Long::sum);
  }

  /** Likewise, and there was no Redis. */
  void away(Tier tier, long nanos) {
    away.merge(tier, 1L, Long::sum);
    longest = Math.max(longest, nanos);
  }

  /** A read failed. */
  void error() {
    errors++;
  }

  /** A sale was refused since there was no Redis to ask. */
  void refused(long nanos) {
    refused++;
    longest = Math.max(longest, nanos);
  }

  void add(Tally other) {
    other.usually.forEach((tier, count) -> usually.merge(tier, count, Long::sum));
    other.away.forEach((tier, count) -> away.merge(tier, count, Long::sum));
    errors += other.errors;
    refused += other.refused;
    longest = Math.max(longest, other.longest);
  }

  /** Of the reads that were looked at, how many a tier answered. */
  double percentage(Tier tier) {
    long all = usually.values().stream().mapToLong(Long::longValue).sum();
    return all == 0 ? 0 : 100.0 * usually.getOrDefault(tier, 0L) / all;
  }

  long away(Tier tier) {
    return away.getOrDefault(tier, 0L);
  }

  long errors() {
    return errors;
  }

  long refused() {
    return refused;
  }

  /** The longest call without Redis, in nanoseconds. */
  long longest() {
    return longest;
  }
}
