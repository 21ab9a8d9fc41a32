package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.EntryView;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.RemoteUnavailableException;
import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one node invalidates by a tag is gone on the others. */
@Timeout(120)
class TagsOverRedisTest {
  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static RedisServer server;
  private static Bench bench;
  private static CacheManager here;
  private static CacheManager there;

  private final AtomicInteger version = new AtomicInteger(1);
  private final NearsideLoader<Integer, String> loader =
      (key, context) -> {
        context.tags(List.of("loaded", key % 2 == 0 ? "even" : "odd"));
        return "v" + version;
      };

  @BeforeAll
  static void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
    here = bench.node();
    there = bench.node();
  }

  @AfterAll
  static void stop() throws Exception {
    bench.close();
    server.close();
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(CacheManager node, String name, Topology topology) {
    return node.createCache(
            name,
            Bench.remote(Integer.class, String.class)
                .topology(topology)
                .eternal()
                .failFast()
                .loader(loader)
                .build())
        .unwrap(NearsideCache.class);
  }

  private static EntryView<String> entry(NearsideCache<Integer, String> cache, int key) {
    return Objects.requireNonNull(cache.entry(key));
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void theOtherNodeHasNoneOfThemAndKeepsTheRest(Topology topology) {
    String name = "tags" + COUNT.incrementAndGet();
    NearsideCache<Integer, String> one = cache(here, name, topology);
    NearsideCache<Integer, String> two = cache(there, name, topology);
    EntryView.Tier near =
        topology == Topology.TWO_TIER ? EntryView.Tier.LOCAL : EntryView.Tier.REMOTE;
    one.put(10, "put", EntryOptions.tags("even", "put"));
    for (int key : List.of(1, 2, 10)) {
      await()
          .ignoreExceptions()
          .until(
              () -> one.get(key) != null && two.get(key) != null && entry(two, key).tier() == near);
    }
    assertThat(entry(two, 2).tags()).containsExactly("loaded", "even");
    assertThat(entry(two, 10).tags()).containsExactly("even", "put");
    version.set(2);
    one.invalidateTag("even");
    assertThat(one.containsKey(2)).isFalse();
    assertThat(one.containsKey(10)).isFalse();
    await().atMost(BOUND).until(() -> !two.containsKey(10) && !"v1".equals(two.get(2)));
    assertThat(two.get(2)).isEqualTo("v2");
    assertThat(entry(two, 1).tier()).as("a copy of other tags stays").isEqualTo(near);
    assertThat(two.get(1)).isEqualTo("v1");
    two.invalidateTags(List.of("odd", "put"));
    await().atMost(BOUND).until(() -> "v2".equals(one.get(1)));
    assertThat(one.get(2)).isEqualTo("v2");
  }

  /** Whichever node loads, what it has read before the tag was invalidated does not stay. */
  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void aLoadThatIsOvertakenDoesNotStay(Topology topology) {
    String name = "tags" + COUNT.incrementAndGet();
    NearsideCache<Integer, String> one = cache(here, name, topology);
    NearsideCache<Integer, String> two = cache(there, name, topology);
    await().ignoreExceptions().until(() -> !two.containsKey(-1) && !one.containsKey(-1));
    String got =
        two.getOrLoad(
            4,
            (key, context) -> {
              context.tags("mine");
              one.invalidateTag("mine");
              return "old";
            });
    assertThat(got).isEqualTo("old");
    assertThat(two.containsKey(4)).isFalse();
    assertThat(one.get(4)).isEqualTo("v1");
  }

  @Test
  void withoutRedisItIsSaidAndMadeUpForLater() throws Exception {
    try (RedisServer other = RedisServer.start();
        Bench away = new Bench(other.address())) {
      CacheManager node = away.node(Map.of("remote.timeout", "500ms"));
      NearsideCache<Integer, String> strict = cache(node, "strict", Topology.TWO_TIER);
      @SuppressWarnings("unchecked")
      NearsideCache<Integer, String> lenient =
          node.createCache("lenient", Bench.remote(Integer.class, String.class).eternal().build())
              .unwrap(NearsideCache.class);
      await().ignoreExceptions().until(() -> strict.get(1) != null);
      lenient.put(1, "a", EntryOptions.tags("x"));
      await().until(() -> lenient.containsKey(1));
      other.pause();
      try {
        assertThatThrownBy(() -> strict.invalidateTag("loaded"))
            .isInstanceOf(RemoteUnavailableException.class);
        lenient.invalidateTag("x");
      } finally {
        other.resume();
      }
      await().untilAsserted(() -> assertThat(lenient.get(1)).isNull());
      await()
          .ignoreExceptions()
          .until(() -> {
            lenient.put(2, "b");
            return "b".equals(lenient.get(2));
          });
      assertThat(lenient.get(1)).isNull();
    }
  }
}
