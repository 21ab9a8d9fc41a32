package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.config.RemoteSettings;
import io.nearside.observe.Recorder;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import io.nearside.resilience.Ailment;
import io.nearside.resilience.Ambient;
import io.nearside.resilience.Guard;
import io.nearside.resilience.GuardSettings;
import io.nearside.resilience.Request;
import io.nearside.store.Clock;
import io.nearside.store.SystemRandom;
import io.nearside.store.Trouble;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.client.RedisClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.decoder.ListScanResult;
import org.redisson.connection.MasterSlaveEntry;

/**
 * Redis through Redisson's command executor, below its objects: those add a batch or a script
 * object to every call.
 */
final class RedissonConnection implements RemoteConnection {
  private final RemoteClients.Lease lease;
  private final RemoteSettings settings;
  private final Clock clock;
  private final Recorder recorder;
  private final Commands commands;
  private final Connector connector;
  private final ScriptSender scripts = new ScriptSender();
  private final Map<MasterSlaveEntry, Master> masters = new ConcurrentHashMap<>();
  private final List<Runnable> recoveryListeners = new CopyOnWriteArrayList<>();

  private RedissonConnection(
      RemoteClients.Lease lease, RemoteSettings settings, Clock clock, Recorder recorder) {
    this.lease = lease;
    this.settings = settings;
    this.clock = clock;
    this.recorder = recorder;
    this.commands = new Commands(lease.client(), settings.timeout());
    this.connector =
        new Connector(
            settings.endpoint() + "",
            commands.executor(),
            Channels.start(settings.namespace()),
            clock.nanos());
  }

