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
 * others' are refused meanwhile. They ask as often as the queue is expected to move. Who waits
 * longer than {@link #LONGEST_NANOS} tries all the same; who does not ask any more loses its place.
 * Thread-safe.
 */
final class Turns {
  static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LEASE_MILLIS = 1_000;
  private static final long SHORTEST_PAUSE_NANOS = 100_000;
  private static final long LONGEST_PAUSE_NANOS = 50_000_000;
  private static final double WEIGHT = 0.2;

  private final Scripts scripts;
  private final Clock clock;
  private final RandomGenerator random;
  private final ConcurrentHashMap<Owner, Long> held = new ConcurrentHashMap<>();

  /** How long one turn takes, in nanoseconds; a guess that need not be exact. */
  private volatile double turnNanos = 1_000_000;

  Turns(Scripts scripts, Clock clock, RandomGenerator random) {
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

    Queued(RemoteKey remote) {
      this.remote = remote;
      this.owner = new Owner(remote.canonical(), Thread.currentThread());
    }

    @Override
    public void await() {
      held.put(owner, token);
      try {
        untilFirst(remote, token);
      } catch (RemoteUnavailableException e) {
        // what follows will say so if it matters
      }
    }

    @Override
    public void close() {
      if (held.remove(owner, token)) {
        // were it to fail, the place is lost by itself when its lease is over
        scripts.leaveTurn(remote.keys(), token);
      }
    }
  }

  private void untilFirst(RemoteKey remote, long token) {
    long start = clock.nanos();
    long position = Long.MAX_VALUE;
    long asked = start;
    while (clock.nanos() - start < LONGEST_NANOS && !Thread.currentThread().isInterrupted()) {
      TurnReply reply = scripts.turn(remote.keys(), token, LEASE_MILLIS);
      if (reply.status() != ScriptStatus.DONE || reply.position() == 0) {
        return;
      }
      long now = clock.nanos();
      learn(position, reply.position(), now - asked);
      position = reply.position();
      asked = now;
      LockSupport.parkNanos(pause(position));
    }
  }

  private void learn(long before, long position, long nanos) {
    if (before != Long.MAX_VALUE && position < before) {
      double each = (double) nanos / (before - position);
      turnNanos = (1 - WEIGHT) * turnNanos + WEIGHT * each;
    }
  }

  private long pause(long position) {
    double expected = position * turnNanos;
    return (long) Math.max(SHORTEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE_NANOS, expected));
  }
}
