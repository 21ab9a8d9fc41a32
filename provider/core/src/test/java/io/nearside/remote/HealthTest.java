package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.NearsideHealth;
import io.nearside.NearsideHealth.Kind;
import io.nearside.NearsideHealth.Problem;
import io.nearside.NearsideHealth.Status;
import io.nearside.NearsideManager;
import io.nearside.Operations.Mode;
import io.nearside.Operations.Scope;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nodes say of themselves while Redis, the way to it or a source fails, and afterwards. */
@Tag("any-jdk")
class HealthTest {
  private static final AtomicBoolean SOURCE_FAILS = new AtomicBoolean();
  private static final AtomicReference<CountDownLatch> SOURCE_HANGS =
      new AtomicReference<>(new CountDownLatch(0));

  @RegisterExtension static final ProxiedRedis REDIS = new ProxiedRedis();

  @BeforeEach
  void start() {
    SOURCE_FAILS.set(false);
    SOURCE_HANGS.set(new CountDownLatch(0));
  }

  private static NearsideManager manager(CacheManager node) {
    return node.unwrap(NearsideManager.class);
  }

  private CacheManager node() {
    return REDIS
        .bench()
        .node(Map.of("remote.timeout", "500ms", "remote.circuitBreaker.failureThreshold", "3"));
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> cache(CacheManager node) {
    return node.createCache(
            "watched",
            NearsideConfiguration.builder(String.class, String.class)
                .topology(Topology.TWO_TIER)
                .timeToLive(Duration.ofHours(1))
                .build())
        .unwrap(NearsideCache.class);
  }

  private static List<Kind> kinds(NearsideHealth health) {
    return health.problems().stream().map(Problem::kind).toList();
  }

  private static Problem problem(NearsideHealth health, Kind kind) {
    return health.problems().stream().filter(one -> one.kind() == kind).findFirst().orElseThrow();
  }

  private static void awaitUp(NearsideCache<?, ?> cache) {
    await().untilAsserted(() -> assertThat(cache.health().problems()).isEmpty());
  }

  @Test
  void aManagerThatNeverReachedRedisSaysSoUntilItDoes() throws Exception {
    int port = RedisServer.freePort();
    Instant before = Instant.now();
    try (Bench away = new Bench("redis://127.0.0.1:" + port)) {
      NearsideManager manager = manager(away.node());
      await().until(() -> kinds(manager.health()).contains(Kind.REMOTE_NEVER_REACHED));
      Problem problem = problem(manager.health(), Kind.REMOTE_NEVER_REACHED);
      assertThat(problem.cache()).isEmpty();
      assertThat(problem.master()).contains(":" + port);
      assertThat(problem.since()).isBetween(before.minusMillis(50), Instant.now());
      NearsideCache<String, String> cache = cache(manager);
      assertThat(problem(cache.health(), Kind.REMOTE_NEVER_REACHED).cache()).isEqualTo("watched");
      assertThat(manager.health().problems()).extracting(Problem::cache).containsOnly("watched");
      try (RedisServer late = RedisServer.startOn(port)) {
        awaitUp(cache);
        assertThat(manager.health().problems()).isEmpty();
        assertThat(late.running()).isTrue();
      }
    }
  }

  @Test
  void whileRedisIsAwayItIsSaidWhatIsTheMatterAndWhatWorks() {
    NearsideCache<String, String> cache = cache(node());
    cache.put("k", "v");
    awaitUp(cache);
    Instant before = Instant.now();
    REDIS.proxy().cut();
    await()
        .untilAsserted(() -> {
          cache.put("k", "w");
          assertThat(kinds(cache.health()))
              .contains(
                  Kind.REMOTE_UNAVAILABLE,
                  Kind.BREAKER_OPEN,
                  Kind.RECOVERY_PENDING,
                  Kind.COPIES_UNPROVEN)
              .doesNotHaveDuplicates();
        });
    NearsideHealth health = cache.health();
    assertThat(health.status()).isEqualTo(Status.DEGRADED);
    assertThat(health.problems())
        .allSatisfy(problem -> {
          assertThat(problem.cache()).isEqualTo("watched");
          assertThat(problem.since()).isBetween(before.minusMillis(50), Instant.now());
          assertThat(problem.why()).isNotBlank();
        });
    assertThat(problem(health, Kind.BREAKER_OPEN).master()).isEqualTo("redis:/" + host());
    assertThat(problem(health, Kind.BREAKER_OPEN).works())
        .contains("reads miss", "made good later");
    assertThat(problem(health, Kind.RECOVERY_PENDING).master()).isNull();
    assertThat(problem(health, Kind.RECOVERY_PENDING).why()).contains("1 keys");
    REDIS.proxy().heal();
    awaitUp(cache);
  }

  @Test
  void listenersAreToldOfTheBreakerAndOfModes() {
    CacheManager node = node();
    NearsideCache<String, String> cache = cache(node);
    awaitUp(cache);
    List<Problem> begun = new CopyOnWriteArrayList<>();
    List<Problem> over = new CopyOnWriteArrayList<>();
    manager(node)
        .addHealthListener(change -> {
          begun.addAll(change.begun());
          over.addAll(change.over());
        });
    REDIS.proxy().cut();
    await()
        .untilAsserted(() -> {
          cache.put("k", "w");
          assertThat(begun).extracting(Problem::kind).contains(Kind.BREAKER_OPEN);
        });
    assertThat(over).extracting(Problem::kind).doesNotContain(Kind.BREAKER_OPEN);
    REDIS.proxy().heal();
    await()
        .untilAsserted(() -> {
          cache.put("k", "w");
          assertThat(over).extracting(Problem::kind).contains(Kind.BREAKER_OPEN);
        });
    manager(node).operations().mode(Mode.READ_ONLY, Scope.NODE, "a test");
    await()
        .untilAsserted(() ->
            assertThat(begun)
                .anyMatch(one -> one.kind() == Kind.SWITCHED && one.cache().equals("watched")));
    manager(node).operations().mode(null, Scope.NODE, "a test");
    await().untilAsserted(() -> assertThat(over).extracting(Problem::kind).contains(Kind.SWITCHED));
  }

  private String host() {
    return REDIS.proxy().address().substring("redis:/".length());
  }

  @Test
  void aSilentBusIsSaidWhileCommandsWork() {
    NearsideCache<String, String> cache = cache(node());
    cache.put("k", "v");
    awaitUp(cache);
    REDIS.proxy().silenceSubscribers();
    await().until(() -> kinds(cache.health()).contains(Kind.BUS_SILENT));
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(kinds(cache.health())).doesNotContain(Kind.BREAKER_OPEN, Kind.COPIES_UNPROVEN);
    await().untilAsserted(() -> assertThat(REDIS.bench().logged()).contains("BUS_SILENT"));
    REDIS.proxy().heal();
    awaitUp(cache);
    assertThat(REDIS.bench().logged().lines().filter(line -> line.contains("BUS_SILENT")))
        .hasSize(1);
  }

  @Test
  void lookingAtHealthAsksNobody() throws Exception {
    NearsideCache<String, String> cache = queued(REDIS.bench().node());
    cache.put("k", "v");
    awaitUp(cache);
    long before = Long.parseLong(REDIS.server().info("total_commands_processed"));
    long start = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      assertThat(cache.health().problems()).isEmpty();
    }
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
    long calls = Long.parseLong(REDIS.server().info("total_commands_processed")) - before;
    assertThat(calls).isLessThan(1_000 * seconds); // its queue is looked at now and then
  }

