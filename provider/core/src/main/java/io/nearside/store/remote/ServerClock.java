package io.nearside.store.remote;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of a server's clock. A reply that tells the server's time says that it was read
 * between sending and arrival; what several of them agree on is within microseconds. Thread-safe.
 *
 * <p>An observation bounds the offset between the two clocks from both sides. The interval that all
 * observations share is kept, widened as time passes by what two clocks may drift apart; when a new
 * one has nothing in common with it, the server's clock was set or another server answers, and only
 * the new one counts.
 */
final class ServerClock {
  private static final long DRIFT_PER_MILLION = 200;

  private final AtomicReference<@Nullable Known> known = new AtomicReference<>();
  private volatile boolean used;

  /**
   * Learns from a reply.
   *
   * @param sentNanos by {@link io.nearside.store.Clock#nanos} before it was asked
   * @param receivedNanos and after the answer came
   * @param serverMicros the server's {@code TIME} in between, in microseconds since 1970
   */
  void observe(long sentNanos, long receivedNanos, long serverMicros) {
    long serverNanos = serverMicros * 1_000;
    // clocks drift on the way, and the server cuts its time off to whole microseconds
    long drift = drift(receivedNanos - sentNanos);
    Known seen =
        new Known(
            serverNanos - receivedNanos - drift,
            serverNanos + 999 - sentNanos + drift,
            receivedNanos);
    known.updateAndGet(before -> before == null ? seen : before.and(seen));
  }

  /** Whether anything has been learnt yet. */
  boolean isKnown() {
    return known.get() != null;
  }

  /** The server's time in microseconds at a moment of {@link io.nearside.store.Clock#nanos}. */
  long microsAt(long nanos) {
    return Math.floorDiv(nanos + offset(), 1_000);
  }

  /** The least that it may be then: a deadline that is never later than it should. */
  long earliestMicrosAt(long nanos) {
    offset(); // it is used
    return Math.floorDiv(nanos + current().widenedTo(nanos).low, 1_000);
  }

  /** The moment in {@link io.nearside.store.Clock#nanos} of a server's time. */
  long nanosAt(long serverMicros) {
    return serverMicros * 1_000 - offset();
  }

  /** How far {@link #microsAt} may be off at a moment, in nanoseconds. */
  long uncertaintyNanos(long nanos) {
    Known now = current().widenedTo(nanos);
    return (now.high - now.low + 1) / 2;
  }

  /** Whether it was read since this was last asked. */
  boolean wasUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  /** When it last learnt something, in {@link io.nearside.store.Clock#nanos}. */
  long observedNanos() {
    return current().atNanos;
  }

  private static long drift(long nanos) {
    return nanos / 1_000_000 * DRIFT_PER_MILLION + DRIFT_PER_MILLION;
  }

  private long offset() {
    if (!used) {
      used = true;
    }
    Known now = current();
    return now.low + (now.high - now.low) / 2;
  }

  private Known current() {
    Known now = known.get();
    if (now == null) {
      throw new IllegalStateException("no reply of the server has told its time yet");
    }
    return now;
  }

  /**
   * The offset of the server's clock is in here.
   *
   * @param atNanos when that was so
   */
  private record Known(long low, long high, long atNanos) {

    Known and(Known seen) {
      Known here = widenedTo(seen.atNanos);
      Known there = seen.widenedTo(here.atNanos);
      long low = Math.max(here.low, there.low);
      long high = Math.min(here.high, there.high);
      return low <= high ? new Known(low, high, here.atNanos) : seen;
    }

    Known widenedTo(long nanos) {
      long passed = nanos - atNanos;
      if (passed <= 0) {
        return this;
      }
      long drift = drift(passed);
      return new Known(low - drift, high + drift, nanos);
    }
  }
}
