package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.integration.CacheWriter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Managers that open without Redis, what their caches do then, and how they recover. */
@Timeout(90)
@Tag("any-jdk")
class WithoutRedisTest {

  private static void fails(ThrowingCallable operation) {
    assertThatThrownBy(operation)
        .isInstanceOf(RemoteUnavailableException.class)
        .satisfies(e -> assertThat(Bench.said(e)).contains("remote.address"));
  }

  private static void compoundOperationsFail(Cache<String, String> cache) {
    fails(() -> cache.getAndPut("a", "b"));
    fails(() -> cache.putIfAbsent("a", "b"));
    fails(() -> cache.replace("a", "b"));
    fails(() -> cache.replace("a", "b", "c"));
    fails(() -> cache.remove("a", "b"));
    fails(() -> cache.getAndRemove("a"));
    fails(() -> cache.getAndReplace("a", "b"));
    fails(() -> cache.iterator().hasNext());
    assertThatThrownBy(() -> cache.invoke("a", (entry, arguments) -> entry.exists()))
        .hasStackTraceContaining(RemoteUnavailableException.class.getName());
  }

  @Test
  void failSafeGoesOnAndRecoversByItself() throws Exception {
    int port = RedisServer.freePort();
    try (Bench bench = new Bench("redis://127.0.0.1:" + port)) {
      Cache<String, String> cache = Bench.failSafe(bench.node());
      assertThat(cache.get("x")).isNull();
      assertThat(cache.getAll(Set.of("x", "y"))).isEmpty();
      assertThat(cache.containsKey("x")).isFalse();
      cache.put("a", "1");
      cache.putAll(Map.of("b", "1", "c", "1"));
      cache.remove("d");
      cache.removeAll(Set.of("e", "f"));
      cache.clear();
      assertThat(cache.get("a")).isNull();
      compoundOperationsFail(cache);
      assertThat(Bench.statistic(cache, "UnavailableOperations")).isPositive();
      try (RedisServer server = RedisServer.startOn(port)) {
        await()
            .ignoreExceptions()
            .untilAsserted(() -> assertThat(cache.putIfAbsent("a", "2")).isTrue());
        assertThat(cache.get("a")).isEqualTo("2");
        assertThat(cache.get("b")).isNull();
        assertThat(server.keys("*:sa")).hasSizeLessThanOrEqualTo(1);
        assertThat(bench.logged()).contains("trying until it is reached");
      }
    }
  }

  @Test
  void failFastSaysSoAndRecoversByItself() throws Exception {
    int port = RedisServer.freePort();
    try (Bench bench = new Bench("redis://127.0.0.1:" + port)) {
      Cache<String, String> cache = Bench.failFast(bench.node());
      compoundOperationsFail(cache);
      fails(() -> cache.get("a"));
      fails(() -> cache.getAll(Set.of("a")));
      fails(() -> cache.containsKey("a"));
      fails(() -> cache.put("a", "b"));
      fails(() -> cache.remove("a"));
      fails(cache::clear);
      assertThatThrownBy(() -> cache.putAll(Map.of("a", "b")))
          .hasStackTraceContaining("remote.address");
      assertThatThrownBy(() -> cache.removeAll(Set.of("a")))
          .hasStackTraceContaining("remote.address");
      try (RedisServer server = RedisServer.startOn(port)) {
        await().ignoreExceptions().untilAsserted(() -> cache.put("a", "2"));
        assertThat(cache.get("a")).isEqualTo("2");
        assertThat(server.running()).isTrue();
      }
    }
  }

