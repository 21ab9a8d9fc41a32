package io.nearside.simulator;

import io.nearside.coherence.BrokenLinks;
import io.nearside.coherence.Coherence;
import io.nearside.coherence.Coherence.AfterOutage;
import io.nearside.coherence.Proof;
import io.nearside.coherence.Proofs;
import io.nearside.store.Bus;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Clock;
import io.nearside.store.Copies;
import io.nearside.store.Epoch;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalCopies;
import io.nearside.store.tiered.SimulatedFlights;
import io.nearside.store.tiered.TieredSettings;
import io.nearside.store.tiered.TieredSettings.Promotion;
import io.nearside.store.tiered.TieredStore;
import io.nearside.store.tiered.Tiers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A node: the real store, copies and coherence, on a simulated bus and authority. */
final class SimNode implements Bus {
  final World world;
  final Coherence coherence;
  final TieredStore<Integer, Long> store;
  final Clock clock;
  final Queue<Runnable> background = new ArrayDeque<>();
  final Map<SimServer, SimConnection> connections = new LinkedHashMap<>();
  final @Nullable SimServer[] routes = new SimServer[World.PARTITIONS];
  final long[] ownWrites = new long[World.KEYS];
  final int number;
  long pausedUntil;
  boolean dead;

  SimNode(World world) {
    this.world = world;
    this.number = world.nextNode();
    long start = world.random.nextLong(1L << 40);
    this.clock = () -> start + world.time;
    Clock pausing =
        () -> {
          world.pause();
          return clock.nanos();
        };
    Duration promised = Duration.ofNanos(World.BOUND);
    this.coherence =
        (world.mutant == null && number % 2 == 0)
            ? new Coherence(this, promised, clock, AfterOutage.REVALIDATE)
            : links().coherence(this, promised, clock);
    LocalBound bound = new LocalBound(1_000, null, null);
    Copies<Integer, Long> copies =
        new PausingCopies<>(new LocalCopies<>(bound, World.PARTITIONS, clock), false, this);
    Copies<Integer, Boolean> blanks =
        world.remembersBlanks()
            ? new PausingCopies<>(new LocalCopies<>(bound, World.PARTITIONS, clock), true, this)
            : null;
    TieredSettings<Long> settings =
        new TieredSettings<>(
            World.BOUND,
            10_000_000_000L,
            1_000_000_000L,
            value -> true,
            Promotion.AT_ONCE,
            2,
            world.random.nextBoolean() ? 30_000_000_000L : 0);
    this.store =
        SimulatedFlights.store(
            new Tiers<>(
                new SimAuthority(this),
                copies,
                blanks,
                UnaryOperator.identity(),
                proofs(),
                background::add,
                pausing),
            settings,
            world::yieldNow,
            world.mutant != Mutant.FLIGHTS_NOT_DETACHED);
    coherence.start();
    for (int slot = 0; slot < World.PARTITIONS; slot++) {
      routes[slot] = world.owners[slot];
    }
  }

  private BrokenLinks links() {
    Mutant mutant = world.mutant;
    if (mutant == null) {
      return BrokenLinks.NOTHING;
    }
    return switch (mutant) {
      case NO_EPOCH -> BrokenLinks.NO_EPOCH;
      case NO_EPOCH_ON_SUBSCRIPTION -> BrokenLinks.NO_EPOCH_ON_SUBSCRIPTION;
      case NO_INCARNATION -> BrokenLinks.NO_INCARNATION;
      case NUMBER_ONLY -> BrokenLinks.NUMBER_ONLY;
      case ARRIVAL_TIME -> BrokenLinks.ARRIVAL_TIME;
      case OWNERSHIP_IGNORED -> BrokenLinks.OWNERSHIP_IGNORED;
      default -> BrokenLinks.NOTHING;
    };
  }

  /** An epoch that is to be found out when the copy is installed. */
  record LateEpoch(Bus.@Nullable Master master, int slot) implements Epoch {}

  private Proofs proofs() {
    return () -> {
      Proof proof = coherence.now();
      world.pause();
      if (world.mutant == Mutant.LOOKUP_BEFORE_PROOF) {
        return new LateProof(
            proof,
            () -> {
              world.pause();
              return coherence.now();
            });
      }
      return (world.mutant == Mutant.EPOCH_READ_AFTER_SENDING) ? new LateEpochs(proof) : proof;
    };
  }

