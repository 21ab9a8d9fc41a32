package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Clock;
import io.nearside.store.Turn;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Queues for those whose compare-and-set of a key failed again and again: who is first goes on, the
 * others' are refused meanwhile. They ask as often as the queue is expected to move. Who has waited
 * for as long as one call may take gives up; who does not ask any more loses its place.
 * Thread-safe.
 */
final class Turns {
  /** Beyond what a turn takes; when its owner is gone all others wait for so long. */
  private static final long LEASE_MILLIS = 250;

  private static final long SHORTEST_PAUSE_NANOS = 100_000;
  private static final long LONGEST_PAUSE_NANOS = 50_000_000;
  private static final double WEIGHT = 0.2;

  private final Scripts scripts;
  private final Clock clock;
  private final RandomGenerator random;
  private final long longestNanos;
  private final ConcurrentHashMap<Owner, Long> held = new ConcurrentHashMap<>();

  /** How long one turn takes, in nanoseconds; a guess that need not be exact. */
  private volatile double turnNanos = 1_000_000;

  /**
   * @param longestNanos for how long one operation may wait for its turns in all
   */
  Turns(Scripts scripts, Clock clock, RandomGenerator random, long longestNanos) {
    this.longestNanos = longestNanos;
    this.scripts = scripts;
    this.clock = clock;
    this.random = random;
  }

  /** Who has a turn for which key. */
  private record Owner(String canonical, Thread thread) {}

  /** The calling thread's token in the queue for a key; 0 for none. */
  long token(RemoteKey remote) {
    if (held.isEmpty()) {
      return 0;
    }
    Long token = held.get(new Owner(remote.canonical(), Thread.currentThread()));
    return (token == null) ? 0 : token;
  }

  /** A place in the queue for a key, which is taken by the first wait. */
  Turn of(RemoteKey remote) {
    return new Queued(remote);
  }

  private final class Queued implements Turn {
    private final RemoteKey remote;
    private final Owner owner;
    private final long token = random.nextLong() | 1;
    private long waitedNanos;

    Queued(RemoteKey remote) {
      this.remote = remote;
      this.owner = new Owner(remote.canonical(), Thread.currentThread());
    }

    @Override
    public void await() {
      long start = clock.nanos();
      if (waitedNanos >= longestNanos) {
        throw tooMany();
      }
      held.put(owner, token);
      untilFirst(remote, token, start + longestNanos - waitedNanos);
      waitedNanos += clock.nanos() - start;
    }

    @Override
    public void close() {
      if (held.remove(owner, token)) {
        leave(remote, token);
      }
    }
  }

  private RemoteUnavailableException tooMany() {
    return new RemoteUnavailableException(
        "too many change one key at once: it was not this operation's turn within "
            + TimeUnit.NANOSECONDS.toMillis(longestNanos)
            + " ms (remote.timeout); change the key less, or give the operation more time",
        RemoteUnavailableException.Reason.SHED,
        false,
        null);
  }

  private void untilFirst(RemoteKey remote, long token, long end) {
    long position = Long.MAX_VALUE;
    long asked = clock.nanos();
    while (clock.nanos() < end && !Thread.currentThread().isInterrupted()) {
      TurnReply reply = scripts.turn(remote.keys(), token, LEASE_MILLIS);
      long now = clock.nanos();
      if (reply.status() == ScriptStatus.DONE) {
        learn(position, reply.position(), now - asked);
      }
      if (reply.status() != ScriptStatus.DONE || reply.position() == 0) {
        return;
      }
      position = reply.position();
      asked = now;
      LockSupport.parkNanos(pause(position));
    }
  }

  /** One who overslept learns at least that turns take no longer than that. */
  private void learn(long before, long position, long nanos) {
    if (before != Long.MAX_VALUE && position < before) {
      double each = (double) nanos / (before - position);
      if (position > 0 || each < turnNanos) {
        turnNanos = (1 - WEIGHT) * turnNanos + WEIGHT * each;
      }
    }
  }

  /** Half of what is expected: were it all, nobody could ever see that turns take less. */
  private long pause(long position) {
    double expected = position * turnNanos / 2;
    return (long) Math.max(SHORTEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE_NANOS, expected));
  }

  private void leave(RemoteKey remote, long token) {
    try {
      scripts.leaveTurnSoon(remote.keys(), token);
    } catch (RemoteUnavailableException e) {
      // the place is lost by itself when its lease is over
    }
  }
}
