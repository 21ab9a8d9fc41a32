package io.nearside.simulator;

import io.nearside.store.Seeds;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One run: servers, nodes, and what happens to them, all drawn from one seed. Callers are threads,
 * of which exactly one runs at any time; wherever the protocol could be interrupted it lets the
 * world go on, and maybe another caller.
 */
final class World {
  static final int PARTITIONS = 4;
  static final int KEYS = 6;
  static final long BOUND = 2_000_000_000L;

  /** A server's clock that steps by less than the protocol notices moves expiries by as much. */
  private static final long EXPIRY_SLACK = 12_000_000L;

  /** Such that the worlds that catch what is rarely caught do without. */
  private static final long EXTRAS = 0x5DEECE71BL;

  private static final boolean TRACING = Boolean.getBoolean("simulator.trace");

  private static final int NODES = 3;
  private static final int CALLERS = 6;

  final RandomGenerator random;
  final @Nullable Mutant mutant;
  final Oracle oracle = new Oracle();
  final List<SimServer> servers = new ArrayList<>();
  final SimServer[] owners = new SimServer[PARTITIONS];
  final List<Delivery> requests = new ArrayList<>();
  final List<Delivery> replies = new ArrayList<>();
  final List<Delivery> late = new ArrayList<>();
  final SimNode[] nodes = new SimNode[NODES];
  long time = 1_000_000_000L;

  private final long seed;
  private final long steps;
  private final Map<String, long[]> counts;
  private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
  private final Faults befall;
  private final boolean cluster;
  private final int faultEvery;
  private final long pace;
  private final int pauseOneIn;

  /** Of the pauses, one is long. */
  private final int napOneIn;

  /** Of a hundred operations. */
  final int changes;

  /** Drawn apart, so that worlds without hot keys are what they would be. */
  private final RandomGenerator heats;

  /** Of a hundred writes of a key that is not hot, those that mark it. */
  private final int heat;

  /** Drawn apart, too: what most worlds do without. */
  private final RandomGenerator extras;

  private final boolean remembersBlanks;
  private final boolean revives;

  /** Null where nothing is written through. */
  final @Nullable Source source;

  /** How long a mark lasts. */
  final long markMicros;

  private final Caller[] callers = new Caller[CALLERS];
  private volatile @Nullable Caller running;
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;
  private long step;
  private long tokens;
  private int quiet;
  private int named;
  private int nodeNumber;

  /** What is on its way; to a node, unless it is null. */
  record Delivery(@Nullable SimNode node, Runnable arrival) {}

  World(long seed, long steps, @Nullable Mutant mutant, Map<String, long[]> counts) {
    this.seed = seed;
    this.steps = steps;
    this.mutant = mutant;
    this.counts = counts;
    this.random = Seeds.random(seed);
    boolean themed = random.nextBoolean();
    Set<Fault> theme = Fault.THEMES.get(random.nextInt(Fault.THEMES.size()));
    this.cluster = themed && theme.contains(Fault.MOVE_SLOT) || random.nextBoolean();
    this.faultEvery = new int[] {50, 100, 200, 400, 1_000}[random.nextInt(5)];
    this.pace = new long[] {1_000_000, 3_000_000, 8_000_000}[random.nextInt(3)];
    this.pauseOneIn = 1 + random.nextInt(4);
    this.napOneIn = new int[] {10, 60, 400}[random.nextInt(3)];
    this.changes = new int[] {4, 10, 30}[random.nextInt(3)];
    this.heats = Seeds.random(~seed);
    this.heat = new int[] {0, 0, 10, 50}[heats.nextInt(4)];
    this.befall = new Faults(this);
    if (themed) {
      faults.addAll(theme);
    } else {
      int faultOneIn = 2 + 2 * random.nextInt(3);
      for (Fault fault : Fault.values()) {
        if (random.nextInt(faultOneIn) == 0) {
          faults.add(fault);
        }
      }
    }
    if (faults.contains(Fault.FORK)) {
      faults.add(Fault.DEMOTE);
    }
    this.extras = Seeds.random(seed ^ EXTRAS);
    int extended = extras.nextInt(10);
    this.source = (extended < 3) ? new Source(this) : null;
    this.remembersBlanks = extended == 3 || extended < 3 && extras.nextBoolean();
    this.revives = extended == 4 || extended < 4 && extras.nextInt(3) == 0;
    this.markMicros = new long[] {300_000, 1_500_000, 5_000_000}[extras.nextInt(3)];
    SimServer first = server();
    SimServer second = server();
    for (int slot = 0; slot < PARTITIONS; slot++) {
      owners[slot] = random.nextBoolean() ? first : second;
      owners[slot].slots.set(slot);
      owners[slot].data.generations.put(slot, owners[slot].micros());
    }
    servers.forEach(SimServer::announceToOracle);
    for (int i = 0; i < NODES; i++) {
      nodes[i] = new SimNode(this);
      nodes[i].discover();
    }
  }

