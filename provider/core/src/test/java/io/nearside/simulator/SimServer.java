package io.nearside.simulator;

import io.nearside.simulator.Held.Lease;
import io.nearside.store.Bus.Beat;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Change;
import io.nearside.store.Slots;
import io.nearside.store.VersionedEntry.Identity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Redis server in memory: what its scripts do, and what befalls it. */
final class SimServer {
  private static final long BEAT_PAUSE_MICROS = 400_000;

  private final World world;
  final int number;
  String runId;
  long stepMicros;
  boolean up = true;
  boolean accepting = true;

  /** Whether another has taken its slots over. */
  boolean replaced;

  boolean evictedInRun;
  long configurationEpoch;
  final BitSet slots = new BitSet();
  final Locks locks;
  Data data = new Data();

  /** What a replica or a file on disk has, too. */
  static final class Data {
    final Map<Integer, Stored> entries = new HashMap<>();
    final Map<Integer, Long> clocks = new HashMap<>();
    final Map<Integer, Long> generations = new HashMap<>();

    final Map<Integer, Held> locks = new HashMap<>();

    /** The step in which somebody changed a key last: what was loaded before must not come. */
    final Map<Integer, Long> changedAt = new HashMap<>();

    @Nullable Long incarnation;
    long beats;
    long lastBeatMicros;

    Data copy() {
      Data copy = new Data();
      copy.entries.putAll(entries);
      copy.clocks.putAll(clocks);
      copy.generations.putAll(generations);
      copy.locks.putAll(locks);
      copy.changedAt.putAll(changedAt);
      copy.incarnation = incarnation;
      copy.beats = beats;
      copy.lastBeatMicros = lastBeatMicros;
      return copy;
    }
  }

  /** An entry; expires by the server's clock. What becomes of a hot one is not announced. */
  record Stored(Identity identity, long value, long expiresMicros, boolean hot) {
    Stored cooled() {
      return new Stored(identity, value, expiresMicros, false);
    }

    Stored until(long micros) {
      return new Stored(identity, value, micros, hot);
    }
  }

  /** What a change answers. */
  record Changed(boolean done, @Nullable Stored prior, @Nullable Stored current, long at) {}

  final List<SimConnection> connections = new ArrayList<>();
  Data replica = new Data();

  SimServer(World world, int number) {
    this.world = world;
    this.number = number;
    this.locks = new Locks(world, this);
    this.runId = "run" + world.random.nextLong();
  }

  long micros() {
    return world.time / 1_000 + stepMicros + 1_000_000_000_000L;
  }

  boolean owns(int slot) {
    return slots.get(slot);
  }

  void publish(SimConnection.Message message) {
    connections.forEach(connection -> connection.publish(message));
  }

  @Nullable Stored live(int key) {
    Stored stored = data.entries.get(key);
    return stored != null && stored.expiresMicros > micros() ? stored : null;
  }

  /** What a change's script does; null if the change removes. */
  Changed change(
      Change.Condition condition,
      int key,
      @Nullable Identity expected,
      long value,
      long lifeMicros,
      boolean toldHere) {
    Stored prior = live(key);
    boolean done =
        switch (condition) {
          case NONE -> true;
          case ABSENT -> prior == null;
          case PRESENT -> prior != null;
          case SAME -> prior != null && prior.identity.equals(expected);
        };
    if (world.mutant != Mutant.LEASE_OUTLIVES_CHANGE) {
      locks.end(key);
    }
    if (!done) {
      return new Changed(false, prior, null, world.time);
    }
    data.changedAt.put(key, world.step());
    Stored current = store(key, value, lifeMicros);
    if (toldHere && !isSilent(prior, current)) {
      publish(new SimConnection.Told(key, current == null ? null : current.identity));
    }
    return new Changed(true, prior, current, world.time);
  }

  /** Whether nobody can have a copy of what was there. */
  private boolean isSilent(@Nullable Stored prior, @Nullable Stored current) {
    boolean silent = prior != null && prior.hot;
    if (silent) {
      world.count("silent change");
    }
    return silent || world.mutant == Mutant.MARKED_IN_SILENCE && current != null && current.hot;
  }

  /** Takes the mark off an entry. */
  void cool(int key, Identity identity) {
    Stored stored = live(key);
    if (stored != null && stored.identity.equals(identity) && stored.hot) {
      data.entries.put(key, stored.cooled());
      world.count("cooled");
      world.trace(() -> this + " cools " + key);
      if (world.enabled(Fault.ROLL_BACK) && world.random.nextInt(2) == 0) {
        world.late.add(new World.Delivery(null, () -> forgetCooling(key, stored)));
      }
    }
  }

  /** A head that is missing is made, and nothing older counts. */
  void makeHead(int partition) {
    if (!data.generations.containsKey(partition)) {
      world.count("head made");
      begin(partition, micros());
      for (int key = 0; key < World.KEYS; key++) {
        if (World.partition(key) == partition && accepting) {
          world.oracle.becomes(this, key, Oracle.ABSENT, world.time);
        }
      }
    }
  }

