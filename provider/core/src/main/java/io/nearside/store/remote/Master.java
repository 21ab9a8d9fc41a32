package io.nearside.store.remote;

import io.nearside.resilience.Guard;
import io.nearside.store.Clock;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.redisson.client.protocol.Time;
import org.redisson.connection.MasterSlaveEntry;

/** One master as this node sees it: its guard, its clock, and the reads that ride together. */
final class Master {
  private static final long RESYNC_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long SEARCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  final MasterSlaveEntry entry;
  final Guard guard;
  final ServerClock serverClock = new ServerClock();
  final ReadCombiner reads;
  private final Commands commands;
  private final Clock clock;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile long searchedNanos;
  private volatile boolean missed;

  Master(MasterSlaveEntry entry, Guard guard, Commands commands, Clock clock) {
    this.entry = entry;
    this.guard = guard;
    this.commands = commands;
    this.clock = clock;
    this.reads = new ReadCombiner(entry, commands);
  }

  /** The clock, asked for first if it is not known. */
  ServerClock knownClock() {
    if (!serverClock.isKnown()) {
      guard.call(Commands.TIME, this::askTime);
    }
    return serverClock;
  }

  private CompletionStage<Time> askTime() {
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

  void tick() {
    long now = clock.nanos();
    if (guard.isOpen()) {
      search(now);
      return;
    }
    missed = false;
    boolean due = serverClock.isKnown() && now - serverClock.observedNanos() > RESYNC_NANOS;
    if (due && serverClock.wasUsed() && asking.compareAndSet(false, true)) {
      guard.callAsync(Commands.TIME, this::askTime).whenComplete((time, e) -> asking.set(false));
    }
  }

  /**
   * Asks a server that is thought away whether it is back, outside the guard. Only an answer that
   * follows silence counts: a server that answers this but fails calls keeps its growing pauses.
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
          if (failure != null) {
            missed = true;
          } else if (missed) {
            missed = false;
            guard.probeNow();
          }
        });
  }
}
