package io.nearside.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.config.RemoteSettings;
import io.nearside.observe.Recorder;
import io.nearside.store.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands of the remote tier against a server that is well. */
@Tag("any-jdk")
class RemoteConnectionTest {
  private static final Script SET =
      new Script("set", "return redis.call('SET', KEYS[1], ARGV[1]) and 1");

  private static LocalRedis redis;
  private RedissonConnection connection;

  @BeforeAll
  static void start() {
    redis = LocalRedis.up();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void connect() {
    redis.ask("FLUSHALL");
    connection = RedissonConnection.open(redis.patient(), Clock.system(), Recorder.NONE);
    awaitConnected(connection);
  }

  @AfterEach
  void close() {
    connection.close();
  }

  static void awaitConnected(RedissonConnection connection) {
    CompletableFuture<Void> up = new CompletableFuture<>();
    connection.onConnected(() -> up.complete(null));
    await().until(up::isDone);
  }

  private void set(String key, String value) {
    assertThat(connection.eval(SET, List.of(key), List.of(value.getBytes(UTF_8)))).isEqualTo(1L);
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  @Test
  void valuesComeBackInTheOrderOfTheKeys() {
    set("a", "1");
    set("ü", "2");
    assertThat(connection.read(List.of("ü", "none", "a")))
        .extracting(RemoteConnectionTest::text)
        .containsExactly("2", null, "1");
  }

  @Test
  void bytesArriveAsTheyAre() {
    byte[] all = new byte[256];
    IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
    connection.eval(SET, List.of("bytes"), List.of(all));
    assertThat(connection.read(List.of("bytes")).get(0)).isEqualTo(all);
  }

  @Test
  @SuppressWarnings("unchecked")
  void aScriptAnswersNothingNumbersBytesAndLists() {
    Object reply =
        connection.eval(
            new Script("kinds", "return {1, ARGV[1], false, {KEYS[1]}}"),
            List.of("k"),
            List.of("x".getBytes(UTF_8)));
    assertThat((List<Object>) reply)
        .satisfiesExactly(
            one -> assertThat(one).isEqualTo(1L),
            two -> assertThat((byte[]) two).isEqualTo("x".getBytes(UTF_8)),
            three -> assertThat(three).isNull(),
            four ->
                assertThat((List<Object>) four)
                    .satisfiesExactly(
                        key -> assertThat((byte[]) key).isEqualTo("k".getBytes(UTF_8))));
    assertThat(connection.eval(new Script("nil", "return false"), List.of("k"), List.of()))
        .isNull();
  }

  @Test
  void aScriptThatTheServerForgotIsSentAgain() throws Exception {
    set("a", "1");
    redis.ask("SCRIPT FLUSH");
    set("a", "2");
    redis.ask("SCRIPT FLUSH");
    assertThat(set(List.of("3".getBytes(UTF_8))).get()).isEqualTo(1L);
    assertThat(text(connection.read(List.of("a")).get(0))).isEqualTo("3");
  }

  @Test
  void anErrorOfAScriptIsNoOutage() {
    redis.ask("LPUSH list 1");
    Script get = new Script("get", "return redis.call('GET', KEYS[1])");
    assertThatThrownBy(() -> connection.eval(get, List.of("list"), List.of()))
        .isExactlyInstanceOf(CacheException.class)
        .hasMessageContaining("get")
        .hasMessageContaining("WRONGTYPE");
  }

  @Test
  void messagesHoldNeitherKeysNorValues() {
    Script broken = new Script("broken", "return redis.error_reply('ERR broken')");
    assertThatThrownBy(() ->
            connection.eval(broken, List.of("secret-key"), List.of("secret-value".getBytes(UTF_8))))
        .satisfies(e -> {
          for (Throwable t = e; t != null; t = t.getCause()) {
            assertThat(t.getMessage()).doesNotContain("secret");
          }
        });
  }

  @Test
  void aFullServerSaysSo() {
    redis.ask("CONFIG SET maxmemory 1");
    try {
      assertThatThrownBy(() -> set("a", "1"))
          .isInstanceOfSatisfying(
              RemoteUnavailableException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.FULL);
                assertThat(e.isOutcomeUnknown()).isFalse();
              })
          .hasMessageContaining("maxmemory");
    } finally {
      redis.ask("CONFIG SET maxmemory 0");
    }
  }

