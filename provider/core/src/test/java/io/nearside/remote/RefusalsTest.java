package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.nearside.Nearside;
import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.Topology;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers are told when Redis is not there, is none, or does not let them. */
@Timeout(60)
@Tag("any-jdk")
class RefusalsTest {
  private static final String KEY = "hush-key";
  private static final String VALUE = "hush-value";
  private static final String PASSWORD = "hush-password";

  /** Waits until the first attempt to connect has failed, so that the reason is known. */
  private static RemoteUnavailableException refusal(Cache<String, String> cache, Reason reason) {
    await()
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(catchThrowable(() -> cache.get(KEY)))
                .isInstanceOfSatisfying(
                    RemoteUnavailableException.class,
                    e -> assertThat(e.reason()).as(Bench.said(e)).isEqualTo(reason)));
    RemoteUnavailableException refusal =
        catchThrowableOfType(RemoteUnavailableException.class, () -> cache.put(KEY, VALUE));
    assertThat(refusal.isOutcomeUnknown()).isFalse();
    assertSilent(Bench.said(refusal));
    return refusal;
  }

  private static void assertSilent(String text) {
    assertThat(text).doesNotContain("hush");
  }

  private static void goesOnWithoutRedis(Bench bench, Map<String, String> settings)
      throws Exception {
    Cache<String, String> cache = Bench.failSafe(bench.node(settings));
    cache.put(KEY, VALUE);
    assertThat(cache.get("another")).isNull();
    assertThat(cache.containsKey("another")).isFalse();
    assertThat(Bench.statistic(cache, "UnavailableOperations")).isEqualTo(3);
    assertThatThrownBy(() -> cache.putIfAbsent(KEY, VALUE))
        .isInstanceOf(RemoteUnavailableException.class);
    assertSilent(bench.logged());
  }

  @Test
  void nobodyListens() throws Exception {
    String place = "127.0.0.1:" + RedisServer.freePort();
    try (Bench bench = new Bench("redis://" + place)) {
      assertThat(refusal(Bench.failFast(bench.node()), Reason.UNREACHABLE))
          .hasMessageContaining(place)
          .hasMessageContaining("not reached")
          .hasMessageContaining("see whether remote.address is right and the server is up");
      goesOnWithoutRedis(bench, Map.of());
      assertThat(bench.logged()).contains(place, "trying until it is reached");
    }
  }

  @Test
  void noSuchHost() throws Exception {
    try (Bench bench = new Bench("redis://no-such-host.invalid:6379")) {
      assertThat(refusal(Bench.failFast(bench.node()), Reason.UNREACHABLE))
          .hasMessageContaining("no-such-host.invalid")
          .hasMessageContaining("remote.address");
    }
  }

  @Test
  void somethingElseListens() throws Exception {
    try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Thread server = new Thread(() -> answerEverybody(web), "web server");
      server.setDaemon(true);
      server.start();
      String place = "127.0.0.1:" + web.getLocalPort();
      try (Bench bench = new Bench("redis://" + place)) {
        assertThat(refusal(Bench.failFast(bench.node()), Reason.UNREACHABLE))
            .hasMessageContaining(place)
            .hasMessageContaining("remote.address");
        goesOnWithoutRedis(bench, Map.of());
      }
    }
  }

  private static void answerEverybody(ServerSocket web) {
    while (!web.isClosed()) {
      try (Socket client = web.accept()) {
        client.getInputStream().read();
        client
            .getOutputStream()
            .write(
                "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException closed) {
        // the client is gone, or the test is over
      }
    }
  }

  @Test
  void wrongPassword() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      server.call("CONFIG", "SET", "requirepass", "another");
      Map<String, String> settings = Map.of("remote.password", PASSWORD);
      assertThat(refusal(Bench.failFast(bench.node(settings)), Reason.DENIED))
          .hasMessageContaining(server.hostAndPort())
          .hasMessageContaining("WRONGPASS")
          .hasMessageContaining("see the user name and password");
      goesOnWithoutRedis(bench, settings);
    }
  }

  @Test
  void noPassword() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      server.call("CONFIG", "SET", "requirepass", PASSWORD);
      assertThat(refusal(Bench.failFast(bench.node()), Reason.DENIED))
          .hasMessageContaining(server.hostAndPort())
          .hasMessageContaining("NOAUTH")
          .hasMessageContaining("see the user name and password");
      goesOnWithoutRedis(bench, Map.of());
    }
  }

  @Test
  void aPasswordThatNobodyAskedFor() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      Map<String, String> settings = Map.of("remote.password", PASSWORD);
      assertThat(refusal(Bench.failFast(bench.node(settings)), Reason.DENIED))
          .hasMessageContaining("see the user name and password");
    }
  }

  @Test
  void aUserWithoutRightsToTheKeys() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      server.call("ACL", "SETUSER", "clerk", "on", ">" + PASSWORD, "~other*", "&*", "+@all");
      Map<String, String> settings =
          Map.of("remote.username", "clerk", "remote.password", PASSWORD);
      assertThat(refusal(Bench.failFast(bench.node(settings)), Reason.DENIED))
          .hasMessageContaining(server.hostAndPort())
          .hasMessageContaining("NOPERM")
          .hasMessageContaining("what its ACL allows");
      goesOnWithoutRedis(bench, settings);
    }
  }

  @Test
  void aUserWithoutRightsToScripts() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      server.call(
          "ACL", "SETUSER", "clerk", "on", ">" + PASSWORD, "~*", "&*", "+@all", "-@scripting");
      Map<String, String> settings =
          Map.of("remote.username", "clerk", "remote.password", PASSWORD);
      assertThat(refusal(Bench.failFast(bench.node(settings)), Reason.DENIED))
          .hasMessageContaining("NOPERM")
          .hasMessageContaining("what its ACL allows");
    }
  }

  /** New users of Redis 7 may use no channel. */
  @Test
  void aUserWithoutRightsToTheChannels() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      server.call("ACL", "SETUSER", "clerk", "on", ">" + PASSWORD, "~*", "resetchannels", "+@all");
      Map<String, String> settings =
          Map.of("remote.username", "clerk", "remote.password", PASSWORD);
      Cache<String, String> cache = Bench.failFast(bench.node(settings));
      String remedy = "+publish +subscribe &nearside:" + bench.namespace + ":*";
      assertThat(refusal(cache, Reason.DENIED))
          .hasMessageContaining(server.hostAndPort())
          .hasMessageContaining("NOPERM")
          .hasMessageContaining(remedy);
      assertThat(server.keys("*")).isEmpty();
      assertThat(bench.logged()).contains(remedy);
      server.call("ACL", "SETUSER", "clerk", "&nearside:" + bench.namespace + ":*");
      await().ignoreExceptions().untilAsserted(() -> cache.put(KEY, VALUE));
      assertThat(cache.get(KEY)).isEqualTo(VALUE);
    }
  }

  @Test
  void aUserWithoutRightsToSubscribe() throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      server.call(
          "ACL", "SETUSER", "clerk", "on", ">" + PASSWORD, "~*", "&*", "+@all", "-subscribe");
      Map<String, String> settings =
          Map.of("remote.username", "clerk", "remote.password", PASSWORD);
      Cache<String, String> cache = Bench.failFast(bench.node(settings), Topology.TWO_TIER);
      await().ignoreExceptions().untilAsserted(() -> cache.put(KEY, VALUE));
      assertThat(cache.get(KEY)).isEqualTo(VALUE);
      await()
          .untilAsserted(() ->
              assertThat(bench.logged())
                  .contains("BUS_SILENT", "NOPERM", "subscribe", "what its ACL allows"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void aUserWhoMayDoNoMoreThanCachesNeed(Topology topology) throws Exception {
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      server.call(
          "ACL",
          "SETUSER",
          "clerk",
          "on",
          ">" + PASSWORD,
          "~{" + bench.namespace + "*",
          "&nearside:" + bench.namespace + ":*",
          "+@read",
          "+@write",
          "+@scripting",
          "+@connection",
          "+@pubsub",
          "+time",
          "-@dangerous",
          topology == Topology.TWO_TIER ? "+info" : "-info");
      Cache<String, String> cache =
          Bench.failFast(
              bench.node(Map.of("remote.username", "clerk", "remote.password", PASSWORD)),
              topology);
      await().ignoreExceptions().untilAsserted(() -> cache.put(KEY, VALUE));
      assertThat(cache.get(KEY)).isEqualTo(VALUE);
      if (topology == Topology.TWO_TIER) {
        await()
            .untilAsserted(() -> {
              assertThat(cache.get(KEY)).isEqualTo(VALUE);
              assertThat(Bench.statistic(cache, "LocalHits")).isPositive();
            });
      }
      assertThat(cache.iterator()).toIterable().hasSize(1);
      cache.getCacheManager().destroyCache("orders");
      assertThat(server.keys("*orders*")).isEmpty();
    }
  }

  @Test
  void noNamespace() {
    assertThatThrownBy(() -> Nearside.builder().address("redis://127.0.0.1:6379").build().close())
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("namespace");
  }

  @Test
  void aReplica() throws Exception {
    try (RedisServer master = RedisServer.start();
        RedisServer replica = RedisServer.start();
        Bench bench = new Bench(replica.address())) {
      Cache<String, String> cache = Bench.failFast(bench.node());
      cache.put(KEY, VALUE);
      assertThat(cache.get(KEY)).isEqualTo(VALUE);
      replica.call("REPLICAOF", "127.0.0.1", master.port());
      RemoteUnavailableException refusal =
          catchThrowableOfType(
              RemoteUnavailableException.class, () -> cache.put(KEY, "hush-other"));
      assertThat(refusal)
          .hasMessageContaining(replica.hostAndPort())
          .hasMessageContaining("READONLY")
          .hasMessageContaining("replica");
      assertThat(refusal.reason()).isEqualTo(Reason.REFUSED);
      assertThat(refusal.isOutcomeUnknown()).isFalse();
      assertSilent(Bench.said(refusal));
      replica.call("REPLICAOF", "NO", "ONE");
      await().ignoreExceptions().untilAsserted(() -> cache.put(KEY, VALUE));
      assertThat(cache.get(KEY)).isEqualTo(VALUE);
    }
  }

  @Test
  void noMemoryLeft() throws Exception {
    try (RedisServer server = RedisServer.start("--maxmemory-policy", "noeviction");
        Bench bench = new Bench(server.address())) {
      Cache<String, String> fast = Bench.failFast(bench.node());
      Cache<String, String> safe = Bench.failSafe(bench.node());
      fast.put(KEY, VALUE);
      fast.put("other", VALUE);
      server.call("CONFIG", "SET", "maxmemory", "1");
      RemoteUnavailableException refusal =
          catchThrowableOfType(RemoteUnavailableException.class, () -> fast.put(KEY, "hush-other"));
      assertThat(refusal)
          .hasMessageContaining(server.hostAndPort())
          .hasMessageContaining("out of memory")
          .hasMessageContaining("raise its maxmemory");
      assertThat(refusal.reason()).isEqualTo(Reason.FULL);
      assertThat(refusal.isOutcomeUnknown()).isFalse();
      assertSilent(Bench.said(refusal));

      assertThat(safe.get("other")).isEqualTo(VALUE);
      safe.put("other", "hush-other");
      assertThat(safe.get("other")).isNull();
      assertThat(Bench.statistic(safe, "UnstoredValues")).isEqualTo(1);
      assertThat(bench.logged()).contains("Redis has no memory left", "raise its maxmemory");
      assertSilent(bench.logged());

      Cache<String, String> loading =
          bench
              .node()
              .createCache(
                  "loading",
                  Bench.remote(String.class, String.class).failFast().loader(loader()).build());
      await()
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(loading.get(KEY)).isEqualTo("loaded"));
      assertThat(loading.getAll(Set.of(KEY))).containsValue("loaded");

      server.call("CONFIG", "SET", "maxmemory", "0");
      await().until(() -> server.keys("*other").isEmpty());
      fast.put(KEY, "new");
      assertThat(safe.get(KEY)).isEqualTo("new");
    }
  }

  private static CacheLoader<String, String> loader() {
    return new CacheLoader<>() {
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
  }

  @Test
  void stillLoadingItsData() throws Exception {
    try (RedisServer server = RedisServer.start("--enable-debug-command", "yes");
        Bench bench = new Bench(server.address())) {
      Cache<String, String> cache = Bench.failFast(bench.node());
      cache.put(KEY, VALUE);
      server.call("DEBUG", "POPULATE", "12000", "filler", "100");
      server.call("CONFIG", "SET", "key-load-delay", "1000");
      server.call("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
      Thread reload = new Thread(() -> reload(server), "reload");
      reload.start();
      RemoteUnavailableException[] refusal = new RemoteUnavailableException[1];
      await()
          .until(() -> {
            Throwable thrown = catchThrowable(() -> cache.get(KEY));
            refusal[0] = thrown instanceof RemoteUnavailableException e ? e : null;
            return refusal[0] != null && refusal[0].reason() == Reason.REFUSED;
          });
      assertThat(refusal[0]).hasMessageContaining("LOADING").hasMessageContaining("starting");
      assertThat(catchThrowable(() -> cache.getAll(Set.of(KEY, "other"))))
          .isInstanceOfSatisfying(
              RemoteUnavailableException.class,
              e -> assertThat(e.reason()).as(Bench.said(e)).isEqualTo(Reason.REFUSED));
      assertSilent(Bench.said(refusal[0]));
      server.call("CONFIG", "SET", "key-load-delay", "0");
      reload.join();
      await().ignoreExceptions().untilAsserted(() -> assertThat(cache.get(KEY)).isEqualTo(VALUE));
    }
  }

  private static void reload(RedisServer server) {
    try {
      server.call("DEBUG", "RELOAD");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
