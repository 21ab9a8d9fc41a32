package io.nearside.store.remote;

import io.nearside.resilience.Guard;
import io.nearside.store.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.redisson.client.RedisClient;
import org.redisson.client.protocol.Time;
import org.redisson.connection.MasterSlaveEntry;

/** One master as this node sees it: its guard, its clock, and the reads that ride together. */
final class Master {
  private static final long RESYNC_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** With upkeep's steps and three calls that try, a server is back within a second. */
  private static final long SEARCH_NANOS = TimeUnit.MILLISECONDS.toNanos(750);

  final MasterSlaveEntry entry;
  final Guard guard;
  final ReadCombiner reads;
  final ReadCombiner fetches;
  final ReplicaCalls replicaCalls;
  private volatile Timed timed;
  private final Commands commands;
  private final Clock clock;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile long searchedNanos;

  Master(
      MasterSlaveEntry entry,
      Guard guard,
      Commands commands,
      Clock clock,
      ReplicaCalls replicaCalls) {
    this.entry = entry;
    this.timed = new Timed(entry.getClient(), new ServerClock());
    this.guard = guard;
    this.commands = commands;
    this.replicaCalls = replicaCalls;
    this.clock = clock;
    this.searchedNanos = clock.nanos();
    this.reads = new ReadCombiner(entry, commands, Reading.PLAIN, guard.recorder());
    this.fetches = new ReadCombiner(entry, commands, Reading.FENCED, guard.recorder());
  }

  /** Whose clock it is: after a fail-over another server's. */
  private record Timed(RedisClient server, ServerClock clock) {}

  /** The clock of the server that is the master now, known or not. */
  private ServerClock serverClock() {
    Timed now = timed;
    RedisClient server = entry.getClient();
    if (now.server != server) {
      now = new Timed(server, new ServerClock());
      timed = now; // of two threads that come by here one learns in vain
    }
    return now.clock;
  }

  /**
   * The clock, asked for first if it is not known.
   *
   * @param nanos how long that may take
   */
  ServerClock knownClock(long nanos) {
    ServerClock serverClock = serverClock();
    if (!serverClock.isKnown()) {
      guard.call(Commands.TIME, nanos, () -> askTime(serverClock));
    }
    return serverClock;
  }

  /** As {@link #knownClock}, without waiting. */
  CompletableFuture<ServerClock> clockAsync() {
    ServerClock serverClock = serverClock();
    return serverClock.isKnown()
        ? CompletableFuture.completedFuture(serverClock)
        : guard.callAsync(Commands.TIME, () -> askTime(serverClock)).thenApply(time -> serverClock);
  }

  /** Learns its time from another way to it than {@link Commands}, if it is the same server. */
  void observe(RedisClient server, long sentNanos, long receivedNanos, long serverMicros) {
    if (server.getConfig().getAddress().equals(entry.getClient().getConfig().getAddress())) {
      serverClock().observe(sentNanos, receivedNanos, serverMicros);
    }
  }

  private CompletionStage<Time> askTime(ServerClock serverClock) {
    long sent = clock.nanos();
    return commands
        .time(entry)
        .thenApply(time -> {
          serverClock.observe(sent, clock.nanos(), micros(time));
          return time;
        });
  }

  private static long micros(Time time) {
    return Integer.toUnsignedLong(time.getSeconds()) * 1_000_000 + time.getMicroseconds();
  }

  /** Where nobody calls, what may try is tried by this. */
  void tick() {
    long now = clock.nanos();
    if (guard.isOpen()) {
      search(now);
      return;
    }
    boolean untried = !guard.isClosed() && now - searchedNanos >= SEARCH_NANOS;
    if (guard.isClosed()) {
      searchedNanos = now;
    }
    ServerClock serverClock = serverClock();
    boolean due = serverClock.isKnown() && now - serverClock.observedNanos() > RESYNC_NANOS;
    if ((untried || due && serverClock.wasUsed()) && asking.compareAndSet(false, true)) {
      guard
          .callAsync(Commands.TIME, () -> askTime(serverClock))
          .whenComplete((time, e) -> asking.set(false));
    }
  }

  /**
   * Asks a server to which no calls go, outside the guard, whether it answers: then a few may try
   * at once, however long the pause still is.
   */
  private void search(long now) {
    if (now - searchedNanos < SEARCH_NANOS || !asking.compareAndSet(false, true)) {
      return;
    }
    searchedNanos = now;
    commands
        .time(entry)
        .whenComplete((time, failure) -> {
          asking.set(false);
          if (failure == null) {
            guard.probeNow();
          }
        });
  }
}
