package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.EntryView.Freshness;
import io.nearside.EntryView.Tier;
import io.nearside.Nearside;
import io.nearside.NearsideCache;
import io.nearside.NearsideHealth;
import io.nearside.NearsideHealth.Problem;
import io.nearside.NearsideManager;
import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes with the same caches, one of each kind in each mode. The first goes to Redis through a
 * proxy and is looked at while something fails; the second prepares and checks.
 */
final class FaultBed implements AutoCloseable {
  /** Of one remote call of the first node, and how old its copies may be. */
  static final Duration TIMEOUT = Duration.ofMillis(100);

  private static final Duration BOUND = Duration.ofMillis(500);
  private static final Duration LIFE = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** What is written more than ten times a second is not copied any more. */
  static final Duration PAUSE = Duration.ofMillis(200);

  /** Of these, the keys of the master that fails are used. */
  private static final int KEYS = 80;

  private static final int MASTERS = 3;

  /** What a cache does while its remote tier is away. */
  enum Mode {
    SOURCE("fail-safe"),
    COPIES("fail-safe, `reads: copies`"),
    FAST("fail-fast");

    final String title;

    Mode(String title) {
      this.title = title;
    }
  }

  /** What a cache is made for. */
  enum Kind {
    /** Has neither loader nor writer. */
    PLAIN,
    /** The same, to be emptied. */
    CLEARED,
    /** Has a loader, and no entry. */
    LOADED,
    /** Has a loader, and entries whose time is over, which may stand in. */
    KEPT,
    /** Has a writer. */
    WRITTEN
  }

  final Topology topology;
  final RedisServer server;
  final @Nullable TcpProxy cutter;
  final @Nullable RedisCluster cluster;
  final SourceOfFaults source = new SourceOfFaults();
  private final String namespace = "faults-" + UUID.randomUUID();
  private final CacheManager here;
  private final CacheManager there;
  private final Map<String, List<String>> keys = new HashMap<>();
  private @Nullable Thread reload;

