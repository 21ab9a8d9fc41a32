package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.util.Date;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a loader is given by a cache that reads and reserves in one go. */
class LoaderOverRedisTest {

  /** Does with its key what nobody should. */
  private static final class Careless implements CacheLoader<Date, String> {
    @Override
    public String load(Date key) {
      String value = "of " + key.getTime();
      key.setTime(99);
      return value;
    }

    @Override
    public Map<Date, String> loadAll(Iterable<? extends Date> keys) {
      throw new AssertionError("one key is loaded alone");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void itIsNotTheCachesOwnKey(Topology topology) throws Exception {
    Queue<Date> created = new ConcurrentLinkedQueue<>();
    CacheEntryCreatedListener<Date, String> listener =
        events -> events.forEach(event -> created.add(event.getKey()));
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      Cache<Date, String> cache =
          bench
              .node()
              .createCache(
                  "loaded",
                  Bench.remote(Date.class, String.class)
                      .topology(topology)
                      .failFast()
                      .loader(new Careless())
                      .listener(
                          new MutableCacheEntryListenerConfiguration<>(
                              new FactoryBuilder.SingletonFactory<CacheEntryListener<Date, String>>(
                                  listener),
                              null,
                              false,
                              true))
                      .build());
      await()
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(cache.get(new Date(1))).isEqualTo("of 1"));
      assertThat(created).containsExactly(new Date(1));
      assertThat(cache.containsKey(new Date(1))).isTrue();
      assertThat(cache.containsKey(new Date(99))).isFalse();
    }
  }
}