  @Test
  void theManagersBeanTellsTheSame() throws Exception {
    CacheManager node = node();
    NearsideCache<String, String> cache = cache(node);
    awaitUp(cache);
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    String uri = node.getURI().toString().replaceAll("[,:=\n*?\"\\\\]", ".");
    ObjectName name = new ObjectName("io.nearside:type=NearsideManager,CacheManager=" + uri);
    assertThat(beans.getAttribute(name, "Status")).isEqualTo("UP");
    REDIS.proxy().cut();
    await()
        .untilAsserted(() -> {
          cache.put("k", "v");
          assertThat(beans.getAttribute(name, "Status")).isEqualTo("DEGRADED");
          assertThat((String[]) beans.getAttribute(name, "Problems"))
              .anyMatch(line ->
                  line.matches(
                      "REMOTE_UNAVAILABLE of cache \"watched\" at redis:.* since .*next: .*"));
        });
    node.close();
    assertThat(beans.isRegistered(name)).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> manager(node).health());
    assertThatIllegalStateException().isThrownBy(cache::health);
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> queued(CacheManager node) {
    return node.createCache(
            "queued",
            NearsideConfiguration.builder(String.class, String.class)
                .topology(Topology.REMOTE)
                .eternal()
                .writer(FactoryBuilder.factoryOf(new Source()))
                .writeBehind(queue -> queue.flushInterval(Duration.ofMillis(10)).maxAttempts(1))
                .build())
        .unwrap(NearsideCache.class);
  }

