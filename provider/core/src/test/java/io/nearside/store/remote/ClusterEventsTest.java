package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.spi.NearsideCachingProvider;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;
import org.slf4j.LoggerFactory;

/** Two managers over one Redis: what the one does is heard by the listeners of the other. */
@Tag("any-jdk")
class ClusterEventsTest {
  private static final String PROBE = "probe";
  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static final AtomicInteger PROBES = new AtomicInteger();
  private static LocalRedis redis;

  private final NearsideCachingProvider provider = new NearsideCachingProvider();
  private final String namespace = "events" + NAMESPACES.incrementAndGet();

  @BeforeAll
  static void start() {
    redis = LocalRedis.up();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  record Heard(EventType type, String key, @Nullable String value, @Nullable String old) {
    @Override
    public String toString() {
      return type + " " + key + ": " + old + " -> " + value;
    }
  }

  /** A cache of one node, and what its listener has heard. */
  static final class Node {
    final Cache<String, String> cache;
    final Queue<Heard> all = new ConcurrentLinkedQueue<>();

    Node(CacheManager manager, NearsideConfiguration<String, String> configuration) {
      this.cache = manager.createCache("orders", configuration);
    }

    Node(CacheManager manager) {
      this(manager, settings().build());
    }

    Node listen(boolean synchronous) {
      cache.registerCacheEntryListener(listener(this::hear, null, true, synchronous));
      return this;
    }

    void hear(CacheEntryEvent<? extends String, ? extends String> event) {
      boolean ended =
          event.getEventType() == EventType.REMOVED || event.getEventType() == EventType.EXPIRED;
      all.add(
          new Heard(
              event.getEventType(),
              event.getKey(),
              ended ? null : event.getValue(),
              event.isOldValueAvailable() ? event.getOldValue() : null));
    }

    /** Without the probes. */
    List<Heard> heard() {
      return all.stream().filter(heard -> !heard.key.equals(PROBE)).toList();
    }

    boolean hasHeard(String value) {
      return all.stream().anyMatch(heard -> value.equals(heard.value));
    }

    /** Waits until this node hears what the other one does. */
    void awaitHearing(Node other) {
      await()
          .until(() -> {
            String value = PROBE + PROBES.incrementAndGet(); // of which this node wrote none
            other.cache.put(PROBE, value);
            return hasHeardSoon(value);
          });
    }

    private boolean hasHeardSoon(String value) {
      for (int i = 0; i < 50 && !hasHeard(value); i++) {
        RemoteBed.pass(2_000_000);
      }
      return hasHeard(value);
    }
  }

  private static NearsideConfigurationBuilder<String, String> settings() {
    return NearsideConfiguration.<String, String>builder(String.class, String.class)
        .eternal()
        .clusterEvents();
  }

  private static CacheEntryListenerConfiguration<String, String> listener(
      Hearing hearing,
      @Nullable CacheEntryEventFilter<String, String> filter,
      boolean oldValues,
      boolean synchronous) {
    return new MutableCacheEntryListenerConfiguration<>(
        new FactoryBuilder.SingletonFactory<CacheEntryListener<String, String>>(hearing),
        filter == null
            ? null
            : new FactoryBuilder.SingletonFactory<CacheEntryEventFilter<String, String>>(filter),
        oldValues,
        synchronous);
  }

  /** A listener to everything. */
  interface Hearing
      extends CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String>,
          CacheEntryRemovedListener<String, String>,
          CacheEntryExpiredListener<String, String> {
    void hear(CacheEntryEvent<? extends String, ? extends String> event);

    @Override
    default void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(this::hear);
    }

    @Override
    default void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(this::hear);
    }

    @Override
    default void onRemoved(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(this::hear);
    }

