package io.nearside.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.config.CircuitBreakerSettings;
import io.nearside.config.RemoteSettings;
import io.nearside.observe.Recorder;
import io.nearside.store.Clock;
import io.nearside.store.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What callers meet when the server is away, hangs, comes back, or does not let them in. */
@Tag("any-jdk")
class RemoteConnectionFaultsTest {
  /** More than the time-out that a call may take. */
  private static final Duration SLACK = Duration.ofMillis(20);

  /** The scheduler of a busy machine may itself hold a thread back for longer than the slack. */
  private static final int TRIES = 10;

  private static final Script SET =
      new Script("set", "return redis.call('SET', KEYS[1], ARGV[1]) and 1");
  private static final CircuitBreakerSettings QUICK =
      new CircuitBreakerSettings(
          4, 0.5, 0, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30));

  private static Object set(RemoteConnection connection) {
    return String.valueOf(connection.eval(SET, List.of("a"), List.of("1".getBytes(UTF_8))));
  }

  /** That a call fails while the server is still stopped, at least once without delay. */
  private static void assertBounded(Runnable call) {
    Duration limit = LocalRedis.TIMEOUT.plus(SLACK);
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < TRIES && best.compareTo(limit) > 0; i++) {
      long before = Clock.system().nanos();
      assertThat(catchThrowable(call::run)).isInstanceOf(RemoteUnavailableException.class);
      Duration took = Duration.ofNanos(Clock.system().nanos() - before);
      best = took.compareTo(best) < 0 ? took : best;
    }
    assertThat(best).isLessThanOrEqualTo(limit);
  }

  private static RedissonConnection connected(RemoteSettings settings) {
    RedissonConnection connection =
        RedissonConnection.open(settings, Clock.system(), Recorder.NONE);
    RemoteConnectionTest.awaitConnected(connection);
    return connection;
  }

  @Test
  void noCallOutlastsItsTimeoutOnAStoppedServer() {
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection = connected(redis.settings())) {
      set(connection);
      redis.stop();
      assertBounded(() -> connection.read(List.of("a")));
      assertBounded(() -> set(connection));
      assertBounded(() -> connection.scan(ScanCursor.START, "*", 10));
      assertBounded(() -> connection.unlink(List.of("a", "b")));
      assertBounded(() -> connection.serverClock("a"));
      assertBounded(() -> failIfNothing(connection));
      redis.goOn();
      await()
          .ignoreException(RemoteUnavailableException.class)
          .until(() -> connection.read(List.of("a")).size() == 1);
    }
  }

  /** A bulk read of many steps, which says by nothing that it has failed. */
  private static void failIfNothing(RemoteConnection connection) {
    List<List<String>> groups =
        IntStream.range(0, 5 * Bulk.STEP).mapToObj(i -> List.of("k" + i)).toList();
    if (connection.readAll(groups).stream().allMatch(values -> values == null)) {
      throw new RemoteUnavailableException("nothing", false, null);
    }
  }

  @Test
  void noCallOutlastsItsTimeoutWhenThePoolIsUsedUp() throws Exception {
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection =
            connected(redis.settings(LocalRedis.NO_BREAKER, 1, 2, null))) {
      set(connection);
      redis.stop();
      ExecutorService callers = Executors.newFixedThreadPool(64);
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        boolean read = i % 2 == 0;
        futures.add(
            callers.submit(() ->
                assertBounded(() -> {
                  if (read) {
                    connection.read(List.of("a"));
                  } else {
                    set(connection);
                  }
                })));
      }
      for (Future<?> future : futures) {
        future.get();
      }
      callers.shutdown();
      redis.goOn();
    }
  }

  @Test
  void aWriteThatTimedOutMayHaveBeenDone() {
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection = connected(redis.settings())) {
      set(connection);
      redis.stop();
      assertThatThrownBy(() -> set(connection))
          .isInstanceOfSatisfying(
              RemoteUnavailableException.class,
              e -> {
                assertThat(e.isOutcomeUnknown()).isTrue();
                assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
              });
      redis.goOn();
    }
  }

  @Test
  void withoutAServerItOpensAndCallsFailUntilItIsThere() {
    try (LocalRedis redis = LocalRedis.down();
        RedissonConnection connection =
            RedissonConnection.open(redis.settings(), Clock.system(), Recorder.NONE)) {
      assertBounded(() -> set(connection));
      assertThatThrownBy(() -> set(connection))
          .isInstanceOfSatisfying(
              RemoteUnavailableException.class, e -> assertThat(e.isOutcomeUnknown()).isFalse())
          .hasMessageContaining("remote.address");
      redis.start();
      await()
          .ignoreException(RemoteUnavailableException.class)
          .until(() -> set(connection).equals("1"));
    }
  }

  @Test
  void aServerThatCrashedAndCameBackIsUsedAgain() {
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection = connected(redis.settings())) {
      set(connection);
      redis.crash();
      assertThatThrownBy(() -> set(connection)).isInstanceOf(RemoteUnavailableException.class);
      redis.start();
      await()
          .ignoreException(RemoteUnavailableException.class)
          .until(() -> set(connection).equals("1"));
    }
  }

  @Test
  void aServerThatIsBackIsTriedLongBeforeThePauseEnds() {
    ManualClock clock = new ManualClock();
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection = used(redis, clock)) {
      redis.crash();
      awaitShed(connection);
      redis.start();
      awaitRecovery(connection, clock, () -> set(connection));
    }
  }

  @Test
  void aServerThatAnswersIsTriedLongBeforeThePauseEnds() {
    ManualClock clock = new ManualClock();
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection = used(redis, clock)) {
      redis.stop();
      awaitShed(connection);
      redis.goOn(); // so it never is silent when it is asked whether it is there
      redis.ask("CONFIG RESETSTAT");
      clock.advance(SEARCH.minusNanos(1));
      connection.tick();
      clock.advance(1);
      connection.tick();
      awaitTrial(connection);
      assertThat(redis.ask("INFO commandstats")).contains("cmdstat_time:calls=1,");
      redis.stop(); // what tries fails again
      awaitShed(connection);
      redis.goOn();
      awaitRecovery(connection, clock, () -> set(connection));
    }
  }

  @Test
  void aServerThatIsBackIsSoonAsUsualAlsoWhereNobodyCalls() {
    ManualClock clock = new ManualClock();
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection = used(redis, clock)) {
      redis.stop();
      awaitShed(connection);
      redis.goOn();
      awaitRecovery(connection, clock, () -> {});
    }
  }

  /** Opens its breaker soon, and has been answered. */
  private static RedissonConnection used(LocalRedis redis, Clock clock) {
    RedissonConnection connection =
        RedissonConnection.open(redis.settings(QUICK, 1, 16, null), clock, Recorder.NONE);
    RemoteConnectionTest.awaitConnected(connection);
    set(connection);
    return connection;
  }

  private static final Duration SEARCH = Duration.ofMillis(750);

  private static void awaitShed(RedissonConnection connection) {
    await()
        .until(() ->
            catchThrowable(() -> set(connection)) instanceof RemoteUnavailableException e
                && e.reason() == Reason.SHED);
  }

  private static void awaitTrial(RedissonConnection connection) {
    await()
        .until(() ->
            connection.masters().stream()
                .allMatch(master -> master.guard.state().equals("HALF_OPEN")));
  }

  /** Only upkeep passes time here, and far less of it than the pause. */
  private static void awaitRecovery(
      RedissonConnection connection, ManualClock clock, Runnable call) {
    AtomicInteger recoveries = new AtomicInteger();
    connection.onRecovery(recoveries::incrementAndGet);
    await()
        .ignoreException(RemoteUnavailableException.class)
        .until(() -> {
          clock.advance(SEARCH.dividedBy(10));
          connection.tick();
          call.run();
          return recoveries.get() == 1;
        });
  }

  @Test
  void anOpenBreakerAsksNothingOfTheServer() {
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection = connected(redis.settings(QUICK, 1, 16, null))) {
      set(connection);
      redis.stop();
      await()
          .until(() ->
              catchThrowable(() -> connection.read(List.of("a")))
                      instanceof RemoteUnavailableException e
                  && e.reason() == Reason.SHED);
      redis.goOn();
      redis.ask("CONFIG RESETSTAT");
      assertThatThrownBy(() -> set(connection))
          .isInstanceOf(RemoteUnavailableException.class)
          .hasMessageContaining("failed too often");
      assertThat(redis.ask("INFO commandstats")).doesNotContain("cmdstat_evalsha");
    }
  }

  @Test
  void aWrongPasswordIsNamed() {
    try (LocalRedis redis = LocalRedis.up("--requirepass", "right");
        RedissonConnection wrong =
            RedissonConnection.open(
                redis.settings(LocalRedis.NO_BREAKER, 1, 16, "wrong"),
                Clock.system(),
                Recorder.NONE);
        RedissonConnection none =
            RedissonConnection.open(redis.settings(), Clock.system(), Recorder.NONE);
        RedissonConnection right =
            connected(redis.settings(LocalRedis.NO_BREAKER, 1, 16, "right"))) {
      assertThat(set(right)).isEqualTo("1");
      for (RedissonConnection refused : List.of(wrong, none)) {
        await()
            .untilAsserted(() ->
                assertThatThrownBy(() -> set(refused))
                    .isInstanceOfSatisfying(
                        RemoteUnavailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.DENIED))
                    .hasMessageContaining("password"));
      }
    }
  }

  @Test
  void closingWhileTheServerHangsIsBounded() {
    try (LocalRedis redis = LocalRedis.up()) {
      RedissonConnection connection = connected(redis.settings());
      set(connection);
      redis.stop();
      connection.evalAsync(
          SET,
          List.of("a"),
          List.of("2".getBytes(UTF_8)),
          System.nanoTime() + connection.timeoutNanos());
      connection.close();
      assertThat(connection.client().isShutdown()).isTrue();
      redis.goOn();
    }
  }

  @Test
  void anApplicationsOwnClientIsUsedAndNeverClosed() {
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection lender = connected(redis.settings())) {
      RemoteSettings given = redis.settings();
      RemoteSettings own =
          new RemoteSettings(
              "test",
              new RemoteSettings.Client(lender.client()),
              given.timeout(),
              given.connectTimeout(),
              1,
              16,
              given.circuitBreaker(),
              256);
      RedissonConnection borrower = connected(own);
      assertThat(set(borrower)).isEqualTo("1");
      borrower.close();
      assertThat(set(lender)).isEqualTo("1");
    }
  }

  @Test
  void whatIsNoClientIsRefused() {
    RemoteSettings given = LocalRedis.down().settings();
    RemoteSettings own =
        new RemoteSettings(
            "test",
            new RemoteSettings.Client("a string"),
            given.timeout(),
            given.connectTimeout(),
            1,
            16,
            given.circuitBreaker(),
            256);
    assertThatThrownBy(() -> RedissonConnection.open(own, Clock.system(), Recorder.NONE))
        .isExactlyInstanceOf(CacheException.class)
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void onlyOldServersAreOld() {
    assertThat(List.of("2.8.24", "5.0.14", "6.0.16")).allMatch(ServerProbe::isOlder);
    assertThat(List.of("6.2.0", "7.0.15", "8.2.1", "10.0.0", "255.255.255", ""))
        .noneMatch(ServerProbe::isOlder);
  }

  @Test
  void loopbackIsToldByWhatIsWritten() {
    assertThat(List.of("redis://localhost:1", "redis://127.0.0.1:1", "redis://[::1]:1"))
        .allMatch(ClientConfig::isLoopback);
    assertThat(List.of("redis://cache:1", "redis://10.0.0.1:1"))
        .noneMatch(ClientConfig::isLoopback);
  }
}
