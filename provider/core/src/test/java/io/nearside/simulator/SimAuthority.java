package io.nearside.simulator;

import io.nearside.RemoteUnavailableException;
import io.nearside.simulator.Locks.Reserved;
import io.nearside.simulator.SimServer.Changed;
import io.nearside.simulator.SimServer.Stored;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.Authority;
import io.nearside.store.Blank;
import io.nearside.store.Bus;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.FetchedEntry;
import io.nearside.store.HotEntry;
import io.nearside.store.Lifetime;
import io.nearside.store.Marks;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a node asks its servers: routed by what it knows, late, lost, or executed after all. */
final class SimAuthority implements Authority<Integer, Long> {
  private static final long TIMEOUT_MICROS = 1_000_000;

  private final SimNode node;
  private final World world;
  private final SimMarks marks;

  SimAuthority(SimNode node) {
    this.node = node;
    this.world = node.world;
    this.marks = new SimMarks(node, this);
  }

  /** A lease, if it has got one. */
  private record Ticket(Reserved reserved) implements Reservation {}

  @Override
  public int partition(Integer key) {
    return World.partition(key);
  }

  @Override
  public int slot(int partition) {
    return partition;
  }

  @Override
  public Bus.@Nullable Master master(int slot) {
    return node.connections.get(node.routes[slot]);
  }

  @Override
  public void hearer(Hearer<Integer> hearer) {}

  private static RemoteUnavailableException away(boolean unknown) {
    return new RemoteUnavailableException("simulated", unknown, null) {
      private static final long serialVersionUID = 1L;

      @Override
      public synchronized Throwable fillInStackTrace() {
        return this;
      }
    };
  }

  /** The server that executes what is sent to another one; null if none does. */
  @Nullable SimServer target(@Nullable SimServer routed, int key, boolean fenced) {
    int slot = World.partition(key);
    if (routed == null || !routed.up) {
      return null;
    }
    SimServer target = routed;
    if (!routed.owns(slot)) {
      target = world.owners[slot];
      world.count("moved");
      if (world.random.nextInt(4) == 0) {
        node.routes[slot] = target;
      }
    }
    return target.up && target.owns(slot) && (target.accepting || !fenced) ? target : null;
  }

  private VersionedEntry<Long> entry(SimServer server, int key, Stored stored) {
    long left = (stored.expiresMicros() - server.micros()) * 1_000;
    long now = node.clock.nanos();
    long writtenAt = stored.hot() && world.random.nextBoolean() ? now : 0;
    VersionedEntry<Long> entry =
        new VersionedEntry<>(stored.value(), stored.identity(), now + left, false, 0, writtenAt);
    return stored.hot() && world.mutant != Mutant.MARKED_KEYS_ARE_COPIED
        ? new HotEntry<>(entry)
        : new FetchedEntry<>(
            entry, server.data.generations.getOrDefault(World.partition(key), FetchedEntry.UNTOLD));
  }

  @Override
  public Map<Integer, Outcome<Long>> confirm(
      Map<Integer, ? extends VersionedEntry<Long>> known, long now) {
    Map<Integer, Outcome<Long>> outcomes = new HashMap<>();
    known.forEach((key, copy) -> {
      Outcome<Long> outcome = read(key, now);
      if (world.mutant == Mutant.MARKED_KEYS_ARE_CONFIRMED
          && outcome instanceof HotEntry<Long> hot
          && hot.isSame(copy)) {
        outcome = new VersionedEntry<>(hot.value(), hot.identity(), hot.expiresAt(), false, 0, 0);
      }
      outcomes.put(key, outcome);
    });
    return outcomes;
  }

  @Override
  public void cool(Integer key, HotEntry<Long> entry) {
    SimServer routed = node.routes[World.partition(key)];
    world.yieldNow();
    SimServer server = target(routed, key, true);
    if (server != null) {
      server.cool(key, entry.identity());
    }
    world.yieldNow();
  }

  @Override
  public Outcome<Long> read(Integer key, long now) {
    SimServer routed = node.routes[World.partition(key)];
    world.yieldNow();
    SimServer server = target(routed, key, world.mutant != Mutant.UNFENCED_READS);
    if (server == null || world.random.nextInt(50) == 0) {
      return new Unavailable<>(away(false));
    }
    world.checkSource(server, key);
    Stored stored = server.live(key);
    Outcome<Long> answer = (stored == null) ? Absent.absent() : entry(server, key, stored);
    world.yieldNow();
    return answer;
  }

