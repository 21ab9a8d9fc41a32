package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.EntryView.Tier;
import io.nearside.NearsideCache;
import io.nearside.Operations.Order;
import io.nearside.Operations.Scope;
import io.nearside.Operations.Setting;
import io.nearside.RemoteUnavailableException;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Settings that change while caches run over Redis, on one node and on all. */
@Tag("any-jdk")
class TuningOverRedisTest {
  @RegisterExtension static final ProxiedRedis REDIS = new ProxiedRedis();

  private static NearsideConfigurationBuilder<String, String> plain(Topology topology) {
    return NearsideConfiguration.builder(String.class, String.class)
        .topology(topology)
        .jitter(0)
        .timeToLive(Duration.ofHours(1));
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> cache(
      CacheManager node, NearsideConfigurationBuilder<String, String> configuration) {
    return node.createCache("tuned", configuration.build()).unwrap(NearsideCache.class);
  }

  private static Setting setting(NearsideCache<?, ?> cache, String path) {
    return cache.operations().settings().stream()
        .filter(one -> one.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static String life(NearsideCache<?, ?> cache) {
    return setting(cache, "timeToLive").value();
  }

  private static Duration lifeOfAnEntry(NearsideCache<String, String> cache) {
    cache.put("k", "v");
    EntryView<String> view = Objects.requireNonNull(cache.entry("k"));
    return Objects.requireNonNull(view.timeToLive());
  }

  @Test
  void anOrderForAllNodesReachesThoseItFitsAndThoseThatStartLater() throws Exception {
    NearsideCache<String, String> one = cache(REDIS.bench().node(), plain(Topology.REMOTE));
    NearsideCache<String, String> two = cache(REDIS.bench().node(), plain(Topology.TWO_TIER));
    NearsideCache<String, String> other =
        cache(
            REDIS.bench().node(),
            plain(Topology.REMOTE)
                .readThrough(true)
                .loader(new OperationsTest.Source())
                .softTimeToLive(Duration.ofMinutes(30)));
    await()
        .ignoreExceptions()
        .untilAsserted(() -> one.operations().set("timeToLive", "10m", Scope.CLUSTER, "Ada"));
    assertThat(lifeOfAnEntry(one)).isLessThan(Duration.ofMinutes(11));
    await().until(() -> life(two).equals("PT10M"));
    assertThat(lifeOfAnEntry(two)).isLessThan(Duration.ofMinutes(11));
    Order order = Objects.requireNonNull(setting(two, "timeToLive").order());
    assertThat(order).isEqualTo(setting(one, "timeToLive").order());
    assertThat(order.by()).isEqualTo("Ada");
    assertThat(order.scope()).isEqualTo(Scope.CLUSTER);

    await().until(() -> !other.operations().history().isEmpty());
    assertThat(life(other)).isEqualTo("PT1H"); // of which the soft life is a part
    assertThat(setting(other, "timeToLive").order()).isNull();
    assertThat(REDIS.bench().logged())
        .containsOnlyOnce(
            "timeToLive of cache \"tuned\" stays as configured, since what Ada ordered does not"
                + " fit: cache \"tuned\": expiry.softTimeToLive must be under timeToLive PT10M");

    NearsideCache<String, String> late = cache(REDIS.bench().node(), plain(Topology.REMOTE));
    await().until(() -> life(late).equals("PT10M"));
    late.operations().set("timeToLive", "20m", Scope.NODE, "Eve"); // closer
    assertThat(life(late)).isEqualTo("PT20M");

    REDIS.proxy().cut();
    assertThatExceptionOfType(RemoteUnavailableException.class)
        .isThrownBy(() -> one.operations().set("timeToLive", "5m", Scope.CLUSTER, "Bob"));
    assertThat(life(one)).isEqualTo("PT10M");
    REDIS.proxy().heal();
    await()
        .ignoreExceptions()
        .untilAsserted(() -> two.operations().set("timeToLive", null, Scope.CLUSTER, "Bob"));
    await().until(() -> life(one).equals("PT1H"));
    assertThat(lifeOfAnEntry(one)).isGreaterThan(Duration.ofMinutes(59));
    assertThat(life(late)).isEqualTo("PT20M");
    assertThat(two.operations().history())
        .extracting(Order::by, Order::setting, Order::value)
        .contains(tuple("Ada", "timeToLive", "10m"), tuple("Bob", "timeToLive", null));
  }

  @Test
  void copiesLiveAsLongAsIsOrdered() {
    NearsideCache<String, String> cache = cache(REDIS.bench().node(), plain(Topology.TWO_TIER));
    assertThat(setting(cache, "local.timeToLive").value()).isEqualTo("PT5M");
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "1"));
    await().until(() -> lifeOfACopy(cache).compareTo(Duration.ofMinutes(4)) > 0);
    cache.operations().set("local.timeToLive", "20s", Scope.NODE, "Ada");
    cache.put("k", "2"); // which ends the copy of before
    await().until(() -> lifeOfACopy(cache).compareTo(Duration.ofSeconds(20)) <= 0);
    cache.operations().set("local.timeToLive", null, Scope.NODE, "Ada");
    cache.put("k", "3");
    await().until(() -> lifeOfACopy(cache).compareTo(Duration.ofMinutes(4)) > 0);
  }

  /** What is left of it; of none yet, a minute. */
  private static Duration lifeOfACopy(NearsideCache<String, String> cache) {
    cache.get("k");
    EntryView<String> view = Objects.requireNonNull(cache.entry("k"));
    return (view.tier() == Tier.LOCAL)
        ? Objects.requireNonNull(view.timeToLive())
        : Duration.ofMinutes(1);
  }

  @Test
  void soManyWritesWaitInRedisAsIsOrdered() {
    CountDownLatch end = new CountDownLatch(1);
    NearsideCache<String, String> cache =
        cache(
            REDIS.bench().node(Map.of("remote.partitions", "1", "remote.timeout", "2s")),
            plain(Topology.REMOTE)
                .writer(new Held(end))
                .writeThrough(true)
                .writeBehind(queue -> queue.maximumDepth(1_000).fail()));
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "v"));
    cache.operations().set("writeBehind.maximumDepth", "2", Scope.NODE, "Ada");
    cache.put("l", "v");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> cache.put("m", "v"))
        .withStackTraceContaining("writeBehind.maximumDepth");
    cache.operations().set("writeBehind.maximumDepth", "3", Scope.NODE, "Ada");
    cache.put("m", "v");
    end.countDown();
    await().until(() -> Objects.requireNonNull(cache.writeQueue()).depth() == 0);
  }

  /** Writes nothing before the end. */
  private record Held(CountDownLatch end) implements CacheWriter<String, String> {
    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }
}
