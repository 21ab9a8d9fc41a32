package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.VersionedSource;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What writers of several nodes are told of the versions of changes over Redis. */
@Timeout(180)
@Tag("any-jdk")
class VersionedWritesTest {
  private RedisServer server;
  private Bench bench;
  private final VersionedSource source = new VersionedSource();

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
  }

  @AfterEach
  void stop() throws Exception {
    bench.close();
    server.close();
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(Topology topology, boolean behind) {
    CacheManager manager = bench.node(Map.of("remote.timeout", "3s", "remote.partitions", "8"));
    NearsideConfigurationBuilder<Integer, String> builder =
        NearsideConfiguration.builder(Integer.class, String.class)
            .topology(topology)
            .timeToLive(Duration.ofHours(1))
            .writer(source);
    if (behind) {
      builder.writeBehind(queue -> queue.flushInterval(Duration.ofMillis(20)));
    }
    NearsideCache<Integer, String> cache =
        manager.createCache("versioned", builder.build()).unwrap(NearsideCache.class);
    await() // a compound operation throws until Redis is reached
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> !cache.invoke(0, (entry, arguments) -> entry.exists()));
    return cache;
  }

  private static void awaitEmpty(NearsideCache<Integer, String> cache) {
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> Objects.requireNonNull(cache.writeQueue()).depth() == 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void versionsGrowOverAllNodes(Topology topology) throws Exception {
    List<NearsideCache<Integer, String>> nodes =
        List.of(cache(topology, false), cache(topology, false));
    for (int i = 0; i < 3; i++) {
      for (NearsideCache<Integer, String> node : nodes) {
        node.put(1, "a" + i);
        node.putAll(Map.of(1, "b" + i, 2, "b" + i));
        node.invoke(
            1,
            (entry, arguments) -> {
              entry.setValue("c");
              return null;
            });
        node.removeAll(Set.of(1, 2));
        node.putIfAbsent(1, "d" + i);
      }
      nodes.get(0).clear();
      if (i == 1) {
        server.ask("FLUSHALL");
      }
    }
    assertThat(source.versions(1)).hasSize(30).isSorted().doesNotHaveDuplicates();
    assertThat(source.versions(2)).hasSize(12).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void soDoThoseThatAreWrittenBehind(Topology topology) {
    NearsideCache<Integer, String> one = cache(topology, true);
    NearsideCache<Integer, String> other = cache(topology, true);
    for (int i = 0; i < 3; i++) {
      one.putAll(Map.of(1, "a" + i, 2, "a" + i));
      awaitEmpty(one);
      other.put(1, "b" + i);
      awaitEmpty(other);
      one.remove(1);
      awaitEmpty(one);
    }
    // what a node's last word on it was lost in time may be written again, with the same version
    assertThat(source.versions(1)).hasSizeGreaterThanOrEqualTo(9).isSorted();
    assertThat(source.versions(1).stream().distinct()).hasSize(9);
    assertThat(source.value(1)).isNull();
    assertThat(source.value(2)).isEqualTo("a2");
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void whoWritesWhileRedisIsAwayIsNotOlderThanBeforeNorNewerThanAfter(Topology topology)
      throws Exception {
    NearsideCache<Integer, String> cache = cache(topology, false);
    cache.put(1, "before");
    server.kill();
    cache.put(1, "meanwhile");
    cache.put(1, "meanwhile too");
    server.restart();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> {
          cache.put(1, "after");
          return cache.get(1) != null;
        });
    assertThat(source.versions(1)).hasSizeGreaterThanOrEqualTo(4).isSorted();
    assertThat(source.versions(1)).doesNotHaveDuplicates();
    assertThat(source.value(1)).isEqualTo("after");
  }
}