  /** It is back in a state before the mark was taken off; nothing else has changed since. */
  private void forgetCooling(int key, Stored hot) {
    Stored stored = data.entries.get(key);
    if (up && accepting && !replaced && stored != null && stored.identity.equals(hot.identity)) {
      data.entries.put(key, hot);
      restart();
      world.count("cooling forgotten");
      world.trace(() -> this + " has not cooled " + key);
    }
  }

  /** With the data that it has. */
  void restart() {
    runId = "run" + world.random.nextLong();
    evictedInRun = false;
    new ArrayList<>(connections).forEach(SimConnection::cut);
    announceToOracle();
  }

  private void begin(int partition, long generation) {
    data.generations.put(partition, generation);
    if (world.mutant != Mutant.SILENT_HEADS) {
      publish(new SimConnection.Cleared(partition, generation));
    }
  }

  /** Versions grow even when the clock has stepped back. */
  long raise(int partition) {
    makeHead(partition);
    long version = Math.max(data.clocks.getOrDefault(partition, 0L) + 1, micros());
    data.clocks.put(partition, version);
    return version;
  }

  private @Nullable Stored store(int key, long value, long lifeMicros) {
    int partition = World.partition(key);
    long version = raise(partition);
    Stored current = null;
    if (value == Oracle.ABSENT) {
      data.entries.remove(key);
    } else {
      boolean hot = world.heats(live(key));
      current = new Stored(new Identity(version, value), value, micros() + lifeMicros, hot);
      data.entries.put(key, current);
    }
    world.trace(() -> this + " stores " + key + ": " + value);
    if (accepting) {
      world.oracle.becomes(this, key, value, world.time);
    }
    return current;
  }

  /**
   * What the script of a fill does.
   *
   * @param loadedAt the step in which the source was read
   */
  Changed fill(
      int key, @Nullable Long token, long value, long lifeMicros, boolean refresh, long loadedAt) {
    Stored prior = live(key);
    Lease lease = locks.standing(key, token);
    if (lease == null || prior != null && !refresh) {
      return new Changed(false, prior, null, world.time);
    }
    world.checkFill(key, data.changedAt.getOrDefault(key, 0L), loadedAt);
    Stored current = store(key, value, lifeMicros);
    boolean overBlank = lease.blank() && world.mutant != Mutant.SILENT_FILLS_OVER_BLANKS;
    boolean silent =
        prior == null
            ? !evictedInRun && !overBlank || world.mutant == Mutant.SILENT_FILLS_BEHIND_EVICTION
            : isSilent(prior, current) || world.mutant == Mutant.SILENT_REFRESH_OVER_LIVE;
    if (!silent && current != null) {
      publish(new SimConnection.Told(key, current.identity));
    }
    locks.filled(key, lease);
    world.count(
        prior != null
            ? "refresh"
            : lease.blank() ? "fill over a blank" : silent ? "silent fill" : "told fill");
    return new Changed(true, prior, current, world.time);
  }

  void clear(int partition) {
    for (int key = 0; key < World.KEYS; key++) {
      if (World.partition(key) == partition) {
        store(key, Oracle.ABSENT, 0);
        locks.clear(key);
        data.changedAt.put(key, world.step());
      }
    }
    long generation = Math.max(data.clocks.getOrDefault(partition, 0L) + 1, micros());
    data.clocks.put(partition, generation);
    data.generations.put(partition, generation);
    publish(new SimConnection.Cleared(partition, generation));
  }

  BeatReply beat() {
    long now = micros();
    if (data.incarnation == null) {
      data.incarnation = world.random.nextLong();
      data.beats = 0;
      data.lastBeatMicros = 0;
    }
    boolean due = now - data.lastBeatMicros > BEAT_PAUSE_MICROS || data.lastBeatMicros > now;
    if (due) {
      data.beats++;
      data.lastBeatMicros = now;
      publish(new SimConnection.Said(new Beat(runId, data.incarnation, data.beats)));
    }
    boolean own = due || world.mutant == Mutant.HEARING_N;
    return new BeatReply(
        runId,
        data.incarnation,
        configurationEpoch,
        now,
        Slots.of(slots),
        new Beat(runId, data.incarnation, own ? data.beats : data.beats + 1));
  }

  /** From now on it is, or is not, an authority for what it owns. */
  void announceToOracle(int slot, boolean authority) {
    for (int key = 0; key < World.KEYS; key++) {
      if (World.partition(key) == slot) {
        if (authority) {
          Stored stored = live(key);
          world.oracle.becomes(
              this, key, stored == null ? Oracle.ABSENT : stored.value, world.time);
        } else {
          world.oracle.ends(this, key, world.time);
        }
      }
    }
  }

  void announceToOracle() {
    for (int slot = 0; slot < World.PARTITIONS; slot++) {
      announceToOracle(slot, up && accepting && owns(slot));
    }
  }

  /** Entries whose time is over end, and nobody is told. */
  void expire() {
    locks.expire();
    for (int key = 0; key < World.KEYS; key++) {
      Stored stored = data.entries.get(key);
      if (stored != null && stored.expiresMicros <= micros()) {
        data.entries.remove(key);
        if (up && accepting && owns(World.partition(key))) {
          world.oracle.becomes(this, key, Oracle.ABSENT, world.time);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "server" + number + (accepting ? "" : "(demoted)");
  }
}