  static int partition(int key) {
    return key % PARTITIONS;
  }

  SimServer server() {
    SimServer server = new SimServer(this, ++named);
    servers.add(server);
    return server;
  }

  int nextNode() {
    return ++nodeNumber;
  }

  boolean isCluster() {
    return cluster;
  }

  boolean enabled(Fault fault) {
    return faults.contains(fault);
  }

  Set<Fault> faults() {
    return faults;
  }

  void count(String event) {
    counts.computeIfAbsent(event, e -> new long[1])[0]++;
  }

  boolean remembersBlanks() {
    return remembersBlanks;
  }

  boolean revives() {
    return revives;
  }

  /** Whether there is a source, or blanks, or what is revived. */
  boolean isExtended() {
    return source != null || remembersBlanks || revives;
  }

  /** Drawn for what most worlds do without: at least 0, less than the bound. */
  int extra(int bound) {
    return extras.nextInt(bound);
  }

  /** The source is checked, if there is one. */
  void checkSource(SimServer server, int key) {
    if (source != null) {
      source.check(server, key);
    }
  }

  void markedSource(int key, Held.Writer writer) {
    if (source != null) {
      source.marked(key, writer.endsMicros());
    }
  }

  /** Somebody who has told it has come back. */
  void settleSource(SimServer server, int key) {
    if (source != null) {
      source.settle(server, key);
    }
  }

  /** Says what happens, for who replays a seed. */
  void trace(Supplier<String> event) {
    if (TRACING) {
      System.out.printf("%9d %12.3f ms %s%n", step, time / 1e6, event.get());
    }
  }

  /** Whether a key is hot that is written now. */
  boolean heats(SimServer.@Nullable Stored prior) {
    return heat > 0 && heats.nextInt(100) < (prior != null && prior.hot() ? 80 : heat);
  }

  /** Mostly long; sometimes so short that it ends within the bound. */
  long life(long value) {
    return (value % 5 == 0) ? 700_000 : 60_000_000;
  }

  /** Runs; throws what broke the promise. */
  void run() {
    for (int i = 0; i < CALLERS; i++) {
      callers[i] = new Caller(this, i % NODES, i);
    }
    for (Caller caller : callers) {
      caller.thread.start();
    }
    running = callers[0];
    callers[0].wake();
    for (Caller caller : callers) {
      caller.join();
    }
    Throwable found = failure;
    if (found != null) {
      throw new AssertionError(
          "seed " + seed + " step " + step + (mutant == null ? "" : " without " + mutant), found);
    }
  }

  void fail(Throwable found) {
    if (failure == null) {
      failure = found;
    }
    stop();
  }

  private void stop() {
    stopped = true;
    for (Caller caller : callers) {
      caller.wake();
    }
  }

  boolean isStopped() {
    return stopped;
  }

  boolean isRunning(Caller caller) {
    return running == caller;
  }

  /** Where the protocol may be interrupted. */
  void pause() {
    Caller me = running;
    if (quiet == 0 && !stopped && me != null && random.nextInt(pauseOneIn) == 0) {
      if (random.nextInt(napOneIn) == 0) {
        count("caller paused");
        me.pausedUntil = time + random.nextLong(2_000_000_000L);
      }
      yieldNow();
    }
  }

  /** Lets the world go on. */
  void yieldNow() {
    Caller me = running;
    if (quiet > 0 || stopped || me == null) {
      return;
    }
    for (; ; ) {
      if (++step > steps) {
        stop();
        return;
      }
      Caller next = act();
      if (next == me) {
        return;
      }
      if (next != null) {
        running = next;
        next.wake();
        me.sleep();
        return;
      }
    }
  }

  boolean isWriting() {
    Caller me = running;
    return me != null && me.writing;
  }

  /** How far it has come. */
  long step() {
    return step;
  }