  /** Is taken only when it is asked. */
  private record LateProof(Proof first, Proofs later) implements Proof {
    @Override
    public boolean holds(Epoch epoch, int slot, long now) {
      return later.now().holds(epoch, slot, now);
    }

    @Override
    public @Nullable Epoch epoch(Bus.@Nullable Master master, int slot) {
      return first.epoch(master, slot);
    }

    @Override
    public long age(Epoch epoch, long now) {
      return first.age(epoch, now);
    }
  }

  private record LateEpochs(Proof proof) implements Proof {
    @Override
    public boolean holds(Epoch epoch, int slot, long now) {
      return proof.holds(epoch, slot, now);
    }

    @Override
    public @Nullable Epoch epoch(Bus.@Nullable Master master, int slot) {
      return new LateEpoch(master, slot);
    }

    @Override
    public long age(Epoch epoch, long now) {
      return proof.age(epoch, now);
    }
  }

  /** Hears the next message of a connection. */
  void hear(SimConnection connection) {
    SimConnection.Message message = connection.messages.poll();
    world.trace(() -> this + " hears of " + connection.server + ": " + message);
    if (message instanceof SimConnection.Confirmed) {
      coherence.subscribed(connection);
    } else if (message instanceof SimConnection.Said said) {
      coherence.beat(connection, said.beat());
      again(() -> coherence.beat(connection, said.beat()));
    } else if (message instanceof SimConnection.Told told) {
      store.changed(told.key(), told.identity());
      again(() -> store.changed(told.key(), told.identity()));
    } else if (message instanceof SimConnection.Cleared cleared) {
      store.cleared(cleared.partition(), cleared.generation());
      again(() -> store.cleared(cleared.partition(), cleared.generation()));
    }
  }

  private void again(Runnable message) {
    if (world.random.nextInt(30) == 0) {
      world.count("message duplicated");
      message.run();
    }
  }

  /** Gets to know servers, and that some are gone. */
  void discover() {
    for (SimServer server : world.servers) {
      if (server.up && !connections.containsKey(server)) {
        SimConnection connection = new SimConnection(this, server);
        connections.put(server, connection);
        connection.subscribe();
      }
    }
    connections
        .values()
        .removeIf(connection -> {
          if (world.servers.contains(connection.server)) {
            return false;
          }
          connection.cut();
          coherence.gone(connection);
          return true;
        });
    for (int slot = 0; slot < World.PARTITIONS; slot++) {
      if (routes[slot] == null || world.random.nextInt(4) == 0) {
        routes[slot] = world.owners[slot];
      }
    }
  }

  /** Subscribes anew where the connection is cut. */
  void reconnect() {
    for (SimConnection connection : connections.values()) {
      if (connection.cut && connection.server.up) {
        world.trace(() -> this + " subscribes again at " + connection.server);
        coherence.lost(connection);
        connection.subscribe();
        world.count("resubscribed");
      }
    }
  }

  void die() {
    dead = true;
    connections.values().forEach(SimConnection::cut);
  }

  @Override
  public void start(Hearer hearer) {}

  @Override
  public CompletionStage<BeatReply> beat(Master master) {
    SimServer server = ((SimConnection) master).server;
    CompletableFuture<BeatReply> reply = new CompletableFuture<>();
    if (world.random.nextInt(50) == 0) {
      return reply; // lost
    }
    world.requests.add(
        new World.Delivery(
            null,
            () -> {
              if (server.up && (server.accepting || world.mutant == Mutant.BEAT_NOT_KEYED)) {
                BeatReply answer = server.beat();
                world.trace(() -> this + " beats at " + server + ": " + answer);
                world.replies.add(
                    new World.Delivery(
                        this,
                        () -> {
                          world.trace(() -> this + " gets of " + server + ": " + answer);
                          reply.complete(answer);
                        }));
              }
            }));
    return reply;
  }

  @Override
  public void resubscribe(Master master) {
    ((SimConnection) master).cut();
    world.count("deaf");
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "node" + Integer.toHexString(number);
  }
}
