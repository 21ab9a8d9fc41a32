package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What callers wait for a server that has stopped, without a circuit breaker's help. A busy machine
 * delays any of them, so the best of several tries is judged and the worst is logged.
 */
@Timeout(180)
class BoundedCallsIT {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedCallsIT.class);
  private static final long TIMEOUT = 100;
  private static final long SLACK = 20;
  private static final int TRIES = 7;
  private static final int CALLERS = 64;

  /** Those that go another way where there are copies; each costs time. */
  private static final Set<String> THROUGH_COPIES =
      Set.of("get", "getAll", "put", "replace of three", "invoke", "clear");

  private RedisServer server;
  private Bench bench;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
  }

  @AfterEach
  void stop() throws Exception {
    server.resume();
    bench.close();
    server.close();
  }

  private static Map<String, String> hurry() {
    Map<String, String> settings = new HashMap<>(Bench.NO_BREAKER);
    settings.put("remote.timeout", TIMEOUT + "ms");
    return settings;
  }

  /** In milliseconds. */
  private static long took(Runnable call) {
    long start = System.nanoTime();
    call.run();
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static long failed(Runnable call) {
    return took(() -> assertThat(catchThrowable(call::run)).isNotNull());
  }

  private static void assertBounded(String what, List<Long> millis, long bound) {
    long best = millis.stream().mapToLong(Long::longValue).min().orElseThrow();
    long worst = millis.stream().mapToLong(Long::longValue).max().orElseThrow();
    LOG.info("{}: best {} ms, worst {} ms", what, best, worst);
    assertThat(best).as(what).isLessThanOrEqualTo(bound);
  }

  private static Map<String, Runnable> operations(Cache<String, String> cache) {
    Map<String, String> hundred = new HashMap<>();
    IntStream.range(0, 100).forEach(i -> hundred.put("k" + i, "v"));
    Set<String> keys = new HashSet<>(hundred.keySet());
    Map<String, Runnable> operations = new LinkedHashMap<>();
    operations.put("get", () -> cache.get("k"));
    operations.put("containsKey", () -> cache.containsKey("k"));
    operations.put("put", () -> cache.put("k", "v"));
    operations.put("putIfAbsent", () -> cache.putIfAbsent("k", "v"));
    operations.put("getAndPut", () -> cache.getAndPut("k", "v"));
    operations.put("replace", () -> cache.replace("k", "v"));
    operations.put("replace of three", () -> cache.replace("k", "v", "w"));
    operations.put("remove", () -> cache.remove("k"));
    operations.put("remove of two", () -> cache.remove("k", "v"));
    operations.put("getAndRemove", () -> cache.getAndRemove("k"));
    operations.put("invoke", () -> cache.invoke("k", (entry, arguments) -> entry.exists()));
    operations.put("getAll", () -> cache.getAll(keys));
    operations.put("putAll", () -> cache.putAll(hundred));
    operations.put("removeAll of keys", () -> cache.removeAll(keys));
    operations.put("removeAll", cache::removeAll);
    operations.put("clear", cache::clear);
    operations.put(
        "iterator",
        () -> {
          var unused = cache.iterator().hasNext();
        });
    return operations;
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void eachOperation(Topology topology) throws Exception {
    Cache<String, String> cache = Bench.failFast(bench.node(hurry()), topology);
    await()
        .ignoreExceptions()
        .untilAsserted(() -> operations(cache).values().forEach(Runnable::run));
    cache.put("k", "v"); // so that there is a copy, where there are copies
    server.pause();
    await().until(() -> catchThrowable(() -> cache.get("k")) != null); // it answers for a while
    Map<String, Runnable> operations = operations(cache);
    if (topology == Topology.TWO_TIER) {
      operations.keySet().retainAll(THROUGH_COPIES);
    }
    for (Map.Entry<String, Runnable> operation : operations.entrySet()) {
      List<Long> millis = new ArrayList<>();
      IntStream.range(0, TRIES).forEach(i -> millis.add(failed(operation.getValue())));
      assertBounded(topology + " " + operation.getKey(), millis, TIMEOUT + SLACK);
    }
  }

  /** It asks first what is there, and then for leases. */
  @Test
  void loadsOfManyKeysThatGoOnWithoutRedis() throws Exception {
    CacheLoader<String, String> loader =
        new CacheLoader<>() {
          @Override
          public String load(String key) {
            return "loaded";
          }

          @Override
          public Map<String, String> loadAll(Iterable<? extends String> keys) {
            Map<String, String> values = new HashMap<>();
            keys.forEach(key -> values.put(key, load(key)));
            return values;
          }
        };
    Cache<String, String> cache =
        bench
            .node(hurry())
            .createCache(
                "loading", Bench.remote(String.class, String.class).loader(loader).build());
    await()
        .untilAsserted(() -> {
          cache.put("k", "v");
          assertThat(cache.get("k")).isEqualTo("v");
        });
    server.pause();
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      millis.add(
          took(() -> assertThat(cache.getAll(Set.of("a", "b"))).containsEntry("a", "loaded")));
    }
    assertBounded("getAll that loads", millis, TIMEOUT + SLACK);
  }

  /** Each round trip takes most of the time, so two of them would take more than all of it. */
  @Test
  void operationsThatAskTwiceHaveTheTimeOfOne() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server);
        Bench slow = new Bench(proxy.address())) {
      Cache<String, String> cache = Bench.failFast(slow.node(hurry()));
      await()
          .ignoreExceptions()
          .untilAsserted(() -> {
            cache.put("k", "v");
            assertThat(cache.replace("k", "v", "w")).isTrue();
          });
      Map<String, Runnable> operations = new LinkedHashMap<>();
      operations.put("replace of three", () -> cache.replace("k", "w", "x"));
      operations.put("remove of two", () -> cache.remove("k", "w"));
      operations.put(
          "invoke",
          () ->
              cache.invoke(
                  "k",
                  (entry, arguments) -> {
                    entry.setValue("x");
                    return null;
                  }));
      proxy.delay(Duration.ofMillis(TIMEOUT * 7 / 20));
      for (Map.Entry<String, Runnable> operation : operations.entrySet()) {
        List<Long> millis = new ArrayList<>();
        IntStream.range(0, TRIES).forEach(i -> millis.add(failed(operation.getValue())));
        assertBounded(operation.getKey() + ", slow", millis, TIMEOUT + SLACK);
        assertThat(millis).anyMatch(took -> took > TIMEOUT / 2); // it was sent, and waited for
      }
      proxy.heal();
    }
  }

  /** The server stops after the node has connected, and before it has been asked for anything. */
  @Test
  void eachOperationWhenItIsTheFirst() throws Exception {
    Map<String, Consumer<Cache<String, String>>> firsts = new LinkedHashMap<>();
    firsts.put("get", cache -> cache.get("k"));
    firsts.put("put", cache -> cache.put("k", "v"));
    firsts.put("putAll", cache -> cache.putAll(Map.of("a", "1", "b", "2", "c", "3")));
    firsts.put("clear", Cache::clear);
    firsts.put(
        "iterator",
        cache -> {
          var unused = cache.iterator().hasNext();
        });
    for (Map.Entry<String, Consumer<Cache<String, String>>> first : firsts.entrySet()) {
      List<Long> millis = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        CacheManager node = bench.node(hurry());
        long known = server.calls("command|info");
        await().until(() -> server.calls("command|info") >= known);
        Cache<String, String> cache = Bench.failFast(node);
        server.pause();
        millis.add(failed(() -> first.getValue().accept(cache)));
        server.resume();
      }
      assertBounded("first " + first.getKey(), millis, TIMEOUT + SLACK);
    }
  }

  @Test
  void eachStepOfAnIterator() throws Exception {
    Cache<String, String> cache = Bench.failFast(bench.node(hurry()));
    await()
        .ignoreExceptions()
        .untilAsserted(() -> IntStream.range(0, 3_000).forEach(i -> cache.put("k" + i, "v")));
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      Iterator<Cache.Entry<String, String>> entries = cache.iterator();
      await().ignoreExceptions().untilAsserted(() -> assertThat(entries.hasNext()).isTrue());
      server.pause();
      millis.add(
          failed(() -> {
            while (entries.hasNext()) {
              entries.next();
            }
          }));
      server.resume();
    }
    assertBounded("the rest of an iteration", millis, TIMEOUT + SLACK);
  }

  @Test
  void managersAndTheirCaches() throws Exception {
    CacheManager node = bench.node(hurry());
    Cache<String, String> cache = Bench.failFast(node);
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "v"));
    server.pause();
    List<Long> created = new ArrayList<>();
    List<Long> found = new ArrayList<>();
    List<Long> closed = new ArrayList<>();
    List<Long> destroyed = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      String name = "c" + i;
      created.add(
          took(() -> node.createCache(name, Bench.remote(String.class, String.class).build())));
      found.add(took(() -> node.getCache(name, String.class, String.class)));
      closed.add(took(() -> node.getCache(name).close()));
      node.createCache("d" + i, Bench.remote(String.class, String.class).build());
      destroyed.add(failed(() -> node.destroyCache("d" + name.substring(1))));
    }
    assertBounded("createCache", created, SLACK);
    assertBounded("getCache", found, SLACK);
    assertBounded("Cache.close", closed, SLACK);
    assertBounded("destroyCache", destroyed, TIMEOUT + SLACK);
    List<Long> opened = new ArrayList<>();
    List<Long> ended = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      CacheManager[] another = new CacheManager[1];
      opened.add(took(() -> another[0] = bench.node(hurry())));
      ended.add(took(another[0]::close));
    }
    assertBounded("a manager that opens", opened, 1_000);
    assertBounded("a manager that never connected closes", ended, 5_000);
    assertBounded("a manager that closes", List.of(took(node::close)), 5_000);
  }

  /** All rounds of all callers at once; of each round what the slowest waited. */
  private static List<Long> slowest(Callable<Long> call) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Long> slowest = new ArrayList<>();
      for (int round = 0; round < TRIES; round++) {
        long most = 0;
        for (Future<Long> each : callers.invokeAll(java.util.Collections.nCopies(CALLERS, call))) {
          most = Math.max(most, each.get());
        }
        slowest.add(most);
      }
      return slowest;
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void manyCallersOfOneConnection() throws Exception {
    Map<String, String> settings = hurry();
    settings.put("remote.pool.maximum", "1");
    Cache<String, String> cache = Bench.failFast(bench.node(settings));
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "v"));
    await().ignoreExceptions().untilAsserted(() -> assertThat(cache.get("k")).isEqualTo("v"));
    server.pause();
    assertBounded(
        "put of " + CALLERS + " callers, one connection",
        slowest(() -> failed(() -> cache.put("k", "v"))),
        TIMEOUT + SLACK);
    assertBounded(
        "get of " + CALLERS + " callers, one connection",
        slowest(() -> failed(() -> cache.get("k"))),
        TIMEOUT + SLACK);
    server.resume();
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "w"));
    await().ignoreExceptions().untilAsserted(() -> assertThat(cache.get("k")).isEqualTo("w"));
  }

  @SuppressWarnings("unchecked") // it is of the same types
  private static NearsideAsyncCache<String, String> async(Cache<String, String> cache) {
    return cache.unwrap(NearsideCache.class).async();
  }

  @Test
  void manyKeysAndComparisonsByFutures() throws Exception {
    Cache<String, String> cache = Bench.failFast(bench.node(hurry()), Topology.TWO_TIER);
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "v"));
    Map<String, String> all = new HashMap<>();
    IntStream.range(0, 1_200).forEach(i -> all.put("k" + i, "v")); // in three steps
    NearsideAsyncCache<String, String> async = async(cache);
    Map<String, Supplier<CompletableFuture<?>>> calls = new LinkedHashMap<>();
    calls.put("getAll", () -> async.getAll(all.keySet()));
    calls.put("putAll", () -> async.putAll(all));
    calls.put("removeAll", () -> async.removeAll(all.keySet()));
    calls.put("replace of what is expected", () -> async.replace("k", "v", "w"));
    calls.put("remove of what is expected", () -> async.remove("k", "v"));
    for (Map.Entry<String, Supplier<CompletableFuture<?>>> call : calls.entrySet()) {
      await().ignoreExceptions().untilAsserted(() -> call.getValue().get().join());
      cache.put("k", "v");
      server.pause();
      List<Long> millis = new ArrayList<>();
      for (int i = 0; i < TRIES; i++) {
        millis.add(failed(() -> call.getValue().get().join()));
      }
      server.resume();
      assertBounded(call.getKey() + " by a future", millis, TIMEOUT + SLACK);
    }
  }

  /** One of them asks for all. */
  @Test
  void manyCallersThatWaitForOneAnswer() throws Exception {
    Cache<String, String> cache = Bench.failFast(bench.node(hurry()), Topology.TWO_TIER);
    await().ignoreExceptions().untilAsserted(() -> assertThat(cache.get("k")).isNull());
    server.pause();
    assertBounded(
        "get of " + CALLERS + " callers of one key without a copy",
        slowest(() -> failed(() -> cache.get("k"))),
        TIMEOUT + SLACK);
    NearsideAsyncCache<String, String> async = async(cache);
    assertBounded(
        "get by futures of " + CALLERS + " callers of one key without a copy",
        slowest(() -> failed(() -> async.get("k").join())),
        TIMEOUT + SLACK);
    AtomicInteger callers = new AtomicInteger();
    assertBounded(
        "get of " + CALLERS + " callers, every second one by a future",
        slowest(() ->
            failed(() -> {
              if (callers.getAndIncrement() % 2 == 0) {
                async.get("k").join();
              } else {
                cache.get("k");
              }
            })),
        TIMEOUT + SLACK);
  }

  @Test
  void manyCallersOfANodeThatHasNotAgreedYet() throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      long known = server.calls("command|info");
      CacheManager node = bench.node(hurry());
      await().until(() -> server.calls("command|info") > known);
      Cache<String, String> cache = Bench.failFast(node);
      server.pause();
      millis.add(slowest(() -> failed(() -> cache.get("k"))).get(0));
      server.resume();
    }
    assertBounded("the first get of " + CALLERS + " callers", millis, TIMEOUT + SLACK);
  }

  @Test
  void manyCallersWhoseChangesAreToldInOrder() throws Exception {
    Cache<String, String> cache =
        bench
            .node(hurry())
            .createCache(
                "told",
                Bench.remote(String.class, String.class)
                    .failFast()
                    .listener(
                        new MutableCacheEntryListenerConfiguration<>(
                            FactoryBuilder.factoryOf(new Ear()),
                            (javax.cache.configuration.Factory<
                                    ? extends
                                        CacheEntryEventFilter<? super String, ? super String>>)
                                null,
                            false,
                            true))
                    .build());
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "v"));
    server.pause();
    assertBounded(
        "put of one key by " + CALLERS + " callers, with a listener",
        slowest(() -> failed(() -> cache.put("k", "v"))),
        TIMEOUT + SLACK);
  }

  /** Hears all and keeps nothing. */
  static final class Ear
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String>,
          java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {}

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {}
  }
}
