package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final int CROWD = 64;

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

  /** Its load ends when all callers have missed the key. */
  private static final class Crowded implements CacheLoader<Integer, String> {
    final AtomicInteger loads = new AtomicInteger();
    volatile Callable<Boolean> allHaveMissed = () -> true;

    @Override
    public String load(Integer key) {
      loads.incrementAndGet();
      await().until(allHaveMissed);
      return "v" + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> values = new HashMap<>();
      keys.forEach(key -> values.put(key, load(key)));
      return values;
    }
  }

  private static void crowd(Cache<Integer, String> cache, Crowded loader) throws Exception {
    long before = Bench.statistic(cache, "CacheMisses");
    loader.allHaveMissed = () -> Bench.statistic(cache, "CacheMisses") >= before + CROWD;
    List<FutureTask<String>> answers = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      FutureTask<String> answer = new FutureTask<>(() -> cache.get(7));
      answers.add(answer);
      Thread thread = new Thread(answer, "caller-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    for (FutureTask<String> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("v7");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void aCrowdLoadsOnceAlsoWhenRedisIsAway(Topology topology) throws Exception {
    Crowded loader = new Crowded();
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      Cache<Integer, String> cache =
          bench
              .node()
              .createCache(
                  "crowded",
                  Bench.remote(Integer.class, String.class)
                      .topology(topology)
                      .loader(loader)
                      .build());
      await().ignoreExceptions().until(() -> !cache.containsKey(1));
      crowd(cache, loader);
      assertThat(loader.loads).hasValue(1);
      server.kill();
      loader.loads.set(0);
      cache.remove(7);
      crowd(cache, loader);
      // Nothing can be stored: who has counted its miss but comes too late to join loads again.
      assertThat(loader.loads.get()).as("loads without Redis").isLessThan(CROWD / 4);
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