    @Override
    default void onExpired(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(this::hear);
    }
  }

  /** With a connection of its own for each host name. */
  private CacheManager manager(int instance) {
    return manager(redis, instance);
  }

  private CacheManager manager(LocalRedis server, int instance) {
    String host = instance == 1 ? "127.0.0.1" : "localhost";
    return manager("redis://" + host + ":" + server.port, instance);
  }

  private CacheManager manager(String address, int instance) {
    return manager(provider, address, namespace, instance);
  }

  static CacheManager manager(
      NearsideCachingProvider provider, String address, String namespace, int instance) {
    Properties properties = new Properties();
    properties.put("nearside.remote.timeout", "3s"); // what other processes do must not matter
    return provider.getCacheManager(
        URI.create(address + "?namespace=" + namespace + "&topology=remote&instance=" + instance),
        null,
        properties);
  }

  private String channel() {
    return Channels.events(namespace, "orders", 1);
  }

  private static Heard created(String key, String value) {
    return new Heard(EventType.CREATED, key, value, null);
  }

  private static Heard updated(String key, String old, String value) {
    return new Heard(EventType.UPDATED, key, value, old);
  }

  private static Heard removed(String key, String old) {
    return new Heard(EventType.REMOVED, key, null, old);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachNodeHearsOnceWhatEitherDoes(boolean synchronous) {
    Node one = new Node(manager(1)).listen(synchronous);
    Node two = new Node(manager(2)).listen(synchronous);
    one.awaitHearing(two);
    two.awaitHearing(one);

    one.cache.put("a", "1");
    two.cache.put("a", "2");
    one.cache.remove("a");
    two.cache.putIfAbsent("a", "3");
    one.cache.invoke(
        "a",
        (entry, arguments) -> {
          entry.setValue(entry.getValue() + "!");
          return null;
        });
    two.cache.getAndRemove("a");
    one.cache.put("a", "last");

    List<Heard> expected =
        List.of(
            created("a", "1"),
            updated("a", "1", "2"),
            removed("a", "2"),
            created("a", "3"),
            updated("a", "3", "3!"),
            removed("a", "3!"),
            created("a", "last"));
    await().untilAsserted(() -> assertThat(one.heard()).isEqualTo(expected));
    await().untilAsserted(() -> assertThat(two.heard()).isEqualTo(expected));
    one.awaitHearing(two);
    two.awaitHearing(one);
    assertThat(one.heard()).isEqualTo(expected);
    assertThat(two.heard()).isEqualTo(expected);
  }

  @Test
  void aSynchronousListenerHearsOfItsOwnChangeBeforeTheChangeReturns() {
    Node one = new Node(manager(1)).listen(true);
    Node two = new Node(manager(2)).listen(true);
    one.awaitHearing(two);
    two.awaitHearing(one);

    for (int i = 0; i < 200; i++) {
      one.cache.put("a", "one" + i);
      assertThat(one.hasHeard("one" + i)).isTrue();
      two.cache.put("a", "two" + i);
      assertThat(two.hasHeard("two" + i)).isTrue();
    }
    await().until(() -> one.heard().size() == 400 && two.heard().size() == 400);
    assertThat(one.heard()).isEqualTo(two.heard());
  }

  @Test
  void bulkChangesAreHeard() {
    Node one = new Node(manager(1)).listen(true);
    Node two = new Node(manager(2)).listen(true);
    one.awaitHearing(two);
    two.awaitHearing(one);
    java.util.Map<String, String> many = new java.util.HashMap<>();
    Set<Heard> expected = new HashSet<>();
    for (int i = 0; i < 1_200; i++) {
      many.put("k" + i, "v" + i);
      expected.add(created("k" + i, "v" + i));
      expected.add(removed("k" + i, "v" + i));
    }

    one.cache.putAll(many);
    assertThat(one.heard()).hasSize(1_200);
    two.cache.removeAll(many.keySet());

    await().until(() -> one.heard().size() >= 2_400 && two.heard().size() >= 2_400);
    assertThat(one.heard()).hasSize(2_400).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(two.heard()).hasSize(2_400).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void expiryIsHeardOnceByEach() {
    NearsideConfiguration<String, String> brief =
        NearsideConfiguration.<String, String>builder(String.class, String.class)
            .timeToLive(Duration.ofMillis(300))
            .clusterEvents()
            .build();
    Node one = new Node(manager(1), brief).listen(true);
    Node two = new Node(manager(2), brief).listen(false);
    one.awaitHearing(two);
    two.awaitHearing(one);

    for (int i = 0; i < 20; i++) {
      one.cache.put("k" + i, "v");
    }

    await().until(() -> expired(one).size() >= 20 && expired(two).size() >= 20);
    one.awaitHearing(two);
    two.awaitHearing(one);
    assertThat(expired(one)).hasSize(20).doesNotHaveDuplicates();
    assertThat(expired(two)).hasSize(20).doesNotHaveDuplicates();
    assertThat(expired(two)).allMatch(heard -> "v".equals(heard.old));
  }

  private static List<Heard> expired(Node node) {
    return node.heard().stream().filter(heard -> heard.type == EventType.EXPIRED).toList();
  }

  @Test
  void expiryIsHeardWhereNobodyElseListens() {
    NearsideConfiguration<String, String> brief =
        NearsideConfiguration.<String, String>builder(String.class, String.class)
            .timeToLive(Duration.ofMillis(300))
            .clusterEvents()
            .build();
    Node one = new Node(manager(1), brief);
    Node two = new Node(manager(2), brief).listen(true);
    two.awaitHearing(one);

    one.cache.put("k", "v");

    await().until(() -> !expired(two).isEmpty());
    assertThat(two.heard())
        .containsExactly(created("k", "v"), new Heard(EventType.EXPIRED, "k", null, "v"));
  }

  @Test
  void filtersAndOldValuesAreAsForOwnChanges() {
    Node one = new Node(manager(1));
    Node two = new Node(manager(2)).listen(true);
    List<@Nullable String> old = new CopyOnWriteArrayList<>();
    List<String> keys = new CopyOnWriteArrayList<>();
    two.cache.registerCacheEntryListener(
        listener(event -> old.add(event.getOldValue()), null, false, false));
    two.cache.registerCacheEntryListener(
        listener(event -> keys.add(event.getKey()), e -> e.getKey().startsWith("b"), false, true));
    two.awaitHearing(one);

    one.cache.put("a", "1");
    one.cache.put("b", "1");
    one.cache.put("b", "2");
    two.awaitHearing(one);

    await().untilAsserted(() -> assertThat(keys).containsExactly("b", "b"));
    await().untilAsserted(() -> assertThat(old).hasSizeGreaterThan(3).containsOnlyNulls());
  }

  @Test
  void aLongKeyIsHeardWhole() {
    Node one = new Node(manager(1)).listen(true);
    Node two = new Node(manager(2)).listen(true);
    one.awaitHearing(two);
    two.awaitHearing(one);
    String key = "k".repeat(1_000) + "%:{}~";

    one.cache.put(key, "1");
    two.cache.remove(key);

    List<Heard> expected = List.of(created(key, "1"), removed(key, "1"));
    await().untilAsserted(() -> assertThat(two.heard()).isEqualTo(expected));
    await().untilAsserted(() -> assertThat(one.heard()).isEqualTo(expected));
  }

  /** Longer than it takes on a quiet machine at hand, as over a network, or with TLS. */
  @Test
  void aConnectionThatIsSlowToMakeIsSubscribedAtOnce() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.nearside");
    log.start();
    logger.addAppender(log);
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server)) {
      proxy.delay(Duration.ofMillis(70));
      Node one = new Node(manager("redis://127.0.0.1:" + proxy.port(), 1)).listen(true);
      Node two = new Node(manager(server.address(), 2));
      one.awaitHearing(two);
      provider.close();
    } finally {
      logger.detachAppender(log);
    }
    assertThat(List.copyOf(log.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(message -> message.contains("not heard"));
  }

  /** Any master's publications reach every node: a cluster's masters pass them on. */
  @Test
  void changesAtAllMastersOfAClusterAreHeard() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      Node one = new Node(manager(cluster.address(), 1)).listen(true);
      Node two = new Node(manager(cluster.address(), 2)).listen(true);
      one.awaitHearing(two);
      two.awaitHearing(one);
      Set<Heard> expected = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        one.cache.put("k" + i, "1");
        two.cache.put("k" + i, "2");
        expected.add(created("k" + i, "1"));
        expected.add(updated("k" + i, "1", "2"));
      }
      await().until(() -> one.heard().size() >= 200 && two.heard().size() >= 200);
      assertThat(one.heard()).hasSize(200).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(two.heard()).hasSize(200).containsExactlyInAnyOrderElementsOf(expected);
      for (RedisServer master : cluster.masters()) {
        assertThat(master.keys("*:s:k*")).hasSizeGreaterThan(10);
      }
      provider.close();
    }
  }

  @Test
  void withLocalEventsOnlyOwnChangesAreHeard() {
    NearsideConfiguration<String, String> local =
        NearsideConfiguration.<String, String>builder(String.class, String.class)
            .eternal()
            .localEvents()
            .build();
    Node one = new Node(manager(1), local).listen(true);
    Node two = new Node(manager(2), local).listen(true);
    RedissonClient client = one.cache.unwrap(RedissonClient.class);
    Queue<byte[]> published = new ConcurrentLinkedQueue<>();
    client
        .getTopic(channel(), ByteArrayCodec.INSTANCE)
        .addListener(byte[].class, (name, message) -> published.add(message));

    one.cache.put("a", "1");
    two.cache.put("b", "1");
    client.getTopic(channel(), ByteArrayCodec.INSTANCE).publish(new byte[] {42});

    await().until(() -> !published.isEmpty());
    assertThat(published).containsExactly(new byte[] {42});
    assertThat(one.heard()).containsExactly(created("a", "1"));
    assertThat(two.heard()).containsExactly(created("b", "1"));
  }

  @Test
  void withoutListenersThereIsNoSubscription() {
    Node one = new Node(manager(1));
    Node two = new Node(manager(2));
    one.cache.put("a", "1");
    two.cache.get("a");
    assertThat(redis.ask("PUBSUB NUMSUB " + channel())).contains(":0");
    CacheEntryListenerConfiguration<String, String> later = listener(two::hear, null, true, true);

    two.cache.registerCacheEntryListener(later);
    two.awaitHearing(one);
    assertThat(redis.ask("PUBSUB NUMSUB " + channel())).contains(":1");

    two.cache.deregisterCacheEntryListener(later);
    await().until(() -> redis.ask("PUBSUB NUMSUB " + channel()).contains(":0"));
  }

  @Test
  void eventsAreHeardAgainWhenTheConnectionHasBroken() {
    Node one = new Node(manager(1)).listen(true);
    Node two = new Node(manager(2)).listen(true);
    one.awaitHearing(two);
    two.awaitHearing(one);

    redis.ask("CLIENT KILL TYPE pubsub");
    one.awaitHearing(two);
    two.awaitHearing(one);
    one.cache.put("a", "1");
    two.cache.put("a", "2");

    List<Heard> expected = List.of(created("a", "1"), updated("a", "1", "2"));
    await().untilAsserted(() -> assertThat(one.heard()).isEqualTo(expected));
    await().untilAsserted(() -> assertThat(two.heard()).isEqualTo(expected));
  }

  @Test
  void cachesAreCreatedWithoutRedisAndHearWhenItIsThere() {
    try (LocalRedis late = LocalRedis.down()) {
      Node one = new Node(manager(late, 1)).listen(true);
      Node two = new Node(manager(late, 2)).listen(true);

      late.start();
      one.awaitHearing(two);
      two.awaitHearing(one);
      provider.close();
    }
  }

  @Test
  void whatCannotBeReadIsPassedOver() {
    Node one = new Node(manager(1));
    Node two = new Node(manager(2)).listen(true);
    two.awaitHearing(one);
    RTopic topic =
        one.cache.unwrap(RedissonClient.class).getTopic(channel(), ByteArrayCodec.INSTANCE);
    topic.publish(new byte[0]);
    topic.publish(new byte[] {1, 1, 0});
    topic.publish(new byte[200]);
    byte[] future = new byte[200];
    future[0] = 2;
    topic.publish(future);

    one.cache.put("a", "1");

    await().untilAsserted(() -> assertThat(two.heard()).containsExactly(created("a", "1")));
  }

  @Test
  void onTheApplicationsOwnClientOnlyOurListenerIsRemoved() {
    Config config = new Config();
    config.setCodec(ByteArrayCodec.INSTANCE);
    config.useSingleServer().setAddress("redis://127.0.0.1:" + redis.port);
    RedissonClient client = Redisson.create(config);
    try {
      Queue<byte[]> theirs = new ConcurrentLinkedQueue<>();
      RTopic topic = client.getTopic(channel(), ByteArrayCodec.INSTANCE);
      topic.addListener(byte[].class, (name, message) -> theirs.add(message));
      Properties properties = new Properties();
      properties.put("nearside.redisson", client);
      properties.put("nearside.namespace", namespace);
      CacheManager manager =
          provider.getCacheManager(URI.create("nearside:default?instance=own"), null, properties);
      Node one = new Node(manager, settings().topology(io.nearside.Topology.REMOTE).build());
      one.listen(true);
      Node two = new Node(manager(2)).listen(true);
      one.awaitHearing(two);
      await().until(() -> topic.countListeners() == 2);

      manager.close();
      await().until(() -> topic.countListeners() == 1);
      theirs.clear();
      two.cache.put("a", "1");

      await().until(() -> !theirs.isEmpty());
      assertThat(client.isShutdown()).isFalse();
    } finally {
      client.shutdown();
    }
  }
}