  private FaultBed(
      Topology topology,
      RedisServer server,
      @Nullable TcpProxy cutter,
      @Nullable RedisCluster cluster,
      Map<String, String> settings) {
    this.topology = topology;
    this.server = server;
    this.cutter = cutter;
    this.cluster = cluster;
    String direct = (cluster == null) ? server.address() : cluster.address();
    this.here = node((cutter == null) ? direct : cutter.address(), settings);
    this.there = node(direct, Map.of("remote.timeout", "2s"));
    for (Mode mode : modes()) {
      for (Kind kind : Kind.values()) {
        here.createCache(name(mode, kind), configuration(mode, kind).statistics(true).build());
        there.createCache(name(mode, kind), configuration(mode, kind).statistics(false).build());
      }
    }
    for (CacheManager node : List.of(here, there)) { // who is fail-safe would not tell
      Cache<String, String> cache =
          node.getCache(name(Mode.FAST, Kind.PLAIN), String.class, String.class);
      await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> cache.put("k0", "old"));
    }
  }

  static FaultBed ofOneServer(Topology topology, Map<String, String> settings) throws IOException {
    RedisServer server =
        RedisServer.start(
            "--enable-debug-command", "yes", "--maxmemory-policy", "noeviction", "--hz", "100");
    return new FaultBed(topology, server, TcpProxy.to(server), null, settings);
  }

  static FaultBed ofCluster(Topology topology, Map<String, String> settings) throws IOException {
    RedisCluster cluster = RedisCluster.start(MASTERS, 0, "--cluster-require-full-coverage", "no");
    return new FaultBed(topology, cluster.nodes().get(0), null, cluster, settings);
  }

  private CacheManager node(String address, Map<String, String> settings) {
    Nearside.Builder builder =
        Nearside.builder()
            .address(address)
            .namespace(namespace)
            .set("remote.timeout", TIMEOUT.toMillis() + "ms")
            .set("remote.partitions", cluster == null ? "8" : "64")
            .set("coherence.bound", BOUND.toMillis() + "ms");
    settings.forEach(builder::set);
    return builder.build();
  }

  private static String name(Mode mode, Kind kind) {
    return (mode + "-" + kind).toLowerCase(Locale.ROOT);
  }

  private NearsideConfigurationBuilder<String, String> configuration(Mode mode, Kind kind) {
    NearsideConfigurationBuilder<String, String> builder =
        NearsideConfiguration.builder(String.class, String.class).topology(topology);
    switch (mode) {
      case SOURCE -> builder.failSafe();
      case COPIES -> builder.failSafe().staleReads(Duration.ofMinutes(1));
      case FAST -> builder.failFast();
    }
    switch (kind) {
      case PLAIN, CLEARED -> builder.eternal();
      case LOADED ->
          builder
              .eternal()
              .loader(source)
              .load(load -> load.hardTimeout(SourceOfFaults.HARD_TIMEOUT));
      case KEPT ->
          builder
              .timeToLive(LIFE)
              .loader(source)
              .load(load -> load.hardTimeout(SourceOfFaults.HARD_TIMEOUT))
              .staleIfError(Duration.ofHours(1))
              .throttle(Duration.ofMillis(1));
      case WRITTEN -> builder.eternal().writer(source);
    }
    return builder;
  }

  /** Those that there are in the topology. */
  List<Mode> modes() {
    return hasCopies() ? List.of(Mode.values()) : List.of(Mode.SOURCE, Mode.FAST);
  }

  private boolean hasCopies() {
    return topology == Topology.TWO_TIER;
  }

  TcpProxy proxy() {
    return java.util.Objects.requireNonNull(cutter, "there is no proxy of a cluster");
  }

  Cache<String, String> here(Mode mode, Kind kind) {
    return here.getCache(name(mode, kind), String.class, String.class);
  }

  Cache<String, String> there(Mode mode, Kind kind) {
    return there.getCache(name(mode, kind), String.class, String.class);
  }

  /** Keys of a cache that the server which is to fail holds. */
  List<String> keys(Mode mode, Kind kind, int first, int count) {
    return keys.get(name(mode, kind)).subList(first, first + count);
  }

  /** What the first node counts for a cache. */
  long count(Mode mode, Kind kind, String attribute) {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    String uri = here.getURI().toString().replaceAll(".*=", "");
    try {
      ObjectName all =
          new ObjectName("javax.cache:type=CacheStatistics,Cache=" + name(mode, kind) + ",*");
      ObjectName own =
          beans.queryNames(all, null).stream()
              .filter(bean -> bean.getKeyProperty("CacheManager").contains(uri))
              .findFirst()
              .orElseThrow();
      return (Long) beans.getAttribute(own, attribute);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Fills all caches anew with {@code old}.
   *
   * @param copied whether the first node is to have copies, if it can
   */
  void prepare(boolean copied) throws IOException {
    Set<String> candidates =
        IntStream.range(0, cluster == null ? KEYS : MASTERS * 4 * KEYS)
            .mapToObj(i -> "k" + i)
            .collect(Collectors.toSet());
    Map<String, String> old = candidates.stream().collect(Collectors.toMap(k -> k, k -> "old"));
    for (Mode mode : modes()) {
      for (Kind kind : Kind.values()) {
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .untilAsserted(() -> there(mode, kind).putAll(old));
      }
    }
    for (Mode mode : modes()) {
      for (Kind kind : Kind.values()) {
        keys.put(name(mode, kind), keysOf(name(mode, kind)));
      }
      there(mode, Kind.LOADED).removeAll(candidates);
      if (copied && hasCopies()) {
        awaitCopies(mode, Kind.PLAIN);
        awaitCopies(mode, Kind.CLEARED);
        awaitCopies(mode, Kind.WRITTEN);
      }
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> candidates.stream().noneMatch(here(mode, Kind.KEPT)::containsKey));
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> candidates.stream().noneMatch(here(mode, Kind.LOADED)::containsKey));
    }
  }

  /** The keys of a cache that the server holds, in an order. */
  private List<String> keysOf(String cache) throws IOException {
    return server.keys("{" + namespace + ":" + cache + ":*}:s*").stream()
        .map(name -> name.substring(name.lastIndexOf('k')))
        .sorted()
        .toList();
  }

  /** The names of all entries. */
  List<String> entries() throws IOException {
    return server.keys("{" + namespace + ":*}:s*");
  }

  private void awaitCopies(Mode mode, Kind kind) {
    Cache<String, String> cache = here(mode, kind);
    Set<String> all = new HashSet<>(keys.get(name(mode, kind)));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() ->
            cache.getAll(all).size() == all.size()
                && all.stream().allMatch(key -> isFresh(cache, key)));
  }

  /** Whether the first node sees an entry as it is to, in a copy if it can. */
  private boolean isFresh(Cache<String, String> cache, String key) {
    EntryView<String> view = own(cache).entry(key);
    return view != null
        && view.value().equals("old")
        && view.tier() == (hasCopies() ? Tier.LOCAL : Tier.REMOTE)
        && view.freshness() == Freshness.FRESH;
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> own(Cache<String, String> cache) {
    return cache.unwrap(NearsideCache.class);
  }

  /** What is written to see whether that works, so often that its copy may be cooling. */
  private String copied(Mode mode) {
    return spare(mode, 0);
  }

  /** What is written while something fails. */
  private String touched(Mode mode) {
    return spare(mode, 1);
  }

  /** A key that no deed uses. */
  private String spare(Mode mode, int which) {
    List<String> all = keys.get(name(mode, Kind.PLAIN));
    return all.get(all.size() - 1 - which);
  }

  /** Waits until copies of the first node can't be proved fresh, and Redis can't be asked. */
  void awaitUnproved() {
    Cache<String, String> cache = here(Mode.FAST, Kind.PLAIN);
    await()
        .atMost(PATIENCE)
        .until(() ->
            catchThrowable(() -> {
              String key = spare(Mode.FAST, 2);
              if (hasCopies()) {
                cache.get(key);
              } else { // a replica would answer reads
                cache.put(key, "old");
              }
            })
                != null);
  }

  private boolean isSaid(NearsideHealth.Kind kind) {
    return own(here(Mode.FAST, Kind.PLAIN)).health().problems().stream()
        .anyMatch(problem -> problem.kind() == kind && isOfVictim(problem));
  }

  /** Waits until the circuit breaker has opened. */
  void awaitShed() {
    Cache<String, String> cache = here(Mode.FAST, Kind.PLAIN);
    await()
        .atMost(PATIENCE)
        .until(() ->
            catchThrowable(() -> cache.get(copied(Mode.FAST)))
                    instanceof RemoteUnavailableException e
                && e.reason() == Reason.SHED);
  }

  /** Waits until the first node's copies are passed by. */
  void awaitBypass() {
    await().atMost(PATIENCE).until(() -> isSaid(NearsideHealth.Kind.BUS_SILENT));
  }

  /** Waits until the first node has noticed that all its copies are of what is no more. */
  void awaitForgotten() {
    for (Mode mode : modes()) {
      for (Kind kind : List.of(Kind.PLAIN, Kind.CLEARED, Kind.WRITTEN)) {
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> here(mode, kind).getAll(Set.copyOf(keys.get(name(mode, kind)))).isEmpty());
      }
    }
  }

  /** Begins to load all data anew, which takes long. */
  void reload() {
    Thread thread =
        new Thread(
            () -> {
              try {
                server.call("DEBUG", "RELOAD");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "reload");
    thread.setDaemon(true);
    thread.start();
    reload = thread;
  }

  void awaitReloaded() throws InterruptedException {
    Thread thread = reload;
    if (thread != null) {
      thread.join(PATIENCE.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
  }

  /** Moves all slots in which the server has keys to another master. */
  void moveAll() throws IOException {
    RedisCluster moving = java.util.Objects.requireNonNull(cluster);
    RedisServer to = moving.nodes().get(1);
    Set<Integer> slots = new HashSet<>();
    for (String key : server.keys("{" + namespace + ":*")) {
      slots.add(RedisCluster.slot(server, key));
    }
    for (int slot : slots) {
      moving.moveSlot(slot, to);
    }
  }

  /** Waits until the first node reaches Redis again, and copies count again. */
  void awaitRecovery() {
    for (Mode mode : modes()) {
      Cache<String, String> cache = here(mode, Kind.PLAIN);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> {
            cache.put(copied(mode), "old");
            return isFresh(cache, copied(mode));
          });
    }
  }

  /**
   * Changes something in each mode, and returns what the first node says then is the matter with
   * the caches of that mode.
   */
  Map<Mode, Set<String>> troubles() {
    Map<Mode, Set<String>> troubles = new TreeMap<>();
    for (Mode mode : modes()) {
      var unused = catchThrowable(() -> here(mode, Kind.PLAIN).put(touched(mode), "old"));
      Set<String> of = new LinkedHashSet<>();
      Stream.of(Kind.values())
          .flatMap(kind -> own(here(mode, kind)).health().problems().stream())
          .sorted(Comparator.comparing(Problem::kind))
          .forEach(problem -> of.add(problem.kind() + (isOfVictim(problem) ? "" : " elsewhere")));
      troubles.put(mode, of);
    }
    return troubles;
  }

  /** Whether it is about the server that fails, or none, and not about another one of a cluster. */
  private boolean isOfVictim(Problem problem) {
    int port = (cutter == null) ? server.port() : cutter.port();
    return problem.master() == null || problem.master().endsWith(":" + port);
  }

  /** Waits until the first node says that nothing is the matter. */
  void awaitHealthy() {
    NearsideManager manager = here.unwrap(NearsideManager.class);
    await()
        .atMost(PATIENCE)
        .pollInterval(PAUSE)
        .untilAsserted(() -> {
          troubles();
          assertThat(manager.health().problems()).isEmpty();
        });
  }

  /** Waits until both nodes see the same of a key, and it is one of these. */
  void awaitSeen(Mode mode, Kind kind, String key, Set<String> allowed) {
    List<String> seen = new ArrayList<>();
    await(mode + " " + kind + " " + key + " to be one of " + allowed)
        .pollDelay(Duration.ZERO)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          seen.clear();
          seen.add(String.valueOf(there(mode, kind).get(key)));
          seen.add(String.valueOf(here(mode, kind).get(key)));
          assertThat(seen.get(1)).isEqualTo(seen.get(0)).isIn(allowed);
        });
  }

  @Override
  public void close() throws IOException {
    source.goOn();
    here.close();
    there.close();
    if (cutter != null) {
      cutter.close();
    }
    if (cluster != null) {
      cluster.close();
    } else {
      server.close();
    }
  }
}