  @Override
  public Outcome<Long> peek(Integer key, long now) {
    return read(key, now);
  }

  @Override
  public ReadOrReserved<Long> readOrReserve(Integer key, long now) {
    SimServer routed = node.routes[World.partition(key)];
    long asked = node.clock.nanos();
    world.yieldNow();
    SimServer server = target(routed, key, true);
    if (server == null) {
      return new ReadOrReserved<>(new Unavailable<>(away(false)), null);
    }
    Stored stored = server.live(key);
    ReadOrReserved<Long> answer =
        (stored == null)
            ? new ReadOrReserved<>(Absent.absent(), reservation(server, key, asked))
            : new ReadOrReserved<>(entry(server, key, stored), null);
    world.yieldNow();
    return answer;
  }

  private static Reservation reservation(SimServer server, int key, long asked) {
    Reserved reserved = server.locks.reserve(key, false);
    return reserved.blankMicros() > 0
        ? new Blank(asked + reserved.blankMicros() * 1_000)
        : new Ticket(reserved);
  }

  /** For a load that comes whatever is there. */
  @Override
  public Reservation reserve(Integer key) {
    SimServer routed = node.routes[World.partition(key)];
    world.yieldNow();
    SimServer server = target(routed, key, true);
    Ticket ticket = new Ticket(server == null ? Reserved.NOTHING : server.locks.reserve(key, true));
    world.yieldNow();
    return ticket;
  }

  @Override
  public @Nullable Reservation reserveAnew(Integer key, StoredEntry<Long> replaced, long now) {
    SimServer routed = node.routes[World.partition(key)];
    world.yieldNow();
    SimServer server = target(routed, key, true);
    Stored stored = (server == null) ? null : server.live(key);
    Reserved reserved = Reserved.NOTHING;
    if (server != null
        && stored != null
        && replaced instanceof VersionedEntry<Long> entry
        && stored.identity().equals(entry.identity())) {
      reserved = server.locks.reserve(key, true);
    }
    world.yieldNow();
    return reserved.load() == 0 ? null : new Ticket(reserved);
  }

  @Override
  public Map<Integer, Blank> blankAll(
      Map<? extends Integer, Reservation> reservations, LongSupplier lives) {
    Map<Integer, Blank> blanks = new HashMap<>();
    reservations.forEach((key, reservation) -> {
      SimServer routed = node.routes[World.partition(key)];
      long asked = node.clock.nanos();
      long life = lives.getAsLong() / 1_000;
      world.yieldNow();
      SimServer server = target(routed, key, true);
      if (server != null && reservation instanceof Ticket ticket) {
        long left = server.locks.blank(key, ticket.reserved, life);
        world.checkSource(server, key);
        if (left > 0) {
          blanks.put(key, new Blank(asked + left * 1_000));
        }
      }
      world.yieldNow();
    });
    return blanks;
  }

  @Override
  public Applied<Long> revive(
      Integer key, Reservation reservation, StoredEntry<Long> entry, Lifetime life, long now) {
    Reserved reserved = ((Ticket) reservation).reserved;
    VersionedEntry<Long> known = (VersionedEntry<Long>) entry;
    Identity identity = known.identity();
    long nonce = world.extra(2) == 0 ? identity.nonce() : world.nextToken();
    long micros = new long[] {700, 500_000, 60_000_000}[world.extra(3)];
    try {
      return call(
          key,
          false,
          (server, told) -> server.locks.revive(key, identity, reserved.token(), micros, nonce),
          (server, changed) -> {
            Stored current = changed.current();
            if (!changed.done() || current == null) {
              return new Applied<>(false, null, null);
            }
            Stored its =
                new Stored(
                    current.identity(), known.value(), current.expiresMicros(), current.hot());
            return new Applied<>(true, entry, entry(server, key, its));
          });
    } catch (RemoteUnavailableException e) {
      return new Applied<>(false, null, null);
    }
  }

