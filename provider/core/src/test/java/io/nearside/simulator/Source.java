package io.nearside.simulator;

import io.nearside.simulator.Held.Lease;
import io.nearside.simulator.SimServer.Stored;

/**
 * What the cache is written through to. While nobody marks a key, its server holds what is here, or
 * nothing, or what ends with the last mark. Excused is who tells the source after his mark has
 * ended, until somebody settles the key: if he is never heard of again, nobody can know. And
 * servers that lose what they have answered.
 */
final class Source {
  private final World world;
  private final boolean promising;
  private final long[] values = new long[World.KEYS];
  private final boolean[] excused = new boolean[World.KEYS];

  /** When the last mark ends, by the clock of its server. */
  private final long[] markedUntil = new long[World.KEYS];

  Source(World world) {
    this.world = world;
    this.promising = !world.enabled(Fault.FORK) && !world.enabled(Fault.ROLL_BACK);
  }

  /** {@link Oracle#ABSENT} if there is nothing. */
  long read(int key) {
    return values[key];
  }

  void marked(int key, long endsMicros) {
    markedUntil[key] = Math.max(markedUntil[key], endsMicros);
  }

  /** One whose mark has this token tells it. */
  void take(int key, long value, long token) {
    SimServer server = world.owners[World.partition(key)];
    values[key] = value;
    world.trace(() -> "source takes " + key + ": " + value);
    if (server.locks.isMarked(key, token)) {
      world.count("source told");
    } else {
      world.count("source told after the mark");
      excused[key] = true;
    }
    check(server, key);
  }

  /** One who has told the source has come back to the server. */
  void settle(SimServer server, int key) {
    Stored stored = server.live(key);
    if (stored == null || stored.value() == values[key]) {
      excused[key] = false;
    }
  }

  /** Something has happened to the key on the server. */
  void check(SimServer server, int key) {
    if (!promising || !server.owns(World.partition(key)) || world.isStopped()) {
      return;
    }
    if (excused[key]) {
      world.count("source excused");
      return;
    }
    Held held = server.locks.held(key);
    if (held instanceof Held.Marks) {
      return;
    }
    world.count("source checked");
    Stored stored = server.live(key);
    if (stored != null
        && stored.value() != values[key]
        && stored.expiresMicros() > markedUntil[key]) {
      throw new AssertionError(
          "not what the source has: key %d, %s holds %d, the source has %d"
              .formatted(key, server, stored.value(), values[key]));
    }
    if (held instanceof Lease lease && lease.blank() && values[key] != Oracle.ABSENT) {
      throw new AssertionError(
          "not what the source has: key %d, %s holds a blank, the source has %d"
              .formatted(key, server, values[key]));
    }
  }
}
