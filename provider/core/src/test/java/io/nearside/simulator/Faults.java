package io.nearside.simulator;

import io.nearside.simulator.SimServer.Data;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Has something befall the world. */
final class Faults {
  private static final int TRIES = 6;

  private final World world;

  Faults(World world) {
    this.world = world;
  }

  void strike() {
    List<Fault> possible = new ArrayList<>(world.faults());
    for (int i = 0; i < TRIES; i++) {
      Fault fault = possible.get(world.random.nextInt(possible.size()));
      SimServer server = world.servers.get(world.random.nextInt(world.servers.size()));
      if (world.random.nextInt(3) == 0) {
        server.replica = server.data.copy(); // what a replica has got, or a file
      }
      if (strike(fault, server)) {
        world.trace(() -> fault + " " + server + " with " + server.runId);
        world.count("fault " + fault);
        return;
      }
    }
  }

  private boolean strike(Fault fault, SimServer server) {
    return switch (fault) {
      case FORK -> fork(server);
      case DEMOTE -> demote(server);
      case ROLL_BACK -> restart(server, server.replica.copy());
      case RESTART -> restart(server, server.data);
      case FLUSH -> flush(server);
      case STEP_BACK -> step(server, -world.random.nextLong(3_000_000) - 100_000);
      case STEP_FORWARD -> step(server, world.random.nextLong(3_000_000) + 100_000);
      case EVICT_ENTRY -> evictOne(server);
      case EVICT_HEAD -> evictHead(server, world.random.nextInt(World.PARTITIONS));
      case EVICT_BEAT -> evictBeat(server);
      case MOVE_SLOT -> move(world.random.nextInt(World.PARTITIONS));
      case SILENCE -> silence(server);
      case DELAY -> delay(server);
      case CUT -> cut(server);
      case NODE_RESTART -> restartNode();
      case NODE_PAUSE -> pauseNode();
      case LONG_PAUSE -> longPause();
      case LATE_WRITE -> false;
    };
  }

  /** Another server takes its slots over; it does not know, and serves on. */
  private boolean fork(SimServer server) {
    if (!server.up || !server.accepting || world.servers.size() > 4 || !isOwner(server)) {
      return false;
    }
    SimServer promoted = world.server();
    promoted.data = server.replica.copy();
    promoted.stepMicros = server.stepMicros + world.random.nextLong(-50_000, 50_000);
    promoted.configurationEpoch = server.configurationEpoch + (world.isCluster() ? 1 : 0);
    promoted.evictedInRun = server.evictedInRun;
    server.replaced = true;
    for (int slot = 0; slot < World.PARTITIONS; slot++) {
      if (world.owners[slot] == server) {
        world.owners[slot] = promoted;
        promoted.slots.set(slot);
      }
    }
    promoted.announceToOracle();
    return true;
  }

  private boolean isOwner(SimServer server) {
    for (SimServer owner : world.owners) {
      if (owner == server) {
        return true;
      }
    }
    return false;
  }

  /** One that was replaced learns of it; later it is gone. */
  private boolean demote(SimServer server) {
    if (!server.replaced) {
      return false;
    }
    if (server.accepting) {
      server.accepting = false;
      server.announceToOracle();
    } else if (world.random.nextInt(2) == 0) {
      server.up = false;
      world.servers.remove(server);
    }
    return true;
  }

  private boolean restart(SimServer server, Data data) {
    if (!server.accepting || server.replaced) {
      return false;
    }
    server.data = data;
    server.restart();
    return true;
  }

  private boolean flush(SimServer server) {
    server.data = new Data();
    server.announceToOracle();
    return true;
  }

  private boolean step(SimServer server, long micros) {
    server.stepMicros += micros;
    server.expire();
    return true;
  }

  private boolean evict(SimServer server, int key) {
    if (server.data.entries.remove(key) == null) {
      return false;
    }
    server.evictedInRun = true;
    if (server.up && server.accepting && server.owns(World.partition(key))) {
      world.oracle.evicted(server, key, world.time);
    }
    return true;
  }