  /**
   * Starts to connect, and returns at once.
   *
   * @param recorder is told of calls
   * @throws javax.cache.CacheException if no client can be made of the settings
   */
  static RedissonConnection open(RemoteSettings settings, Clock clock, Recorder recorder) {
    RemoteClients.Lease lease = RemoteClients.lease(settings);
    try {
      RedissonConnection connection = new RedissonConnection(lease, settings, clock, recorder);
      connection.connector.start();
      return connection;
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  /** Redisson's client, which closes with this connection if it is not the application's own. */
  Redisson client() {
    return lease.client();
  }

  @Override
  public boolean clustered() {
    return commands.clustered();
  }

  @Override
  public @Nullable Object eval(Script script, List<String> keys, List<byte[]> arguments) {
    Master master = master(scripts.request(script), keys.get(0));
    return master.guard.call(
        scripts.request(script),
        timeoutNanos(),
        () -> scripts.send(commands, master.entry, script, keys, arguments));
  }

  @Override
  @SuppressWarnings("NullAway") // a guard passes on what it is given, nothing included
  public CompletableFuture<@Nullable Object> evalAsync(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    Request request = scripts.request(script);
    try {
      Master master = master(request, keys.get(0));
      return master.guard.callAsync(
          request,
          end - clock.nanos(),
          () -> scripts.send(commands, master.entry, script, keys, arguments));
    } catch (RemoteUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Replicated<Object> evalReplicated(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    Request request = scripts.request(script);
    CompletableFuture<Replication> replication = new CompletableFuture<>();
    try {
      Master master = master(request, keys.get(0));
      ReplicaCalls.Words words = scripts.words(script, keys, arguments);
      return new Replicated<>(
          master.guard.callAsync(
              request,
              end - clock.nanos(),
              () ->
                  master
                      .replicaCalls
                      .send(master.entry, words, end - clock.nanos())
                      .into(replication)),
          replication);
    } catch (RemoteUnavailableException e) {
      return new Replicated<>(CompletableFuture.failedFuture(e), replication);
    }
  }

  @Override
  public List<byte @Nullable []> read(List<String> keys) {
    Master master = master(Commands.READ, keys.get(0));
    Object[] names = keys.toArray();
    return master.guard.call(Commands.READ, timeoutNanos(), () -> master.reads.read(names));
  }

  @Override
  public List<byte @Nullable []> fetch(List<String> keys) {
    Master master = master(Commands.READ, keys.get(0));
    Object[] names = keys.toArray();
    return master.guard.call(Commands.READ, timeoutNanos(), () -> master.fetches.read(names));
  }

  @Override
  public boolean isAtHand() {
    return connector.isUp();
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> readAsync(List<String> keys) {
    return readAsync(keys, master -> master.reads);
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> fetchAsync(List<String> keys) {
    return readAsync(keys, master -> master.fetches);
  }

  private CompletableFuture<List<byte @Nullable []>> readAsync(
      List<String> keys, Function<Master, ReadCombiner> way) {
    try {
      Master master = master(Commands.READ, keys.get(0));
      Object[] names = keys.toArray();
      return master.guard.callAsync(
          Commands.READ, timeoutNanos(), () -> way.apply(master).read(names));
    } catch (RemoteUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> readAll(List<List<String>> groups) {
    return readAll(groups, Reading.PLAIN);
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> fetchAll(List<List<String>> groups) {
    return readAll(groups, Reading.FENCED);
  }

  @Override
  public CompletableFuture<List<@Nullable List<byte @Nullable []>>> readAllAsync(
      List<List<String>> groups, long nanos) {
    return readAllAsync(groups, Reading.PLAIN, nanos);
  }

  @Override
  public CompletableFuture<List<@Nullable List<byte @Nullable []>>> fetchAllAsync(
      List<List<String>> groups, long nanos) {
    return readAllAsync(groups, Reading.FENCED, nanos);
  }

  private CompletableFuture<List<@Nullable List<byte @Nullable []>>> readAllAsync(
      List<List<String>> groups, Reading reading, long nanos) {
    List<@Nullable List<byte @Nullable []>> results = nothing(groups.size());
    return readAll(groups, reading, results, nanos).thenApply(failure -> results(results, failure));
  }

  private List<@Nullable List<byte @Nullable []>> readAll(
      List<List<String>> groups, Reading reading) {
    List<@Nullable List<byte @Nullable []>> results = nothing(groups.size());
    return results(results, await(readAll(groups, reading, results, timeoutNanos())));
  }

  private static List<@Nullable List<byte @Nullable []>> nothing(int groups) {
    return new ArrayList<>(Collections.nCopies(groups, null));
  }

  @SuppressWarnings("unchecked") // the codec makes nothing but byte[]
  private CompletableFuture<@Nullable Throwable> readAll(
      List<List<String>> groups,
      Reading reading,
      List<@Nullable List<byte @Nullable []>> results,
      long nanos) {
    Bulk bulk =
        new Bulk(
            commands,
            Commands.READ,
            reading,
            (items, reply) -> share(items, (List<byte @Nullable []>) reply, results));
    return bulk.run(work(Commands.READ, groups), nanos);
  }

  private static List<@Nullable List<byte @Nullable []>> results(
      List<@Nullable List<byte @Nullable []>> results, @Nullable Throwable failure) {
    if (failure instanceof RemoteUnavailableException e
        && results.stream().noneMatch(Objects::nonNull)) {
      e.fillInStackTrace();
      throw e;
    }
    return results;
  }

  private static void share(
      List<Bulk.Item> items,
      List<byte @Nullable []> values,
      List<@Nullable List<byte @Nullable []>> results) {
    int at = 0;
    for (Bulk.Item item : items) {
      results.set(item.index(), values.subList(at, at + item.keys().size()));
      at += item.keys().size();
    }
  }

  /** Each future within is bounded, so this is. */
  private static @Nullable Throwable await(CompletableFuture<@Nullable Throwable> all) {
    try {
      return all.get();
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteUnavailableException(
          "the thread that waited for redis was interrupted", Reason.UNREACHABLE, true, null);
    }
  }

  /** Groups whose slot has no master now are left out. */
  private Map<Master, List<Bulk.Item>> work(Request request, List<List<String>> groups) {
    awaitConnector(request);
    Map<Master, List<Bulk.Item>> work = new LinkedHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      int slot = slot(groups.get(i).get(0));
      Master master = masterOf(slot);
      if (master != null) {
        work.computeIfAbsent(master, absent -> new ArrayList<>())
            .add(new Bulk.Item(i, slot, groups.get(i)));
      }
    }
    return work;
  }

  @Override
  public ScanPage scan(ScanCursor cursor, String pattern, int count) {
    awaitConnector(Commands.SCAN);
    List<MasterSlaveEntry> entries = entries();
    if (cursor.master() < 0 || cursor.master() >= entries.size()) {
      return new ScanPage(List.of(), ScanCursor.END);
    }
    Master master = of(entries.get(cursor.master()));
    ListScanResult<String> result =
        master.guard.call(
            Commands.SCAN,
            () ->
                commands
                    .executor()
                    .<ListScanResult<String>, ListScanResult<String>>writeAsync(
                        master.entry,
                        StringCodec.INSTANCE,
                        RedisCommands.SCAN,
                        cursor.cursor(),
                        "MATCH",
                        pattern,
                        "COUNT",
                        count)
                    .toCompletableFuture());
    List<String> keys = List.copyOf(new HashSet<>(result.getValues()));
    return new ScanPage(keys, next(cursor, result.getPos(), entries.size()));
  }

  private static ScanCursor next(ScanCursor cursor, String position, int masters) {
    if (!position.equals("0")) {
      return new ScanCursor(cursor.master(), position);
    }
    return cursor.master() + 1 < masters
        ? new ScanCursor(cursor.master() + 1, "0")
        : ScanCursor.END;
  }

  private List<MasterSlaveEntry> entries() {
    Collection<MasterSlaveEntry> entries = commands.manager().getEntrySet();
    return entries.stream()
        .distinct()
        .sorted(Comparator.comparing(RedissonConnection::address))
        .toList();
  }

  private static String address(MasterSlaveEntry entry) {
    return entry.getClient().getConfig().getAddress().toString();
  }

  @Override
  public long unlink(List<String> keys) {
    if (keys.isEmpty()) {
      return 0;
    }
    LongAdder unlinked = new LongAdder();
    Bulk bulk =
        new Bulk(
            commands,
            Commands.UNLINK,
            RedisCommands.UNLINK,
            (items, reply) -> unlinked.add((Long) reply));
    Throwable failure =
        await(
            bulk.run(work(Commands.UNLINK, keys.stream().map(List::of).toList()), timeoutNanos()));
    if (failure instanceof RuntimeException e) {
      e.fillInStackTrace();
      throw e;
    }
    return unlinked.sum();
  }

  @Override
  public ServerClock serverClock(String key) {
    return master(Commands.TIME, key).knownClock(timeoutNanos());
  }

  @Override
  public CompletableFuture<ServerClock> serverClockAsync(String key) {
    try {
      return master(Commands.TIME, key).clockAsync();
    } catch (RemoteUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void awaitConnector(Request request) {
    if (connector.isUp()) {
      return;
    }
    Running waiting = recorder.begin(Step.QUEUE, "connect");
    try {
      connector.await(request.what(), timeoutNanos());
    } finally {
      Running.end(waiting, null);
    }
  }

  private Master master(Request request, String key) {
    awaitConnector(request);
    Master master = masterOf(slot(key));
    if (master == null) {
      throw new RemoteUnavailableException(
          settings.endpoint()
              + ": "
              + request.what()
              + ": no master has the slot of the key; see whether the cluster is complete",
          Reason.REFUSED,
          false,
          null);
    }
    return master;
  }

  @Override
  public int slot(String key) {
    return commands.clustered() ? commands.manager().calcSlot(key) : 0;
  }

  private @Nullable Master masterOf(int slot) {
    MasterSlaveEntry entry = commands.manager().getWriteEntry(slot);
    return entry == null ? null : of(entry);
  }

  private Master of(MasterSlaveEntry entry) {
    Master known = masters.get(entry);
    return known != null ? known : masters.computeIfAbsent(entry, this::create);
  }

  private Master create(MasterSlaveEntry entry) {
    Guard guard =
        new Guard(
            () -> "redis at " + address(entry),
            new GuardSettings(
                settings.timeout(), GuardSettings.CALLS_IN_FLIGHT, settings.circuitBreaker()),
            Failures::diagnose,
            new Ambient(clock::nanos, SystemRandom.INSTANCE),
            recorder);
    guard.onRecovery(() -> recoveryListeners.forEach(Runnable::run));
    return new Master(
        entry,
        guard,
        commands,
        clock,
        new ReplicaCalls(commands, clock, settings.poolMaximum(), recorder));
  }

  @Override
  public long timeoutNanos() {
    return CallTime.left(clock, commands.timeoutNanos());
  }

  @Override
  public void tick() {
    if (!connector.isUp()) {
      return;
    }
    if (masters.size() > 1) {
      masters.keySet().retainAll(new HashSet<>(commands.manager().getEntrySet()));
    }
    masters.values().forEach(Master::tick);
  }

  @Override
  public List<Trouble> troubles() {
    Trouble unreached = connector.trouble();
    if (unreached != null) {
      return List.of(unreached);
    }
    List<Trouble> all = new ArrayList<>();
    for (Master master : masters.values()) {
      for (Ailment ailment : master.guard.ailments()) {
        all.add(new Trouble(ailment.kind(), address(master.entry), ailment.since(), ailment.why()));
      }
    }
    return all;
  }

  @Override
  public void onRecovery(Runnable listener) {
    recoveryListeners.add(listener);
  }

  @Override
  public void onConnected(Runnable listener) {
    connector.whenUp(listener);
  }

  /** The servers that are masters now, and who learns the time of each; none before it is up. */
  Map<RedisClient, MasterLink.ClockWatch> servers() {
    Map<RedisClient, MasterLink.ClockWatch> servers = new LinkedHashMap<>();
    for (MasterSlaveEntry entry : connector.isUp() ? entries() : List.<MasterSlaveEntry>of()) {
      RedisClient server = entry.getClient();
      servers.put(
          server, (sent, received, micros) -> of(entry).observe(server, sent, received, micros));
    }
    return servers;
  }

  /** The master that is asked for a slot; null if none is known. */
  @Nullable RedisClient server(int slot) {
    MasterSlaveEntry entry = connector.isUp() ? commands.manager().getWriteEntry(slot) : null;
    return (entry == null) ? null : entry.getClient();
  }

  /** The masters that have been asked for anything. */
  Collection<Master> masters() {
    return masters.values();
  }

  /** What each master says of itself, by host and port; only once it {@linkplain #isUp is up}. */
  Map<String, CompletableFuture<String>> infos() {
    Map<String, CompletableFuture<String>> infos = new LinkedHashMap<>();
    for (MasterSlaveEntry entry : entries()) {
      infos.put(
          entry.getClient().getConfig().getAddress().getHost()
              + ":"
              + entry.getClient().getConfig().getAddress().getPort(),
          commands.info(entry));
    }
    return infos;
  }

  /** Whether the server has been reached. */
  boolean isUp() {
    return connector.isUp();
  }

  /** Listens to a channel; only once the server {@linkplain #isUp has been reached}. */
  Subscription subscribe(String channel, Subscription.Receiver receiver) {
    return new Subscription(commands.manager().getSubscribeService(), channel, receiver);
  }

  @Override
  public void close() {
    connector.close();
    lease.close();
  }
}