  @Test
  void writesThatAreParkedOrManyAreSaid() {
    NearsideCache<String, String> cache = queued(REDIS.bench().node());
    SOURCE_FAILS.set(true);
    cache.put("k", "v");
    await().until(() -> kinds(cache.health()).contains(Kind.WRITES_PARKED));
    Problem parked = problem(cache.health(), Kind.WRITES_PARKED);
    assertThat(parked.toString()).doesNotContain("\"k\"").contains("1 writes");
    SOURCE_FAILS.set(false);
    assertThat(cache.writeQueue().replay("k")).isTrue();
    awaitUp(cache);
  }

  @Test
  void writesThatWaitForLongAreSaidBeforeChangesAreRefused() {
    NearsideCache<String, String> cache =
        local(queue -> queue.flushInterval(Duration.ofMillis(10)).maximumLag(LAG));
    SOURCE_HANGS.set(new CountDownLatch(1));
    cache.put("k", "v");
    await().until(() -> kinds(cache.health()).contains(Kind.WRITES_LATE));
    assertThat(kinds(cache.health())).containsExactly(Kind.WRITES_LATE);
    assertThat(problem(cache.health(), Kind.WRITES_LATE).why()).contains("1 writes");
    await().until(() -> kinds(cache.health()).equals(List.of(Kind.WRITES_FULL)));
    assertThat(problem(cache.health(), Kind.WRITES_FULL).why()).contains("maximumLag");
    SOURCE_HANGS.get().countDown();
    awaitUp(cache);
  }

  @Test
  void asManyWritesAsMayWaitAreSaid() {
    NearsideCache<String, String> cache = local(queue -> queue.maximumDepth(2));
    SOURCE_HANGS.set(new CountDownLatch(1));
    cache.put("k", "v");
    assertThat(kinds(cache.health())).isEmpty();
    cache.put("l", "v");
    assertThat(kinds(cache.health())).containsExactly(Kind.WRITES_FULL);
    assertThat(problem(cache.health(), Kind.WRITES_FULL).why()).contains("2 writes");
    assertThat(problem(cache.health(), Kind.WRITES_FULL).master()).isNull();
    SOURCE_HANGS.get().countDown();
    awaitUp(cache);
  }

  private static final Duration LAG = Duration.ofSeconds(3);

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> local(
      Consumer<NearsideConfigurationBuilder<String, String>.WriteBehindBuilder> terms) {
    return REDIS
        .bench()
        .node()
        .createCache(
            "waiting",
            NearsideConfiguration.builder(String.class, String.class)
                .topology(Topology.LOCAL)
                .eternal()
                .writer(FactoryBuilder.factoryOf(new Source()))
                .writeBehind(terms)
                .build())
        .unwrap(NearsideCache.class);
  }

  @Test
  void aRedisWithoutMemoryIsSaidUntilItTakesAChange() throws Exception {
    NearsideCache<String, String> cache = cache(node());
    cache.put("k", "v");
    awaitUp(cache);
    REDIS.server().call("CONFIG", "SET", "maxmemory", 1);
    try {
      await()
          .untilAsserted(() -> {
            cache.put("k", "w");
            assertThat(kinds(cache.health())).contains(Kind.REMOTE_FULL);
          });
      assertThat(problem(cache.health(), Kind.REMOTE_FULL).master()).isEqualTo("redis:/" + host());
      assertThat(cache.health().problems())
          .extracting(Problem::kind)
          .doesNotContain(Kind.REMOTE_UNAVAILABLE, Kind.BREAKER_OPEN);
    } finally {
      REDIS.server().call("CONFIG", "SET", "maxmemory", 0);
    }
    await()
        .untilAsserted(() -> {
          cache.put("k", "x");
          assertThat(cache.health().problems()).isEmpty();
        });
  }

  /** A source that fails or hangs on demand. */
  static final class Source implements CacheWriter<String, String>, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      try {
        SOURCE_HANGS.get().await();
      } catch (InterruptedException e) {
        throw new CacheWriterException(e);
      }
      if (SOURCE_FAILS.get()) {
        throw new CacheWriterException("no");
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
    public void deleteAll(Collection<?> keys) {
      keys.clear();
    }
  }
}
