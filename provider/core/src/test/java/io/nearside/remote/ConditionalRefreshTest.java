package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.LoadContext;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheManager;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one node's loader said of a value is told to another node's. */
@Tag("any-jdk")
@Timeout(120)
class ConditionalRefreshTest {

  private static final class Source implements NearsideLoader<Integer, String> {
    final AtomicInteger full = new AtomicInteger();
    final AtomicInteger unmodified = new AtomicInteger();
    volatile String version = "v1";
    volatile Runnable meanwhile = () -> {};

    @Override
    public String load(Integer key, LoadContext context) {
      String current = version;
      boolean same = current.equals(context.staleValidator());
      meanwhile.run();
      if (same) {
        unmodified.incrementAndGet();
        return context.notModified();
      }
      full.incrementAndGet();
      context.validator(current);
      return current;
    }
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> cache(
      CacheManager node, Topology topology, Source source, Duration soft) {
    return node.createCache(
            "conditional",
            Bench.remote(Integer.class, String.class)
                .topology(topology)
                .timeToLive(Duration.ofMinutes(10))
                .softTimeToLive(soft)
                .loader(source)
                .build())
        .unwrap(NearsideCache.class);
  }

  private static void reload(NearsideCache<Integer, String> cache) throws Exception {
    CompletionListenerFuture end = new CompletionListenerFuture();
    cache.loadAll(Set.of(1), true, end);
    end.get();
  }

  private static EntryView<String> entry(NearsideCache<Integer, String> cache) {
    return Objects.requireNonNull(cache.entry(1));
  }

  private static final Map<String, String> PATIENT = Map.of("remote.timeout", "3s");

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void anotherNodesReloadIsToldAndItsChangeWins(Topology topology) throws Exception {
    Source source = new Source();
    Duration soft = Duration.ofMinutes(9);
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      NearsideCache<Integer, String> one = cache(bench.node(PATIENT), topology, source, soft);
      NearsideCache<Integer, String> two = cache(bench.node(PATIENT), topology, source, soft);
      await().ignoreExceptions().until(() -> one.get(1) != null && two.containsKey(1));
      long version = Objects.requireNonNull(entry(one).version());
      int full = source.full.get();
      reload(two);
      assertThat(source.unmodified).hasValue(1);
      assertThat(source.full).hasValue(full);
      assertThat(entry(two).version()).isGreaterThan(version);
      assertThat(entry(two).value()).isEqualTo("v1");
      assertThat(one.get(1)).isEqualTo("v1");

      source.meanwhile = () -> one.put(1, "put");
      reload(two);
      source.meanwhile = () -> {};
      assertThat(source.unmodified).hasValue(2);
      await().until(() -> "put".equals(two.get(1)));
      assertThat(one.get(1)).isEqualTo("put");

      source.version = "v2";
      reload(one);
      await().until(() -> "v2".equals(two.get(1)));
      reload(two);
      assertThat(source.unmodified).hasValue(3);
      assertThat(two.get(1)).isEqualTo("v2");
    }
  }

  /** If the age did not begin anew, each read would have the entry loaded again. */
  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void whatReadsHaveRefreshedIsNotDueAgain(Topology topology) throws Exception {
    Source source = new Source();
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      NearsideCache<Integer, String> cache =
          cache(bench.node(PATIENT), topology, source, Duration.ofSeconds(2));
      await().ignoreExceptions().until(() -> cache.get(1) != null && cache.containsKey(1));
      long version = Objects.requireNonNull(entry(cache).version());
      await().until(() -> "v1".equals(cache.get(1)) && Bench.statistic(cache, "Refreshes") > 0);
      assertThat(source.unmodified.get()).isPositive();
      assertThat(entry(cache).version()).isGreaterThan(version);
    }
  }
}
