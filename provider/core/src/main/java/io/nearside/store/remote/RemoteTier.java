package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.codec.KeyCodec;
import io.nearside.codec.ValueCodec;
import io.nearside.config.CacheSettings;
import io.nearside.config.RemoteSettings;
import io.nearside.observe.Recorder;
import io.nearside.observe.RemoteFigures;
import io.nearside.observe.ServerFigures;
import io.nearside.resilience.GuardSettings;
import io.nearside.store.Authority;
import io.nearside.store.Bus;
import io.nearside.store.Clock;
import io.nearside.store.Keeping;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.SystemRandom;
import io.nearside.store.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of one cache manager: its connection, and what makes the remote stores of its caches.
 * Thread-safe.
 */
public final class RemoteTier implements AutoCloseable {
  /** Of scripts that store nothing. */
  private static final long NO_GRACE = 0;

  /** At once; a master's other calls are to find room too. */
  private static final int CALLS_WITHOUT_THREADS = GuardSettings.CALLS_IN_FLIGHT / 2;

  private final String namespace;
  private final int partitions;
  private final long timeoutNanos;
  private final RedissonConnection connection;
  private final CheckedConnection checked;
  private final Clock clock;
  private final Executor background;

  /** One after the other: they take long, and what is due meanwhile must not wait for them. */
  private final Executor sweeps;

  private final Door door = new Door(CALLS_WITHOUT_THREADS);

  private final ExecutorService teller = ClientThreads.teller();

  private final Ears ears = new Ears();
  private final SharedOrders orders;
  private volatile @Nullable RedisBus bus;
  private volatile @Nullable ServerWatch serverWatch;

  /** Of this manager, so that it knows its own events. */
  private final long origin = SystemRandom.INSTANCE.nextLong();

  private RemoteTier(
      RemoteSettings settings, RedissonConnection connection, Clock clock, Executor background) {
    this.namespace = settings.namespace();
    this.partitions = settings.partitions();
    this.timeoutNanos = settings.timeout().toNanos();
    this.connection = connection;
    this.checked = new CheckedConnection(connection, namespace, partitions, clock);
    this.orders = new SharedOrders(checked, namespace);
    this.clock = clock;
    this.background = background;
    this.sweeps = new OneByOne(background);
  }

  /**
   * Starts to connect, and returns at once.
   *
   * @param background runs what calls Redis, and may wait for it for some seconds, without a caller
   * @param recorder is told of calls
   * @throws javax.cache.CacheException if no client can be made of the settings
   */
  public static RemoteTier open(
      RemoteSettings settings, Clock clock, Executor background, Recorder recorder) {
    return new RemoteTier(
        settings, RedissonConnection.open(settings, clock, recorder), clock, background);
  }

  /** How a cache's keys and values become bytes. */
  public record Codecs(KeyCodec keys, ValueCodec values) {}

  /**
   * The store of one cache. Its first call of Redis throws a {@link javax.cache.CacheException} if
   * the namespace was made with another number of partitions.
   *
   * @param recorder is told what it does
   */
  public <K, V> Store<K, V> store(
      CacheSettings<K, V> settings,
      Codecs codecs,
      StoreObserver<K, V> observer,
      Recorder recorder) {
    return store(settings, codecs, observer, recorder, checked);
  }

  /**
   * As {@link #store}, for a cache with copies: what it answers to reads is fenced, and what it
   * announces is told to its hearer while the {@link #bus} runs.
   */
  public <K, V> Authority<K, V> authority(
      CacheSettings<K, V> settings,
      Codecs codecs,
      StoreObserver<K, V> observer,
      Recorder recorder) {
    return store(settings, codecs, observer, recorder, new FencedConnection(checked));
  }

  private <K, V> RemoteStore<K, V> store(
      CacheSettings<K, V> settings,
      Codecs codecs,
      StoreObserver<K, V> observer,
      Recorder recorder,
      RemoteConnection way) {
    StoreSettings own =
        new StoreSettings(
            settings.name(),
            codecs.keys(),
            codecs.values(),
            settings.remote().failSafe(),
            LeaseTerms.of(settings.load()),
            settings.writeBehind() == null
                ? null
                : QueueSettings.of(settings.writeBehind(), partitions),
            settings.notFound() == null ? null : BlankSettings.of(settings.notFound(), partitions),
            Keeping.of(settings.load()));
    Layout layout =
        new Layout(namespace, settings.name(), settings.remote().schemaVersion(), partitions);
    String events =
        settings.remote().clusterEvents()
            ? Channels.events(namespace, settings.name(), settings.remote().schemaVersion())
            : null;
    if (settings.remote().timestamps()) {
      warnOfEviction(settings.name(), layout);
    }
    return store(own, layout, new Watching<>(observer, recorder), events, way);
  }

  /** As soon as Redis is there; once. */
  private void warnOfEviction(String cacheName, Layout layout) {
    ScriptCalls calls =
        new ScriptCalls(
            checked, clock, Channels.of(Layout.escaped(namespace), null, origin), NO_GRACE);
    Evictions evictions = new Evictions(calls, layout);
    connection.onConnected(() -> background.execute(() -> evictions.warn(cacheName)));
  }

