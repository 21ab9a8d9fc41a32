package io.nearside.simulator;

import io.nearside.RemoteUnavailableException;
import io.nearside.simulator.SimServer.Changed;
import io.nearside.simulator.SimServer.Stored;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.Authority;
import io.nearside.store.Bus;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.FetchedEntry;
import io.nearside.store.HotEntry;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node asks its servers: routed by what it knows, late, lost, or executed after all. */
final class SimAuthority implements Authority<Integer, Long> {
  private static final long TIMEOUT_MICROS = 1_000_000;

  private final SimNode node;
  private final World world;

  SimAuthority(SimNode node) {
    this.node = node;
    this.world = node.world;
  }

  /** A lease. */
  private record Lease(@Nullable Long token) implements Reservation {}

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
  private @Nullable SimServer target(@Nullable SimServer routed, int key, boolean fenced) {
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
    world.yieldNow();
    SimServer server = target(routed, key, true);
    if (server == null) {
      return new ReadOrReserved<>(new Unavailable<>(away(false)), null);
    }
    Stored stored = server.live(key);
    ReadOrReserved<Long> answer =
        (stored == null)
            ? new ReadOrReserved<>(Absent.absent(), lease(server, key))
            : new ReadOrReserved<>(entry(server, key, stored), null);
    world.yieldNow();
    return answer;
  }

  private static Lease lease(SimServer server, int key) {
    return new Lease(server.lease(key));
  }

  @Override
  public Reservation reserve(Integer key) {
    SimServer routed = node.routes[World.partition(key)];
    world.yieldNow();
    SimServer server = target(routed, key, true);
    Lease lease = (server == null) ? new Lease(null) : lease(server, key);
    world.yieldNow();
    return lease;
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
    Long token = ((Lease) reservation).token();
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
  private interface Execution {
    Changed at(SimServer server, boolean told);
  }

  private Applied<Long> send(int key, boolean maybeLate, Execution execution) {
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
    Applied<Long> applied =
        new Applied<>(
            changed.done(),
            entryOrNull(server, key, changed.prior()),
            entryOrNull(server, key, changed.current()));
    world.yieldNow();
    if (changed.done() && !node.dead) {
      world.written(key, changed.at());
    }
    return applied;
  }

  private @Nullable StoredEntry<Long> entryOrNull(
      SimServer server, int key, @Nullable Stored stored) {
    return (stored == null) ? null : entry(server, key, stored);
  }

  @Override
  public boolean renew(Integer key, StoredEntry<Long> entry, long expiresAt) {
    return true;
  }

  @Override
  public void release(Integer key, Reservation reservation) {}

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
