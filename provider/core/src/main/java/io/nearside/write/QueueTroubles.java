package io.nearside.write;

import io.nearside.NearsideHealth.Kind;
import io.nearside.store.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is the matter with a queue of writes. */
final class QueueTroubles {
  /** What a write may wait beyond the flush interval, unless the queue is full before. */
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private QueueTroubles() {}

  /**
   * @param all the writes that wait, are being done or are parked
   * @param lag for how long the oldest waits, in nanoseconds
   */
  static List<Trouble> of(QueueTerms terms, int all, int parked, long lag) {
    List<Trouble> troubles = new ArrayList<>();
    if (all >= terms.maximumDepth()) {
      troubles.add(trouble(Kind.WRITES_FULL, all + " writes wait (writeBehind.maximumDepth)"));
    } else if (lag > terms.maximumLagNanos()) {
      troubles.add(
          trouble(
              Kind.WRITES_FULL,
              "the oldest write waits for " + shown(lag) + " (writeBehind.maximumLag)"));
    } else if (lag > Math.min(terms.flushNanos() + PATIENCE_NANOS, terms.maximumLagNanos() / 2)) {
      troubles.add(
          trouble(
              Kind.WRITES_LATE,
              "the oldest of " + (all - parked) + " writes waits for " + shown(lag)));
    }
    if (parked > 0) {
      troubles.add(
          trouble(
              Kind.WRITES_PARKED,
              parked + " writes have failed " + terms.maximumAttempts() + " times each"));
    }
    return troubles;
  }

  private static Duration shown(long nanos) {
    return Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  private static Trouble trouble(Kind kind, String why) {
    return new Trouble(kind, "", Trouble.UNKNOWN, why);
  }
}