  <K, V> RemoteStore<K, V> store(
      StoreSettings settings, Layout layout, StoreObserver<K, V> observer) {
    return store(settings, layout, new Watching<>(observer, Recorder.NONE), null, checked);
  }

  /** As {@link #store} with the same arguments, fenced. */
  <K, V> RemoteStore<K, V> authority(
      StoreSettings settings, Layout layout, StoreObserver<K, V> observer) {
    return store(
        settings,
        layout,
        new Watching<>(observer, Recorder.NONE),
        null,
        new FencedConnection(checked));
  }

  /** Who is told what a store does. */
  record Watching<K, V>(StoreObserver<K, V> observer, Recorder recorder) {}

  /**
   * @param events the channel for events; null if those of other nodes are not told
   */
  <K, V> RemoteStore<K, V> store(
      StoreSettings settings,
      Layout layout,
      Watching<K, V> watching,
      @Nullable String events,
      RemoteConnection way) {
    StoreObserver<K, V> observer = watching.observer;
    RemoteCounters counters = new RemoteCounters(settings.cacheName(), observer);
    ClusterEvents.Feed feed = (events == null) ? null : feed(events, counters);
    StoreParts<K, V> parts =
        new StoreParts<>(
            settings,
            layout,
            way,
            new Scripts(
                way,
                clock,
                Channels.of(Layout.escaped(namespace), events, origin),
                settings.keeping().longest() / 1_000_000),
            clock,
            SystemRandom.INSTANCE,
            observer,
            new KeyOrder(observer, feed == null ? null : feed.order(), clock, timeoutNanos),
            new Entries<>(settings, layout, counters, watching.recorder),
            ears,
            this::master,
            new Unsaid(layout.partitions()),
            counters,
            new LoadEnds(layout.loads(), connection, clock),
            door,
            timeoutNanos,
            watching.recorder);
    return new RemoteStore<>(parts, background, sweeps, connection.client(), feed);
  }

  private Bus.@Nullable Master master(int slot) {
    RedisBus all = bus;
    return (all == null) ? null : all.master(slot);
  }

  private ClusterEvents.Feed feed(String channel, RemoteCounters counters) {
    EventOrder order = new EventOrder(origin, teller, timeoutNanos, counters);
    return new ClusterEvents.Feed(channel, order, connection);
  }

  /**
   * Makes the bus of all its caches; once.
   *
   * @param beat how often a node asks a master for a beat
   */
  public Bus bus(Duration beat) {
    String escaped = Layout.escaped(namespace);
    BusSettings settings =
        new BusSettings(
            Channels.of(escaped, null, origin).announcements(connection.clustered()),
            escaped,
            connection.clustered(),
            new SlotTags(connection::slot),
            beat.toMillis() * 4 / 5,
            Math.max(timeoutNanos / 1_000_000, beat.toMillis()),
            clock,
            SystemRandom.INSTANCE);
    RedisBus made = new RedisBus(connection, settings, ears);
    bus = made;
    return made;
  }

  /** What operators have ordered for all nodes; never waits. Fails as calls of Redis do. */
  public CompletableFuture<Map<String, String>> orders() {
    return connection.isUp()
        ? orders.look(clock.nanos() + timeoutNanos)
        : CompletableFuture.failedFuture(
            new RemoteUnavailableException(namespace + ": not connected yet", false, null));
  }

  /**
   * Notes an order for all nodes.
   *
   * @param order empty takes it back
   * @return all orders now
   * @throws io.nearside.RemoteUnavailableException if Redis can't be told
   */
  public Map<String, String> order(String about, String order) {
    return orders.give(about, order);
  }

  /** What it can't do now; asks nobody. */
  public List<Trouble> troubles() {
    return connection.troubles();
  }

  RemoteConnection connection() {
    return checked;
  }

  /** Of each cache of the namespace. */
  public int partitions() {
    return partitions;
  }

  /** What an operation may wait for Redis, in nanoseconds. */
  public long timeoutNanos() {
    return timeoutNanos;
  }

  /** What there is to show of its connections. */
  public RemoteFigures figures() {
    return new MasterFigures(connection::masters);
  }

  /**
   * Has the masters asked for their own figures at intervals, by one node of the namespace.
   *
   * @param told what they said; nothing if another node asks, or Redis is away; must not block
   */
  public void watchServers(Duration interval, Consumer<List<ServerFigures>> told) {
    serverWatch = new ServerWatch(connection, namespace, interval, clock, told);
  }

  /** What is due now and then; never waits for Redis. */
  public void tick() {
    checked.tick();
    ServerWatch watch = serverWatch;
    if (watch != null) {
      watch.tick();
    }
    RedisBus running = bus;
    if (running != null) {
      running.tick();
    }
  }

  /**
   * Runs when Redis has been reached for the first time; at once if it has.
   *
   * @param listener must not wait for Redis
   */
  public void onConnected(Runnable listener) {
    connection.onConnected(listener);
  }

  /** Closes the connection, unless it is the application's own client. */
  @Override
  public void close() {
    RedisBus running = bus;
    if (running != null) {
      running.close();
    }
    connection.close();
    teller.shutdownNow();
  }
}