  private boolean evictOne(SimServer server) {
    if (world.isExtended() && world.extra(3) == 0) {
      return evictLock(server);
    }
    List<Integer> keys = new ArrayList<>(server.data.entries.keySet());
    return !keys.isEmpty() && evict(server, keys.get(world.random.nextInt(keys.size())));
  }

  /** A lease, a blank or a mark. */
  private boolean evictLock(SimServer server) {
    List<Integer> keys = new ArrayList<>(server.data.locks.keySet());
    if (keys.isEmpty()) {
      return false;
    }
    server.data.locks.remove(keys.get(world.extra(keys.size())));
    server.evictedInRun = true;
    world.count("lock evicted");
    return true;
  }

  /** With all that it makes worthless; maybe somebody has deleted it. */
  private boolean evictHead(SimServer server, int partition) {
    boolean evicted = server.evictedInRun || world.random.nextBoolean();
    for (int key = 0; key < World.KEYS; key++) {
      if (World.partition(key) == partition) {
        evict(server, key);
        server.locks.end(key);
      }
    }
    server.data.clocks.remove(partition);
    server.data.generations.remove(partition);
    server.evictedInRun = evicted;
    return true;
  }

  private boolean evictBeat(SimServer server) {
    server.data.incarnation = null;
    server.evictedInRun = true;
    return true;
  }

  /** With all that it holds. */
  private boolean move(int slot) {
    SimServer from = world.owners[slot];
    SimServer to = world.servers.get(world.random.nextInt(world.servers.size()));
    if (from == to || !world.isCluster() || to.replaced || !to.accepting) {
      return false;
    }
    for (int key = 0; key < World.KEYS; key++) {
      if (World.partition(key) == slot) {
        SimServer.Stored stored = from.data.entries.remove(key);
        to.data.entries.remove(key);
        if (stored != null) {
          to.data.entries.put(key, stored);
        }
        move(key, from.data.locks, to.data.locks);
        move(key, from.data.changedAt, to.data.changedAt);
      }
    }
    move(slot, from.data.clocks, to.data.clocks);
    move(slot, from.data.generations, to.data.generations);
    from.slots.clear(slot);
    to.slots.set(slot);
    to.configurationEpoch = Math.max(from.configurationEpoch, to.configurationEpoch) + 1;
    world.owners[slot] = to;
    from.announceToOracle(slot, false);
    to.announceToOracle(slot, true);
    return true;
  }

  private static <T> void move(int what, Map<Integer, T> from, Map<Integer, T> to) {
    T moved = from.remove(what);
    if (moved == null) {
      to.remove(what);
    } else {
      to.put(what, moved);
    }
  }

  private boolean silence(SimServer server) {
    if (server.connections.isEmpty()) {
      return false;
    }
    server.connections.get(world.random.nextInt(server.connections.size())).silent = true;
    return true;
  }

  private boolean delay(SimServer server) {
    if (server.connections.isEmpty()) {
      return false;
    }
    server.connections.get(world.random.nextInt(server.connections.size())).heldUntil =
        world.time + world.random.nextLong(4_000_000_000L);
    return true;
  }

  private boolean cut(SimServer server) {
    if (server.connections.isEmpty()) {
      return false;
    }
    server.connections.get(world.random.nextInt(server.connections.size())).cut();
    return true;
  }

  private boolean restartNode() {
    world.replace(world.random.nextInt(world.nodeCount()));
    return true;
  }

  private boolean pauseNode() {
    world.node().pausedUntil = world.time + world.random.nextLong(4_000_000_000L) + 500_000_000L;
    return true;
  }

  private boolean longPause() {
    world.time += world.random.nextLong(3_000_000_000L);
    world.servers.forEach(SimServer::expire);
    return true;
  }
}
