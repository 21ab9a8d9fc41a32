package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.cache.StoreCache;
import io.nearside.config.AutoRefreshSettings;
import io.nearside.config.LoadSettings;
import io.nearside.store.CacheMaker;
import io.nearside.store.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that have chosen the same keys: one of them at a time loads each. */
@Tag("any-jdk")
@Timeout(120)
class AutoRefreshOfNodesTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int ROUNDS = 4;

  /** When a key was loaded. */
  private record Load(int key, long begun, long ended) {}

  private static final class Source implements CacheLoader<Integer, String> {
    final Queue<Load> loads = new ConcurrentLinkedQueue<>();

    @Override
    public String load(Integer key) {
      long begun = System.nanoTime();
      loads.add(new Load(key, begun, System.nanoTime()));
      return "v" + begun;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }

    List<Load> of(int key) {
      return loads.stream().filter(load -> load.key == key).toList();
    }
  }

  private final Source source = new Source();
  private final String name = RemoteBed.cacheName();

  @Test
  void noKeyIsLoadedTwiceInOneIntervalAndAnotherNodeGoesOn() {
    try (LocalRedis redis = LocalRedis.up();
        RemoteBed bed = RemoteBed.connected(redis);
        RemoteBed otherBed = RemoteBed.connected(redis);
        StoreCache<Integer, String> one = cache(bed);
        StoreCache<Integer, String> other = cache(otherBed)) {
      Set<Integer> keys = Set.of(1, 2, 3);
      one.autoRefresh(keys);
      other.autoRefresh(keys);
      awaitRounds(ROUNDS, one, other);
      keys.forEach(this::assertApart);
      assertThat(other.get(1)).isEqualTo(one.get(1)).startsWith("v");

      one.close();
      int before = source.loads.size();
      awaitRounds(source.of(1).size() + 1, other);
      assertThat(source.loads).hasSizeGreaterThan(before);
      keys.forEach(this::assertApart);
    }
  }

  @SafeVarargs
  private void awaitRounds(int rounds, StoreCache<Integer, String>... nodes) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          for (StoreCache<Integer, String> node : nodes) {
            node.lifecycle().tick();
          }
          return source.of(1).size() >= rounds;
        });
  }

  /** Half of it, since what is known of Redis's clock is not exact. */
  private void assertApart(int key) {
    List<Load> loads = source.of(key);
    for (int i = 1; i < loads.size(); i++) {
      assertThat(loads.get(i).begun - loads.get(i - 1).ended).isGreaterThan(INTERVAL.toNanos() / 2);
    }
  }

  private StoreCache<Integer, String> cache(RemoteBed bed) {
    Duration life = Duration.ofHours(1);
    return new CacheMaker<Integer, String>(Clock.system())
        .types(Integer.class, String.class)
        .topology(Topology.REMOTE)
        .timeToLive(life)
        .loader(source)
        .load(LoadSettings.DEFAULT.with(new AutoRefreshSettings(INTERVAL, life, 2)))
        .stores(observer ->
            bed.store(RemoteBed.Options.of(name), Integer.class, String.class, observer))
        .make(name);
  }
}
