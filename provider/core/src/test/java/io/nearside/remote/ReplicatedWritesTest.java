package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.RemoteUnavailableException;
import io.nearside.Topology;
import io.nearside.UnconfirmedWriteException;
import io.nearside.WriteQueue;
import io.nearside.config.NearsideConfiguration;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisSentinels;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.RespConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queued changes that are acknowledged when a replica has them. */
@Timeout(180)
@Tag("any-jdk")
class ReplicatedWritesTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private RedisSentinels servers;
  private RedisServer master;
  private RedisServer replica;
  private Bench bench;
  private final Source source = new Source();

  @BeforeEach
  void start() throws Exception {
    servers = RedisSentinels.start(1, 0, "--repl-diskless-sync-delay", "0");
    master = servers.servers().get(0);
    replica = servers.servers().get(1);
    try (RespConnection connection = master.connect()) {
      connection.call("SET", "first", "heard of when the replica's first second is over");
      assertThat(connection.call("WAIT", 1, 20_000)).isEqualTo(1L);
    }
    bench = new Bench(master.address());
  }

  @AfterEach
  void stop() throws Exception {
    replica.resume();
    bench.close();
    servers.close();
  }

  private static final class Source implements CacheWriter<Integer, String> {
    final Map<Integer, String> content = new ConcurrentHashMap<>();

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
      content.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      content.remove((Integer) key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }
  }

  private NearsideCache<Integer, String> cache(Topology topology, Map<String, String> settings) {
    return cache(bench, topology, settings, NEVER);
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      Bench at, Topology topology, Map<String, String> settings, Duration flush) {
    Map<String, String> all = new HashMap<>(Bench.NO_BREAKER);
    all.put("remote.partitions", "32");
    all.putAll(settings);
    CacheManager manager = at.node(all);
    NearsideCache<Integer, String> cache =
        manager
            .createCache(
                "queued",
                NearsideConfiguration.builder(Integer.class, String.class)
                    .topology(topology)
                    .timeToLive(Duration.ofHours(1))
                    .writer(source)
                    .writeBehind(queue -> queue.flushInterval(flush).acknowledgedByReplica())
                    .build())
            .unwrap(NearsideCache.class);
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> queue(cache).depth() >= 0);
    return cache;
  }

  private static WriteQueue<Integer, String> queue(NearsideCache<Integer, String> cache) {
    return Objects.requireNonNull(cache.writeQueue());
  }

  /** The replica gets nothing more, and its master can't tell. */
  private void silenceReplica() throws IOException {
    replica.pause();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void aChangeReturnsWhenAReplicaHasItAndItsWrite(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache = cache(topology, Map.of());
    cache.put(0, "v0");
    long waits = master.calls("wait");
    for (int i = 0; i < 50; i++) {
      cache.put(i, "v" + i);
      assertThat(writesOnReplica()).isEqualTo(i + 1);
    }
    assertThat(master.calls("wait") - waits).isEqualTo(50);
    assertThat(cache.remove(1)).isTrue();
    assertThat(cache.putIfAbsent(1, "again")).isTrue();
    assertThat(cache.replace(1, "again", "other")).isTrue();
    Map<Integer, String> many = new HashMap<>();
    for (int i = 100; i < 300; i++) {
      many.put(i, "v" + i);
    }
    cache.putAll(many);
    assertThat(cache.getAll(many.keySet())).isEqualTo(many);
    assertThat(queue(cache).depth()).isEqualTo(250);
  }

  private long writesOnReplica() throws IOException {
    long writes = 0;
    for (String queue : replica.keys("*!w")) {
      writes += (Long) Objects.requireNonNull(replica.call("HLEN", queue));
    }
    return writes;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void whatNoReplicaConfirmsStandsOnTheMasterAndIsInDoubt(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache = cache(topology, Map.of("remote.timeout", "1s"));
    cache.put(1, "a");
    silenceReplica();

    assertThatThrownBy(() -> cache.put(1, "b"))
        .isInstanceOfSatisfying(
            UnconfirmedWriteException.class,
            e -> {
              assertThat(e.isOutcomeUnknown()).isTrue();
              assertThat(e.getMessage())
                  .startsWith("cache \"queued\": a change stands on the master")
                  .contains("no replica has said within")
                  .contains("repeat the change");
            });
    assertThat(cache.get(1)).isEqualTo("b");
    assertThatThrownBy(() -> cache.remove(1)).isInstanceOf(UnconfirmedWriteException.class);
    assertThat(cache.get(1)).isNull();
    assertThatThrownBy(() -> cache.getAndPut(1, "c")).isInstanceOf(UnconfirmedWriteException.class);
    assertThatThrownBy(() ->
            cache.invoke(
                1,
                (entry, arguments) -> {
                  entry.setValue(entry.getValue() + "!");
                  return null;
                }))
        .isInstanceOf(UnconfirmedWriteException.class);
    assertThat(cache.get(1)).isEqualTo("c!");
    assertThatThrownBy(() -> cache.putAll(Map.of(1, "d", 2, "e", 3, "f")))
        .isInstanceOf(UnconfirmedWriteException.class);
    assertThat(cache.getAll(Set.of(1, 2, 3))).isEqualTo(Map.of(1, "d", 2, "e", 3, "f"));
    assertThat(queue(cache).depth()).isEqualTo(3);

    replica.resume();
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptionsInstanceOf(UnconfirmedWriteException.class)
        .untilAsserted(() -> cache.put(1, "g"));
    bench.close();
    assertThat(source.content).isEqualTo(Map.of(1, "g", 2, "e", 3, "f"));
  }

  @Test
  void aMasterWithoutReplicasIsNamedAsTheReason() throws Exception {
    NearsideCache<Integer, String> cache = cache(Topology.REMOTE, Map.of("remote.timeout", "1s"));
    cache.put(1, "a");
    replica.call("REPLICAOF", "NO", "ONE");
    await().until(() -> master.info("connected_slaves").equals("0"));

    assertThatThrownBy(() -> cache.put(1, "b"))
        .isInstanceOf(UnconfirmedWriteException.class)
        .hasMessageContaining("the master has no replica");
    assertThat(cache.get(1)).isEqualTo("b");
  }

  /** Redis itself can refuse beforehand; then nothing has changed. */
  @Test
  void aMasterThatLacksReplicasByItsOwnSettingRefuses() throws Exception {
    NearsideCache<Integer, String> cache = cache(Topology.REMOTE, Map.of("remote.timeout", "1s"));
    cache.put(1, "a");
    replica.call("REPLICAOF", "NO", "ONE");
    master.call("CONFIG", "SET", "min-replicas-to-write", "1");
    await().until(() -> master.info("connected_slaves").equals("0"));

    assertThatThrownBy(() -> cache.put(1, "b")).hasMessageContaining("NOREPLICAS");
    assertThat(queue(cache).depth()).isEqualTo(1);
    master.call("CONFIG", "SET", "min-replicas-to-write", "0");
    assertThat(cache.get(1)).isEqualTo("a");
  }

  @Test
  void whatChangesNothingWaitsForNoReplica() throws Exception {
    NearsideCache<Integer, String> cache = cache(Topology.REMOTE, Map.of("remote.timeout", "20s"));
    cache.put(1, "a");
    silenceReplica();

    long start = System.nanoTime();
    assertThat(cache.putIfAbsent(1, "b")).isFalse();
    assertThat(cache.replace(1, "b", "c")).isFalse();
    assertThat(cache.replace(2, "c")).isFalse();
    assertThat(cache.remove(1, "b")).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(cache.get(1)).isEqualTo("a");
  }

  /** Changes that wait for replicas leave connections to others. */
  @Test
  void readsGoOnWhileManyChangesWaitForAReplica() throws Exception {
    NearsideCache<Integer, String> cache = cache(Topology.REMOTE, Map.of("remote.timeout", "5s"));
    cache.put(1, "a");
    silenceReplica();
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try {
      List<Future<?>> changes = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int key = 100 + i;
        changes.add(threads.submit(() -> cache.put(key, "v")));
      }
      await().until(() -> !master.info("blocked_clients").equals("0"));
      long start = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertThat(cache.get(1)).isEqualTo("a");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      for (Future<?> change : changes) {
        assertThatThrownBy(change::get).hasCauseInstanceOf(RuntimeException.class);
      }
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(cache.get(1)).isEqualTo("a");
  }

  @Test
  void aScriptThatTheServerHasForgottenIsSentAnew() throws Exception {
    NearsideCache<Integer, String> cache = cache(Topology.REMOTE, Map.of());
    cache.put(1, "a");
    master.call("SCRIPT", "FLUSH");
    cache.put(1, "b");
    master.call("SCRIPT", "FLUSH");
    cache.putAll(Map.of(1, "c", 2, "d"));
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "c", 2, "d"));
  }

  /** A server that becomes a replica while a change waits can't confirm it: its history ends. */
  @Test
  void aDemotedMasterConfirmsNothing() throws Exception {
    NearsideCache<Integer, String> cache = cache(Topology.REMOTE, Map.of("remote.timeout", "10s"));
    cache.put(1, "a");
    silenceReplica();
    try (RedisServer other = RedisServer.start()) {
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        Future<?> change = thread.submit(() -> cache.put(1, "b"));
        await().until(() -> master.info("blocked_clients").equals("1"));
        master.call("REPLICAOF", RedisServer.HOST, other.port());
        assertThatThrownBy(change::get)
            .cause()
            .isInstanceOf(UnconfirmedWriteException.class)
            .hasMessageContaining("UNBLOCKED");
      } finally {
        thread.shutdownNow();
      }
    }
  }

  /** It has answered that the change was made, but not what its replica has. */
  @Test
  void aMasterThatDiesWhileAChangeWaitsConfirmsNothing() throws Exception {
    NearsideCache<Integer, String> cache = cache(Topology.REMOTE, Map.of("remote.timeout", "4s"));
    cache.put(1, "a");
    silenceReplica();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> change = thread.submit(() -> cache.put(1, "b"));
      await().until(() -> master.info("blocked_clients").equals("1"));
      master.kill();
      assertThatThrownBy(change::get)
          .cause()
          .isInstanceOfSatisfying(
              RemoteUnavailableException.class, e -> assertThat(e.isOutcomeUnknown()).isTrue());
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void inAClusterEachMasterAsksItsOwnReplica() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 1, "--repl-diskless-sync-delay", "0");
        Bench clustered = new Bench(cluster.address())) {
      NearsideCache<Integer, String> cache =
          cache(
              clustered, Topology.TWO_TIER, Map.of("remote.timeout", "5s"), Duration.ofMillis(20));
      Map<Integer, String> all = new HashMap<>();
      for (int i = 0; i < 200; i++) {
        all.put(i, "v" + i);
      }
      cache.putAll(all);
      for (int i = 0; i < 100; i++) {
        all.put(i, "w" + i);
        cache.put(i, "w" + i);
      }
      assertThat(cache.getAll(all.keySet())).isEqualTo(all);
      await().atMost(Duration.ofSeconds(40)).until(() -> queue(cache).depth() == 0);
      assertThat(source.content).isEqualTo(all);

      for (RedisServer node : cluster.masters()) {
        node.call("SCRIPT", "FLUSH");
      }
      moveAllSlots(cluster);
      for (int i = 0; i < 100; i++) { // redirected, where the client does not know yet
        cache.put(i, "x" + i);
      }
      assertThat(cache.get(1)).isEqualTo("x1");
    }
  }

  private static void moveAllSlots(RedisCluster cluster) throws IOException {
    List<RedisServer> masters = cluster.masters();
    RedisServer from = masters.get(0);
    for (String key : from.keys("*")) {
      int slot = RedisCluster.slot(from, key);
      if (cluster.owner(slot).port() == from.port()) {
        cluster.moveSlot(slot, masters.get(1));
      }
    }
  }
}