  @Test
  void aReplicaRefusesWritesWithinTheTimeout() {
    redis.ask("REPLICAOF 127.0.0.1 1");
    try {
      assertThatThrownBy(() -> set("a", "1"))
          .isInstanceOfSatisfying(
              RemoteUnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
          .hasMessageContaining("READONLY");
    } finally {
      redis.ask("REPLICAOF NO ONE");
    }
  }

  private CompletableFuture<@Nullable Object> set(List<byte[]> value) {
    return connection.evalAsync(
        SET, List.of("a"), value, System.nanoTime() + connection.timeoutNanos());
  }

  @Test
  void aWriteRefusedForAMomentIsRepeatedWithinItsTimeout() {
    redis.ask("REPLICAOF 127.0.0.1 1");
    CompletableFuture<@Nullable Object> reply = set(List.of("1".getBytes(UTF_8)));
    redis.ask("REPLICAOF NO ONE");
    assertThat(reply.join()).isEqualTo(1L);
  }

  @Test
  void manyGroupsOfKeysComeBackEachInItsPlace() {
    int count = 2 * Bulk.STEP + 7;
    List<List<String>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i % 3 == 0) {
        set("k" + i, "v" + i);
      }
      groups.add(List.of("none", "k" + i));
    }
    List<@Nullable List<byte @Nullable []>> values = connection.readAll(groups);
    for (int i = 0; i < count; i++) {
      assertThat(values.get(i))
          .extracting(RemoteConnectionTest::text)
          .containsExactly(null, i % 3 == 0 ? "v" + i : null);
    }
  }

  @Test
  void aBulkReadIsOneCommandForFiveHundredGroups() {
    redis.ask("CONFIG RESETSTAT");
    List<List<String>> groups =
        IntStream.range(0, 2 * Bulk.STEP).mapToObj(i -> List.of("a" + i, "b" + i)).toList();
    connection.readAll(groups);
    assertThat(redis.ask("INFO commandstats")).contains("cmdstat_mget:calls=2,");
  }

  @Test
  void aLoneReadIsOneCommand() {
    redis.ask("CONFIG RESETSTAT");
    connection.read(List.of("head", "entry"));
    assertThat(redis.ask("INFO commandstats")).contains("cmdstat_mget:calls=1,");
  }

  @Test
  void readsOfManyThreadsRideTogetherAndEachGetsItsOwn() throws Exception {
    int threads = 64;
    for (int i = 0; i < threads; i++) {
      set("k" + i, "v" + i);
    }
    redis.ask("CONFIG RESETSTAT");
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch ready = new CountDownLatch(threads);
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int mine = i;
      futures.add(
          pool.submit(() -> {
            ready.countDown();
            ready.await();
            for (int turn = 0; turn < 50; turn++) {
              assertThat(connection.read(List.of("none", "k" + mine)))
                  .extracting(RemoteConnectionTest::text)
                  .containsExactly(null, "v" + mine);
            }
            return null;
          }));
    }
    for (Future<?> future : futures) {
      future.get();
    }
    pool.shutdown();
    String stats = redis.ask("INFO commandstats");
    String calls = stats.replaceAll("(?s).*cmdstat_mget:calls=(\\d+),.*", "$1");
    assertThat(Integer.parseInt(calls)).isLessThan(threads * 50 / 2);
  }

  @Test
  void aScanFindsEveryKeyOfThePattern() {
    for (int i = 0; i < 500; i++) {
      set("scan:" + i, "x");
    }
    set("other", "x");
    Set<String> found = new HashSet<>();
    ScanCursor cursor = ScanCursor.START;
    while (!cursor.equals(ScanCursor.END)) {
      ScanPage page = connection.scan(cursor, "scan:*", 50);
      assertThat(page.keys()).doesNotHaveDuplicates();
      found.addAll(page.keys());
      cursor = page.next();
    }
    assertThat(found).hasSize(500).allMatch(key -> key.startsWith("scan:"));
  }

  @Test
  void keysAreUnlinkedAndCounted() {
    set("a", "1");
    set("b", "1");
    set("c", "1");
    assertThat(connection.unlink(List.of("a", "b", "none"))).isEqualTo(2);
    assertThat(connection.unlink(List.of())).isZero();
    assertThat(redis.ask("EXISTS a b c")).startsWith(":1");
  }

  @Test
  void theClockIsThatOfTheServer() {
    ServerClock clock = connection.serverClock("any");
    long now = Clock.system().nanos();
    Object seconds =
        connection.eval(
            new Script("time", "return redis.call('TIME')[1] + 0"), List.of("k"), List.of());
    assertThat(clock.microsAt(now) / 1_000_000.0)
        .isBetween((Long) seconds - 1.0, (Long) seconds + 1.0);
    assertThat(connection.serverClock("other")).isSameAs(clock);
  }

  @Test
  void connectionsThatWereKilledAreReplaced() {
    set("a", "1");
    redis.ask("CLIENT KILL TYPE normal SKIPME yes");
    await()
        .ignoreException(RemoteUnavailableException.class)
        .until(() -> "1".equals(text(connection.read(List.of("a")).get(0))));
  }

  @Test
  void anIdleConnectionHoldsFewThreadsAndConnections() {
    set("a", "1");
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("nearside-")) // other tests have clients of their own
            .count();
    assertThat(threads).isLessThanOrEqualTo(12);
    assertThat(redis.ask("CLIENT LIST").lines().filter(line -> line.contains("name=nearside")))
        .hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void equalConfigurationsShareAClientWhichClosesWithTheLast() {
    RedissonConnection second =
        RedissonConnection.open(redis.patient(), Clock.system(), Recorder.NONE);
    assertThat(second.client()).isSameAs(connection.client());
    second.close();
    second.close();
    assertThat(connection.client().isShutdown()).isFalse();
    set("a", "1");
    connection.close();
    assertThat(connection.client().isShutdown()).isTrue();
  }

  @Test
  void noThreadIsLeftAfterClose() {
    Set<Thread> before = Thread.getAllStackTraces().keySet(); // some of other tests among them
    RemoteSettings own = redis.settings(LocalRedis.NO_BREAKER, 1, 8, null);
    RedissonConnection second = RedissonConnection.open(own, Clock.system(), Recorder.NONE);
    assertThat(second.client()).isNotSameAs(connection.client());
    await()
        .ignoreException(RemoteUnavailableException.class)
        .until(() -> second.read(List.of("a")).size() == 1);
    second.close();
    await()
        .untilAsserted(() ->
            assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .extracting(Thread::getName)
                .noneMatch(name ->
                    name.startsWith("nearside-netty")
                        || name.startsWith("nearside-redisson")
                        || name.startsWith("nearside-connect")));
  }
}