  /** Never the same twice. */
  long nextToken() {
    return ++tokens;
  }

  /** When the running caller has read the source. */
  long loadedAt() {
    Caller me = running;
    return (me == null) ? 0 : me.loadedAt;
  }

  /**
   * Checks what a load brings.
   *
   * @param changedAt the step in which the key was changed last
   * @param loadedAt the step in which the source was read
   */
  void checkFill(int key, long changedAt, long loadedAt) {
    if (stopped) {
      return;
    }
    count("fill checked");
    if (changedAt > loadedAt) {
      throw new AssertionError(
          "loaded before a change, and stored after it: key %d, changed at step %d, loaded at %d"
              .formatted(key, changedAt, loadedAt));
    }
  }

  /** A change of the running caller was executed then. */
  void written(int key, long at) {
    Caller me = running;
    if (me != null) {
      me.executed = at;
    }
  }

  /** One thing happens; the caller who goes on, or null. */
  private @Nullable Caller act() {
    int kind = random.nextInt(100);
    if (random.nextInt(faultEvery) == 0 && !faults.isEmpty()) {
      quietly(befall::strike);
      return null;
    }
    if (kind < 60) {
      Caller caller = callers[random.nextInt(CALLERS)];
      return isUp(caller.on()) && caller.pausedUntil <= time ? caller : null;
    } else if (kind < 74) {
      quietly(this::deliver);
    } else if (kind < 79) {
      quietly(() -> arrive(requests));
    } else if (kind < 84) {
      quietly(() -> arrive(replies));
    } else if (kind < 88) {
      SimNode node = node();
      if (isUp(node)) {
        quietly(node.coherence::tick);
      }
    } else if (kind < 89) {
      quietly(() -> arrive(late));
    } else if (kind < 91) {
      quietly(this::learn);
    } else {
      pass();
    }
    return null;
  }

  private void quietly(Runnable action) {
    quiet++;
    try {
      action.run();
    } finally {
      quiet--;
    }
  }

  SimNode node() {
    return nodes[random.nextInt(NODES)];
  }

  boolean isUp(SimNode node) {
    return node.dead || node.pausedUntil <= time;
  }

  private void deliver() {
    SimNode node = node();
    if (!isUp(node) || node.connections.isEmpty()) {
      return;
    }
    List<SimConnection> all = new ArrayList<>(node.connections.values());
    SimConnection connection = all.get(random.nextInt(all.size()));
    if (connection.heldUntil > time) {
      return;
    }
    for (int i = random.nextInt(4); i >= 0 && !connection.messages.isEmpty(); i--) {
      count("message");
      node.hear(connection);
    }
  }

  private void arrive(List<Delivery> list) {
    if (list.isEmpty()) {
      return;
    }
    int index = random.nextInt(list.size());
    Delivery delivery = list.get(index);
    if (delivery.node == null || isUp(delivery.node)) {
      list.set(index, list.get(list.size() - 1));
      list.remove(list.size() - 1);
      count(index == 0 ? "arrival" : "arrival out of order");
      delivery.arrival.run();
    }
  }

  private void learn() {
    SimNode node = node();
    if (isUp(node)) {
      if (random.nextBoolean()) {
        node.discover();
      } else {
        node.reconnect();
      }
    }
  }

  void pass() {
    int kind = random.nextInt(50);
    long most = (kind == 0) ? 100 * pace : (kind < 10) ? 20 * pace : 5 * pace;
    time += random.nextLong(most);
    servers.forEach(SimServer::expire);
  }

  /** Checks an answer: the value, or {@link Oracle#ABSENT}. */
  void check(int key, long value, long invoked, long ownWrite, SimNode node) {
    long since = Math.max(invoked - BOUND - EXPIRY_SLACK, ownWrite);
    count("checked");
    if (!oracle.held(key, value, since)) {
      boolean old = !oracle.held(key, value, invoked - BOUND - EXPIRY_SLACK);
      throw new AssertionError(
          (old ? "too old" : "own write not read")
              + ": key "
              + key
              + " value "
              + value
              + " invoked "
              + (invoked - time) / 1e6
              + " ms, own write "
              + (ownWrite - time) / 1e6
              + oracle.history(key, time));
    }
  }

  /** A node comes up in the place of another. */
  void replace(int index) {
    nodes[index].die();
    nodes[index] = new SimNode(this);
    nodes[index].discover();
  }

  int nodeCount() {
    return NODES;
  }
}