  @Override
  public Applied<Long> apply(Integer key, Change<Long> change, long now) {
    Identity expected =
        change.expected() instanceof VersionedEntry<Long> entry ? entry.identity() : null;
    long value = change.value() == null ? Oracle.ABSENT : change.value();
    boolean silent = change.condition() == Condition.ABSENT && change.value() == null;
    if (silent) {
      throw new IllegalArgumentException();
    }
    return send(
        key,
        true,
        (server, told) ->
            server.change(change.condition(), key, expected, value, world.life(value), told));
  }

  @Override
  public Applied<Long> fill(Integer key, Reservation reservation, Change<Long> change, long now) {
    Long token = ((Ticket) reservation).reserved.token();
    long value = change.value() == null ? Oracle.ABSENT : change.value();
    boolean refresh = change.condition() == Condition.NONE;
    long loadedAt = world.loadedAt();
    try {
      return send(
          key,
          false,
          (server, told) -> server.fill(key, token, value, world.life(value), refresh, loadedAt));
    } catch (RemoteUnavailableException e) {
      return new Applied<>(false, null, null);
    }
  }

  /** What a server does. */
  interface Execution {
    Changed at(SimServer server, boolean told);
  }

  private Applied<Long> send(int key, boolean maybeLate, Execution execution) {
    return call(
        key,
        maybeLate,
        execution,
        (server, changed) ->
            new Applied<>(
                changed.done(),
                entryOrNull(server, key, changed.prior()),
                entryOrNull(server, key, changed.current())));
  }

  /**
   * Has a server do something; in the end, if it is not told in time, maybe all the same.
   *
   * @param answer what the caller makes of it
   */
  <T> T call(
      int key, boolean maybeLate, Execution execution, BiFunction<SimServer, Changed, T> answer) {
    SimServer routed = node.routes[World.partition(key)];
    long deadline = routed == null ? 0 : routed.micros() + TIMEOUT_MICROS;
    if (maybeLate && world.enabled(Fault.LATE_WRITE) && world.random.nextInt(5) == 0) {
      world.late.add(
          new World.Delivery(
              null,
              () -> {
                SimServer server = target(routed, key, true);
                if (server != null && server.micros() <= deadline) {
                  execution.at(server, true);
                  world.checkSource(server, key);
                  world.count("late write executed");
                } else {
                  world.count("late write refused");
                }
              }));
      world.yieldNow();
      throw away(true);
    }
    world.yieldNow();
    SimServer server = target(routed, key, true);
    if (server == null || server.micros() > deadline) {
      throw away(false);
    }
    boolean told = server == routed || world.mutant != Mutant.CHANNEL_NAMED_BY_CALLER;
    Changed changed = execution.at(server, told);
    world.checkSource(server, key);
    T result = answer.apply(server, changed);
    world.yieldNow();
    if (changed.done() && !node.dead) {
      world.written(key, changed.at());
    }
    return result;
  }

  @Nullable StoredEntry<Long> entryOrNull(SimServer server, int key, @Nullable Stored stored) {
    return (stored == null) ? null : entry(server, key, stored);
  }

  @Override
  public boolean renew(Integer key, StoredEntry<Long> entry, long expiresAt) {
    return true;
  }

  @Override
  public void release(Integer key, Reservation reservation) {
    SimServer server = node.routes[World.partition(key)]; // if it has moved, nobody waits for it
    if (server != null
        && server.up
        && server.accepting
        && server.owns(World.partition(key))
        && reservation instanceof Ticket ticket) {
      server.locks.release(key, ticket.reserved.load());
    }
  }

  @Override
  public Marks<Integer, Long> marks() {
    return marks;
  }

  @Override
  public void releaseAll() {}

  @Override
  public void clear() {
    for (int partition = 0; partition < World.PARTITIONS; partition++) {
      SimServer routed = node.routes[partition];
      world.yieldNow();
      SimServer server = target(routed, partition, true);
      if (server == null) {
        throw away(false);
      }
      server.clear(partition);
    }
    world.yieldNow();
  }

  @Override
  public void invalidateTags(Collection<String> tags) {
    throw new UnsupportedOperationException("there are no tags in this model");
  }

  @Override
  public Iterator<Map.Entry<Integer, StoredEntry<Long>>> iterator() {
    return Collections.emptyIterator();
  }

  @Override
  public void expire(long now) {}

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    return null;
  }

  @Override
  public void close() {}
}
