package io.nearside.store.remote;

import io.nearside.store.Bus;
import io.nearside.store.Trouble;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisClient;

/**
 * The bus over Redis: a {@link MasterLink} to each master that Redisson knows of. All that they say
 * is handled by one thread, and so are the answers of beats. Thread-safe.
 */
final class RedisBus implements Bus {
  /** Of one master; beyond it, it is taken for lost. */
  private static final int MOST_WAITING = 50_000;

  private final RedissonConnection connection;
  private final BusSettings settings;
  private final Ears ears;
  private final ExecutorService thread = ClientThreads.bus();
  private final ReentrantLock lock = new ReentrantLock();

  /** By address; guarded by the lock, as the next. */
  private final Map<String, MasterLink> links = new HashMap<>();

  /** The same by the client that Redisson has for it. */
  private final Map<RedisClient, MasterLink> byServer = new ConcurrentHashMap<>();

  private boolean closed;
  private volatile @Nullable Hearer hearer;

  /**
   * @param ears where changes go
   */
  RedisBus(RedissonConnection connection, BusSettings settings, Ears ears) {
    this.connection = connection;
    this.settings = settings;
    this.ears = ears;
  }

  @Override
  public void start(Hearer hears) {
    if (hearer != null) {
      throw new IllegalStateException("the bus has been started already");
    }
    hearer = hears;
    tick();
  }

  /** Looks which masters there are; never waits. */
  void tick() {
    Hearer hears = hearer;
    if (hears == null || !connection.isUp() || !lock.tryLock()) {
      return; // whoever has the lock does the same, or closes
    }
    try {
      if (!closed) {
        link(connection.servers(), hears);
        links.values().forEach(MasterLink::tick);
      }
    } finally {
      lock.unlock();
    }
  }

  private void link(Map<RedisClient, MasterLink.ClockWatch> servers, Hearer hears) {
    Map<String, MasterLink> left = new HashMap<>(links);
    servers.forEach((server, watch) -> {
      String address = String.valueOf(server.getConfig().getAddress());
      left.remove(address);
      byServer.put(server, links.computeIfAbsent(address, absent -> link(server, watch, hears)));
    });
    byServer.keySet().retainAll(servers.keySet());
    left.forEach((address, link) -> {
      links.remove(address);
      link.close();
    });
  }

  /** Whom Redisson asks for a slot now; null if nobody, or one that is not linked yet. */
  @Nullable Master master(int slot) {
    RedisClient server = connection.server(slot);
    return (server == null) ? null : byServer.get(server);
  }

  private MasterLink link(RedisClient server, MasterLink.ClockWatch watch, Hearer hears) {
    Route route = new Route(hears);
    MasterLink link =
        new MasterLink(
            settings,
            server,
            new BusLane(server.getConfig().getAddress().toString(), thread, route, MOST_WAITING),
            watch);
    route.from = link;
    return link;
  }

  /** The way of what one master says. */
  private final class Route implements BusLane.Hearing {
    private final Hearer hears;

    /** Set before anything is heard. */
    private @Nullable MasterLink from;

    Route(Hearer hears) {
      this.hears = hears;
    }

    private Master master() {
      if (from == null) {
        throw new IllegalStateException("heard before it was connected");
      }
      return from;
    }

    @Override
    public void subscribed() {
      hears.subscribed(master());
    }

    @Override
    public void lost() {
      hears.lost(master());
    }

    @Override
    public void gone() {
      hears.gone(master());
    }

    @Override
    public void message(byte[] message) {
      Announcement said = Announcement.parse(message);
      if (said instanceof Announcement.Beaten beat) {
        hears.beat(master(), new Beat(beat.runId(), beat.incarnation(), beat.number()));
      } else {
        ears.hear(said);
      }
    }
  }

  @Override
  public CompletionStage<BeatReply> beat(Master master) {
    CompletableFuture<BeatReply> reply = new CompletableFuture<>();
    ((MasterLink) master)
        .beat()
        .whenComplete((answer, failure) ->
            inOrder(() -> {
              if (failure == null) {
                reply.complete(answer);
              } else {
                reply.completeExceptionally(failure);
              }
            }));
    return reply;
  }

  private void inOrder(Runnable event) {
    try {
      thread.execute(event);
    } catch (RejectedExecutionException e) {
      event.run(); // the bus is closed
    }
  }

  @Override
  public List<Trouble> troubles() {
    return byServer.values().stream().map(MasterLink::trouble).filter(Objects::nonNull).toList();
  }

  @Override
  public void resubscribe(Master master) {
    ((MasterLink) master).resubscribe();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      links.values().forEach(MasterLink::close);
      links.clear();
      byServer.clear();
    } finally {
      lock.unlock();
    }
    thread.shutdown();
  }
}
