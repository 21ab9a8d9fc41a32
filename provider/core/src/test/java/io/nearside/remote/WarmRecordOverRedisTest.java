package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView.Tier;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.WarmOptions;
import io.nearside.Warming;
import io.nearside.testserver.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that begins is warmed by what nodes before it have read. */
@Timeout(120)
class WarmRecordOverRedisTest {
  private static final WarmOptions FAST = new WarmOptions(4, 1_000_000);

  @TempDir Path folder;

  private static final class Source implements CacheLoader<Integer, String> {
    final Queue<Integer> loads = new ConcurrentLinkedQueue<>();

    @Override
    public String load(Integer key) {
      loads.add(key);
      return "v" + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      CacheManager node, Topology topology, Source source, boolean clear) {
    Cache<Integer, String> cache =
        node.createCache(
            "recorded",
            Bench.remote(Integer.class, String.class)
                .topology(topology)
                .timeToLive(Duration.ofHours(1))
                .warmRecord(
                    folder,
                    record -> {
                      if (clear) {
                        var unused = record.clearKeys();
                      }
                    })
                .failFast()
                .loader(source)
                .build());
    return cache.unwrap(NearsideCache.class);
  }

  private static Warming end(Warming warming) {
    return warming.completion().toCompletableFuture().orTimeout(100, TimeUnit.SECONDS).join();
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void whatIsInRedisIsNotLoadedAndWhatIsNotIs(Topology topology) throws Exception {
    Source source = new Source();
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      CacheManager before = bench.node();
      NearsideCache<Integer, String> first = cache(before, topology, source, true);
      assertThat(first.getAll(Set.of(1, 2, 3))).hasSize(3);
      for (int i = 0; i < 20; i++) {
        assertThat(first.get(2)).isEqualTo("v2");
      }
      first.remove(3);
      before.close();
      source.loads.clear();
      NearsideCache<Integer, String> second = cache(bench.node(), topology, source, true);
      Warming warming = end(second.warmFromRecord(FAST));
      assertThat(warming.done()).isEqualTo(3);
      assertThat(warming.loaded()).isEqualTo(1);
      assertThat(source.loads).containsExactly(3);
      Tier near = (topology == Topology.REMOTE) ? Tier.REMOTE : Tier.LOCAL;
      await().until(() -> second.entry(2).tier() == near); // once the node's copies are proved
      assertThat(second.get(3)).isEqualTo("v3");
      assertThat(Bench.statistic(second, "WarmedHits")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void ofCandidatesThoseThatAnotherNodeHasRead(Topology topology) throws Exception {
    Source source = new Source();
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      CacheManager before = bench.node();
      NearsideCache<Integer, String> first = cache(before, topology, source, false);
      assertThat(first.getAll(Set.of(1, 2, 3))).hasSize(3);
      first.clear();
      before.close();
      source.loads.clear();
      NearsideCache<Integer, String> second = cache(bench.node(), topology, source, false);
      assertThat(end(second.warmFromRecord(List.of(9, 3, 8, 1), FAST)).loaded()).isEqualTo(2);
      assertThat(source.loads).containsExactlyInAnyOrder(1, 3);
    }
  }
}