  /** A node that could not reach Redis from its start removes what it was to write over. */
  @Test
  void whatCouldNotBeSaidIsSaidLater() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        Bench bench = new Bench(proxy.address())) {
      Cache<String, String> there =
          Bench.failFast(bench.node(Map.of("remote.address", server.address())));
      for (String key : List.of("put", "putAll", "remove", "removeAll", "stays")) {
        there.put(key, "old");
      }
      proxy.cut();
      Cache<String, String> cut = Bench.failSafe(bench.node());
      cut.put("put", "lost");
      cut.putAll(Map.of("putAll", "lost"));
      cut.remove("remove");
      cut.removeAll(Set.of("removeAll"));
      for (String key : List.of("put", "putAll", "remove", "removeAll")) {
        assertThat(cut.get(key)).isNull();
        assertThat(there.get(key)).isEqualTo("old");
      }
      proxy.heal();
      await()
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(there.getAll(Set.of("put", "putAll", "remove", "removeAll", "stays")))
                  .isEqualTo(Map.of("stays", "old")));
      assertThat(server.keys("{" + bench.namespace + ":*}:*")).hasSize(1);
      assertThat(cut.get("stays")).isEqualTo("old");
      cut.put("put", "new");
      assertThat(there.get("put")).isEqualTo("new");
    }
  }

  @Test
  void aClearThatCouldNotBeSaidIsSaidLater() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        Bench bench = new Bench(proxy.address())) {
      Cache<String, String> there =
          Bench.failFast(bench.node(Map.of("remote.address", server.address())));
      there.put("k", "old");
      Cache<String, String> cut = Bench.failSafe(bench.node());
      assertThat(cut.get("k")).isEqualTo("old");
      proxy.cut();
      cut.clear();
      assertThat(cut.get("k")).isNull();
      assertThat(there.get("k")).isEqualTo("old");
      proxy.heal();
      await().ignoreExceptions().untilAsserted(() -> assertThat(there.get("k")).isNull());
    }
  }

  /** Neither that it differs nor what a processor sees may come from a copy of an hour ago. */
  @Test
  void nothingIsDecidedByAStaleCopy() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        Bench bench = new Bench(proxy.address())) {
      Cache<String, String> cache =
          bench
              .node(Map.of("coherence.bound", "500ms", "remote.timeout", "300ms"))
              .createCache(
                  "orders",
                  Bench.remote(String.class, String.class)
                      .topology(Topology.TWO_TIER)
                      .staleReads(Duration.ofHours(1))
                      .build());
      await().ignoreExceptions().untilAsserted(() -> cache.put("k", "old"));
      awaitCopy(cache);
      proxy.cut();
      await()
          .untilAsserted(() -> {
            assertThat(cache.get("k")).isEqualTo("old");
            assertThat(Bench.statistic(cache, "StaleHits")).isPositive();
          });
      assertThatThrownBy(() -> cache.replace("k", "another", "new"))
          .isInstanceOf(RemoteUnavailableException.class);
      assertThatThrownBy(() -> cache.remove("k", "another"))
          .isInstanceOf(RemoteUnavailableException.class);
      assertThatThrownBy(() -> cache.invoke("k", (entry, arguments) -> entry.getValue()))
          .hasStackTraceContaining(RemoteUnavailableException.class.getName());
      assertThat(cache.get("k")).as("no change was tried").isEqualTo("old");
    }
  }

  /** To prolong its life Redis would have to be asked, which is away. */
  @Test
  void aStaleCopyIsNotProlonged() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        Bench bench = new Bench(proxy.address())) {
      Cache<String, String> cache =
          bench
              .node(Map.of("coherence.bound", "500ms", "remote.timeout", "300ms"))
              .createCache(
                  "orders",
                  Bench.remote(String.class, String.class)
                      .topology(Topology.TWO_TIER)
                      .sliding(Duration.ofHours(1))
                      .staleReads(Duration.ofHours(1))
                      .build());
      await().ignoreExceptions().untilAsserted(() -> cache.put("k", "old"));
      awaitCopy(cache);
      proxy.cut();
      await()
          .untilAsserted(() -> {
            assertThat(cache.get("k")).isEqualTo("old");
            assertThat(Bench.statistic(cache, "StaleHits")).isPositive();
          });
      long failed = Bench.statistic(cache, "UnavailableOperations");
      assertThat(cache.get("k")).isEqualTo("old");
      assertThat(Bench.statistic(cache, "UnavailableOperations")).isEqualTo(failed);
    }
  }

  /** That a copy is not what is expected may have been over for as long as the bound. */
  @Test
  void whatDiffersIsComparedWithWhatRedisHas() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        Bench bench = new Bench(proxy.address())) {
      Cache<String, String> deaf =
          Bench.failFast(bench.node(Map.of("coherence.bound", "20s")), Topology.TWO_TIER);
      Cache<String, String> there =
          Bench.failFast(
              bench.node(Map.of("remote.address", server.address(), "coherence.bound", "20s")),
              Topology.TWO_TIER);
      await().ignoreExceptions().untilAsserted(() -> there.put("k", "old"));
      awaitCopy(deaf);
      proxy.silenceSubscribers();
      there.put("k", "new");
      assertThat(deaf.get("k")).as("within the bound").isEqualTo("old");
      assertThat(deaf.replace("k", "new", "newer")).isTrue();
      assertThat(there.get("k")).isEqualTo("newer");
      there.put("k", "newest");
      assertThat(deaf.remove("k", "newest")).isTrue();
    }
  }

  @Test
  void theWriterIsServedAllTheSame() {
    String address = "redis://127.0.0.1:" + RedisServer.freePort();
    try (Bench bench = new Bench(address)) {
      CacheManager node = bench.node();
      Cache<String, String> cache =
          node.createCache(
              "written",
              Bench.remote(String.class, String.class)
                  .writer(FactoryBuilder.factoryOf(new Writer()))
                  .writeThrough(true)
                  .build());
      cache.put("a", "1");
      cache.putAll(Map.of("b", "2"));
      assertThat(Writer.WRITTEN).isEqualTo(Map.of("a", "1", "b", "2"));
      cache.remove("a");
      assertThat(Writer.WRITTEN).isEqualTo(Map.of("b", "2"));
    }
  }

  /** Writes to a map. */
  static final class Writer implements CacheWriter<String, String>, java.io.Serializable {
    static final Map<String, String> WRITTEN = new ConcurrentHashMap<>();
    private static final long serialVersionUID = 1L;

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      WRITTEN.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(
        java.util.Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      WRITTEN.remove(key);
    }

    @Override
    public void deleteAll(java.util.Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }
  }

  /** Of the old value. */
  private static void awaitCopy(Cache<String, String> cache) {
    await()
        .untilAsserted(() -> {
          assertThat(cache.get("k")).isEqualTo("old");
          assertThat(Bench.statistic(cache, "LocalHits")).isPositive();
        });
  }
}
