package io.nearside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfiguration;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** What the extension does around tests: others run inside these. */
class NearsideExtensionTest {
  @RegisterExtension
  final NearsideExtension nearside =
      NearsideExtension.local().set("caches.declared.timeToLive", "1h");

  @Test
  void settingsDeclareCaches() {
    assertThat(nearside.manager().getCacheNames()).containsExactly("declared");
  }

  @Test
  void whatGoesByItselfGoesByTheClockToo() {
    AtomicInteger loads = new AtomicInteger();
    Collection<Object> written = new ConcurrentLinkedQueue<>();
    Cache<Integer, Integer> cache =
        nearside
            .manager()
            .createCache(
                "refreshed",
                NearsideConfiguration.builder(Integer.class, Integer.class)
                    .timeToLive(Duration.ofHours(1))
                    .refreshInterval(Duration.ofMinutes(5))
                    .loader(
                        (NearsideLoader<Integer, Integer>)
                            (key, context) -> loads.incrementAndGet())
                    .writer(writerTo(written))
                    .writeBehind(queue -> queue.flushInterval(Duration.ofMinutes(1)))
                    .build());
    NearsideCache<Integer, Integer> refreshed = cache.unwrap(NearsideCache.class);
    refreshed.autoRefresh(Set.of(1));
    assertThat(cache.get(1)).isEqualTo(1);
    cache.put(2, 2);
    assertThat(written).isEmpty();

    nearside.clock().advance(Duration.ofMinutes(6));

    await().untilAsserted(() -> assertThat(written).containsExactly(2));
    await().until(() -> loads.get() == 2);
  }

  private static CacheWriter<Integer, Integer> writerTo(Collection<Object> written) {
    return new CacheWriter<>() {
      @Override
      public void write(Cache.Entry<? extends Integer, ? extends Integer> entry) {
        written.add(entry.getKey());
      }

      @Override
      public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends Integer>> entries) {
        entries.forEach(this::write);
        entries.clear();
      }

      @Override
      public void delete(Object key) {
        written.add(key);
      }

      @Override
      public void deleteAll(Collection<?> keys) {
        written.addAll(keys);
        keys.clear();
      }
    };
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> nearside.clock().advance(Duration.ofSeconds(-1)))
        .withMessage("time does not go back: PT-1S");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatIllegalStateException()
        .isThrownBy(nearside::anotherNode)
        .withMessageContaining("there is no Redis");
    assertThatIllegalStateException()
        .isThrownBy(() -> NearsideExtension.withRedis().clock())
        .withMessageContaining("NearsideExtension.local()");
    assertThatIllegalStateException()
        .isThrownBy(() -> NearsideExtension.local().manager())
        .withMessageContaining("no test runs");
  }

  /** Each breaks something; the next finds nothing of it. */
  static class Breaking {
    static final List<CacheManager> MANAGERS = new ArrayList<>();
    static final List<RedisServer> SERVERS = new ArrayList<>();

    @RegisterExtension static final NearsideExtension nearside = NearsideExtension.withRedis();

    @Test
    void kills() throws IOException {
      seesNothingOfOthers();
      nearside.redis().kill();
    }

    @Test
    void pauses() throws IOException {
      seesNothingOfOthers();
      nearside.redis().pause();
    }

    @Test
    void cuts() throws IOException {
      seesNothingOfOthers();
      nearside.network().cut();
    }

    private static void seesNothingOfOthers() throws IOException {
      MANAGERS.add(nearside.manager());
      SERVERS.add(nearside.redis());
      assertThat(nearside.redis().keys("*:all*")).isEmpty();
      Cache<String, String> cache = nearside.manager().createCache("all", strings());
      assertThat(cache.get("k")).isNull();
      cache.put("k", "v");
      assertThat(nearside.anotherNode().createCache("all", strings()).get("k")).isEqualTo("v");
      assertThat(nearside.redis().keys("*:all*")).isNotEmpty();
    }

    private static javax.cache.configuration.Configuration<String, String> strings() {
      return NearsideConfiguration.builder(String.class, String.class)
          .timeToLive(Duration.ofMinutes(1))
          .failFast()
          .build();
    }
  }

  @Test
  void whatATestBreaksIsMendedForTheNext() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Breaking.class))
            .execute()
            .testEvents();
    assertThat(tests.failed().stream().map(Event::getPayload)).isEmpty();
    assertThat(tests.succeeded().count()).isEqualTo(3);
    assertThat(Breaking.MANAGERS)
        .hasSize(3)
        .doesNotHaveDuplicates()
        .allMatch(CacheManager::isClosed);
    assertThat(Breaking.SERVERS).hasSize(3).containsOnly(Breaking.SERVERS.get(0));
    assertThat(Breaking.SERVERS.get(0).running()).isFalse();
  }

  /** A clock of its own with a Redis makes no sense. */
  static class ClockAndRedis {
    @RegisterExtension
    final NearsideExtension nearside = NearsideExtension.withRedis().set("clock", new FakeClock());

    @Test
    void isRefused() {}
  }

  @Test
  void aClockWithRedisIsRefused() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(ClockAndRedis.class))
        .execute()
        .testEvents()
        .failed()
        .assertThatEvents()
        .hasSize(1)
        .allSatisfy(event ->
            assertThat(event.getRequiredPayload(TestExecutionResult.class).getThrowable())
                .hasValueSatisfying(thrown ->
                    assertThat(thrown)
                        .isInstanceOf(CacheException.class)
                        .hasMessageContaining("clock has no effect with a remote")));
  }
}
