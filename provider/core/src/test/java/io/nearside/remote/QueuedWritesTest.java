package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.ParkedWrite;
import io.nearside.Topology;
import io.nearside.WriteQueue;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.observe.NearsideWriteQueueMXBean;
import io.nearside.store.Seeds;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import javax.management.JMX;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of several nodes that reach one source later, by a queue in Redis. */
@Timeout(180)
@Tag("any-jdk")
class QueuedWritesTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofHours(1);

  @RegisterExtension static final BenchRedis REDIS = new BenchRedis();

  private final Source source = new Source();

  @AfterEach
  void end() {
    source.refuses = key -> false;
  }

  private static CacheManager node(Bench bench) {
    return node(bench, "32");
  }

  private static CacheManager node(Bench bench, String partitions) {
    return bench.node(Map.of("remote.timeout", "5s", "remote.partitions", partitions));
  }

  private interface Tuning
      extends Consumer<NearsideConfigurationBuilder<Integer, String>.WriteBehindBuilder> {}

  private NearsideCache<Integer, String> cache(Topology topology, Tuning tuning) {
    return cache(node(REDIS.bench()), topology, source, null, tuning);
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> cache(
      CacheManager manager,
      Topology topology,
      CacheWriter<Integer, String> writer,
      @Nullable CacheLoader<Integer, String> loader,
      Tuning tuning) {
    NearsideConfigurationBuilder<Integer, String> builder =
        NearsideConfiguration.builder(Integer.class, String.class)
            .topology(topology)
            .timeToLive(Duration.ofHours(1))
            .writer(writer)
            .writeBehind(tuning);
    if (loader != null) {
      builder.loader(loader);
    }
    NearsideCache<Integer, String> cache =
        manager.createCache("queued", builder.build()).unwrap(NearsideCache.class);
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> queue(cache).depth() >= 0);
    return cache;
  }

  private static WriteQueue<Integer, String> queue(NearsideCache<Integer, String> cache) {
    return Objects.requireNonNull(cache.writeQueue());
  }

  private static void awaitEmpty(NearsideCache<Integer, String> cache) {
    await().atMost(Duration.ofSeconds(40)).until(() -> queue(cache).depth() == 0);
  }

  /** A map that can be made to fail, and remembers what it was asked. */
  private static class Source implements CacheWriter<Integer, String> {
    final Map<Integer, String> content = new ConcurrentHashMap<>();
    final Map<Integer, List<String>> history = new ConcurrentHashMap<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    volatile Predicate<Integer> refuses = key -> false;

    private void change(Integer key, @Nullable String value) {
      if (refuses.test(key)) {
        throw new CacheWriterException("refused " + key);
      }
      history
          .computeIfAbsent(key, none -> new CopyOnWriteArrayList<>())
          .add(value == null ? "-" : value);
      if (value == null) {
        content.remove(key);
      } else {
        content.put(key, value);
      }
    }

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
      batches.add(1);
      change(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      batches.add(entries.size());
      for (var left = entries.iterator(); left.hasNext(); left.remove()) {
        var entry = left.next();
        change(entry.getKey(), entry.getValue());
      }
    }

    @Override
    public void delete(Object key) {
      change((Integer) key, null);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      for (var left = keys.iterator(); left.hasNext(); left.remove()) {
        change((Integer) left.next(), null);
      }
    }
  }

  private static final class Stored extends Source implements CacheLoader<Integer, String> {
    final AtomicInteger loads = new AtomicInteger();

    @Override
    public @Nullable String load(Integer key) {
      loads.incrementAndGet();
      return content.get(key);
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> found = new HashMap<>();
      for (Integer key : keys) {
        String value = load(key);
        if (value != null) {
          found.put(key, value);
        }
      }
      return found;
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void changesReachTheSourceLaterAndTogether(Topology topology) {
    CacheManager manager = node(REDIS.bench());
    NearsideCache<Integer, String> cache =
        cache(manager, topology, source, null, queue -> queue.flushInterval(NEVER).batchSize(50));
    Map<Integer, String> all = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      all.put(i, "v" + i);
    }
    cache.putAll(all);
    cache.put(1, "newer");
    cache.remove(2);
    assertThat(cache.get(1)).isEqualTo("newer");
    assertThat(queue(cache).depth()).isEqualTo(40);
    assertThat(queue(cache).coalesced()).isEqualTo(2);
    assertThat(source.content).isEmpty();
    manager.close();
    all.put(1, "newer");
    all.remove(2);
    assertThat(source.content).isEqualTo(all);
    assertThat(source.batches).hasSizeLessThan(40);
    assertThat(queue(cache).written()).isEqualTo(40);
    NearsideCache<Integer, String> other = cache(topology, queue -> queue.flushInterval(NEVER));
    assertThat(queue(other).depth()).isZero();
    assertThat(queue(other).lag()).isZero();
  }

  @Test
  void aQueueLiesInTheSlotsOfAClusterWithItsEntries() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      String address =
          "redis+cluster://"
              + cluster.masters().stream()
                  .map(RedisServer::hostAndPort)
                  .collect(Collectors.joining(","));
      try (Bench clustered = new Bench(address)) {
        NearsideCache<Integer, String> cache =
            cache(
                node(clustered),
                Topology.TWO_TIER,
                source,
                null,
                queue -> queue.flushInterval(SOON));
        Map<Integer, String> all = new HashMap<>();
        for (int i = 0; i < 300; i++) {
          all.put(i, "v" + i);
        }
        cache.putAll(all);
        cache.removeAll(Set.of(1, 2, 3));
        cache.put(4, "newer");
        awaitEmpty(cache);
        all.keySet().removeAll(Set.of(1, 2, 3));
        all.put(4, "newer");
        assertThat(source.content).isEqualTo(all);
        source.refuses = key -> true;
        cache.putAll(Map.of(1, "waits", 2, "waits"));
        cache.clear(); // as if they had been evicted
        assertThat(cache.getAll(Set.of(1, 2, 3))).isEqualTo(Map.of(1, "waits", 2, "waits"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void whateverFailsTheSourceHasInTheEndWhatTheCacheHas(Topology topology) throws Exception {
    RandomGenerator seeds = Seeds.random(Seeds.seed("QueuedWritesTest"));
    AtomicInteger asked = new AtomicInteger();
    source.refuses = key -> asked.incrementAndGet() % 7 == 0;
    List<NearsideCache<Integer, String>> nodes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      nodes.add(
          cache(topology, queue -> queue.flushInterval(SOON).batchSize(5).maxAttempts(1_000)));
    }
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      NearsideCache<Integer, String> cache = nodes.get(t % 2);
      int first = t * 5;
      RandomGenerator random = Seeds.random(seeds.nextLong());
      threads.add(
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 400; i++) {
              someChange(cache, random, first + random.nextInt(5), String.format("%05d", i));
            }
          }));
    }
    for (CompletableFuture<Void> thread : threads) {
      thread.get(60, TimeUnit.SECONDS);
    }
    source.refuses = key -> false;
    awaitEmpty(nodes.get(0));
    Map<Integer, String> content = new HashMap<>();
    nodes.get(1).forEach(entry -> content.put(entry.getKey(), entry.getValue()));
    assertThat(source.content).isEqualTo(content);
    source
        .history
        .values()
        .forEach(history ->
            assertThat(history.stream().filter(value -> !value.equals("-")).toList()).isSorted());
  }

  private static void someChange(
      Cache<Integer, String> cache, RandomGenerator random, int key, String value) {
    switch (random.nextInt(9)) {
      case 0 -> cache.remove(key);
      case 1 -> cache.putAll(Map.of(key, value));
      case 2 -> cache.removeAll(Set.of(key));
      case 3 -> cache.putIfAbsent(key, value);
      case 4 ->
          cache.invoke(
              key,
              (entry, none) -> {
                entry.setValue(value);
                return null;
              });
      case 5 -> cache.replace(key, value);
      case 6 ->
          cache.invoke(
              key,
              (entry, none) -> {
                entry.remove();
                return null;
              });
      case 7 -> {
        String there = cache.get(key);
        if (there != null) {
          cache.replace(key, there, value);
        }
      }
      default -> cache.put(key, value);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void readsSeeWhatIsStillToBeWritten(Topology topology) {
    Stored stored = new Stored();
    stored.content.putAll(Map.of(1, "old", 2, "old", 3, "old"));
    List<NearsideCache<Integer, String>> nodes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      nodes.add(
          cache(
              node(REDIS.bench()), topology, stored, stored, queue -> queue.flushInterval(NEVER)));
    }
    nodes.get(0).put(1, "new");
    nodes.get(0).remove(2);
    nodes.get(0).clear(); // as if they had been evicted
    assertThat(nodes.get(1).get(1)).isEqualTo("new");
    assertThat(nodes.get(1).get(2)).isNull();
    assertThat(nodes.get(1).get(3)).isEqualTo("old");
    nodes.get(0).clear();
    assertThat(nodes.get(0).getAll(Set.of(1, 2, 3))).isEqualTo(Map.of(1, "new", 3, "old"));
    nodes.get(0).clear();
    String seen = nodes.get(1).invoke(1, (entry, none) -> entry.getValue());
    assertThat(seen).isEqualTo("new");
    assertThat(stored.content).containsEntry(1, "old");
  }

  @Test
  void whatTheSourceHasNotAnyMoreIsNotDeletedThere() {
    Stored stored = new Stored();
    stored.content.put(1, "a");
    NearsideCache<Integer, String> cache =
        cache(
            node(REDIS.bench())
                .createCache(
                    "refreshed",
                    NearsideConfiguration.builder(Integer.class, String.class)
                        .topology(Topology.REMOTE)
                        .timeToLive(Duration.ofHours(1))
                        .softTimeToLive(Duration.ofMillis(1))
                        .loader(stored)
                        .writer(stored)
                        .writeBehind(queue -> queue.flushInterval(NEVER))
                        .build()));
    assertThat(cache.get(1)).isEqualTo("a");
    stored.content.clear();
    await().atMost(Duration.ofSeconds(40)).until(() -> cache.get(1) == null);
    assertThat(queue(cache).depth()).isZero();
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> cache(Cache<Integer, String> cache) {
    NearsideCache<Integer, String> unwrapped = cache.unwrap(NearsideCache.class);
    awaitRedis(unwrapped);
    return unwrapped;
  }

  private static void awaitRedis(NearsideCache<Integer, String> cache) {
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> queue(cache).depth() >= 0);
  }

  @Test
  void withoutALoaderReadsSeeItToo() {
    NearsideCache<Integer, String> cache =
        cache(Topology.REMOTE, queue -> queue.flushInterval(NEVER));
    cache.put(1, "a");
    cache.clear(); // as if it had been evicted
    assertThat(cache.get(1)).isEqualTo("a");
    assertThat(cache.get(2)).isNull();
  }

  @Test
  void keysAreAsLongAsTheyLike() {
    Map<String, String> content = new ConcurrentHashMap<>();
    content.put("k".repeat(900) + "gone", "old");
    Cache<String, String> cache =
        node(REDIS.bench())
            .createCache(
                "long",
                NearsideConfiguration.builder(String.class, String.class)
                    .topology(Topology.REMOTE)
                    .timeToLive(Duration.ofHours(1))
                    .writer(new Strings(content))
                    .writeBehind(queue -> queue.flushInterval(SOON))
                    .build());
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> {
          cache.put("k".repeat(1_000), "a");
          return true;
        });
    cache.putAll(Map.of("k".repeat(2_000), "b", "ä€ #{}", "c"));
    cache.removeAll(Set.of("k".repeat(900) + "gone"));
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() ->
            assertThat(content)
                .isEqualTo(Map.of("k".repeat(1_000), "a", "k".repeat(2_000), "b", "ä€ #{}", "c")));
  }

  private record Strings(Map<String, String> content) implements CacheWriter<String, String> {
    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      content.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      content.remove((String) key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }
  }

  @Test
  void whatFailsTooOftenIsParkedAndHoldsUpNobody() {
    source.refuses = key -> key <= 2;
    NearsideCache<Integer, String> cache =
        cache(Topology.TWO_TIER, queue -> queue.flushInterval(SOON).maxAttempts(2));
    cache.putAll(Map.of(1, "a", 2, "b", 3, "c"));
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> queue(cache).parked().size() == 2 && queue(cache).depth() == 2);
    assertThat(source.content).isEqualTo(Map.of(3, "c"));
    assertThat(queue(cache).lag()).as("they do not count as late").isZero();
    ParkedWrite<Integer, String> parked =
        queue(cache).parked().stream().filter(one -> one.key() == 1).findFirst().orElseThrow();
    assertThat(parked.value()).isEqualTo("a");
    assertThat(parked.attempts()).isEqualTo(2);
    assertThat(parked.failure()).contains("refused 1");
    cache.clear();
    assertThat(cache.get(1)).as("it is still what reads see").isEqualTo("a");
    assertThat(queue(cache).replay(3)).isFalse();
    source.refuses = key -> false;
    assertThat(queue(cache).replay(1)).isTrue();
    assertThat(queue(cache).drop(2)).isTrue();
    assertThat(queue(cache).drop(2)).isFalse();
    awaitEmpty(cache);
    assertThat(source.content).isEqualTo(Map.of(1, "a", 3, "c"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void whatIsParkedAndCanNotBeReadIsSaidToBe(Topology topology) throws Exception {
    source.refuses = key -> true;
    NearsideCache<Integer, String> cache =
        cache(topology, queue -> queue.flushInterval(SOON).maxAttempts(1));
    cache.put(1, "a");
    await().atMost(Duration.ofSeconds(40)).until(() -> queue(cache).parked().size() == 1);
    damageWrites();
    cache.put(2, "b");
    cache.remove(3);
    await().atMost(Duration.ofSeconds(40)).until(() -> queue(cache).parked().size() == 3);
    assertThat(queue(cache).parked())
        .extracting(ParkedWrite::key, ParkedWrite::value, ParkedWrite::unreadable)
        .containsExactlyInAnyOrder(
            tuple(1, null, true), tuple(2, "b", false), tuple(3, null, false));
    source.refuses = key -> false;
    assertThatThrownBy(() -> queue(cache).replay(1))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cache \"queued\": a write of key #")
        .hasMessageContaining("can't be read here, so it is not tried again and stays parked: drop")
        .hasMessageContaining("allowedTypes");
    NearsideWriteQueueMXBean bean = bean(cache);
    assertThat(bean.parkedFailures(10)).filteredOn(told -> told.contains("can't read")).hasSize(1);
    assertThat(bean.replayParked()).as("the others").isEqualTo(2);
    await().atMost(Duration.ofSeconds(40)).until(() -> queue(cache).depth() == 1);
    assertThat(source.content).isEqualTo(Map.of(2, "b"));
    assertThat(bean.getParked()).isEqualTo(1);
    assertThat(bean.dropParked()).isEqualTo(1);
    assertThat(queue(cache).depth()).isZero();
  }

  /** Of all writes that wait. */
  private void damageWrites() throws Exception {
    for (String name : REDIS.server().keys("{" + REDIS.bench().namespace + ":*}!w")) {
      List<?> fields = (List<?>) Objects.requireNonNull(REDIS.server().call("HKEYS", name));
      for (Object field : fields) {
        byte[] write = (byte[]) Objects.requireNonNull(REDIS.server().call("HGET", name, field));
        write[write.length - 1]++;
        REDIS.server().call("HSET", name, field, write);
      }
    }
  }

  private static NearsideWriteQueueMXBean bean(Cache<?, ?> cache) throws Exception {
    return JMX.newMXBeanProxy(
        ManagementFactory.getPlatformMBeanServer(),
        Bench.bean(cache, "CacheWriteQueue"),
        NearsideWriteQueueMXBean.class);
  }

  @Test
  void aNewerWriteTakesTheParkedOnesPlace() {
    source.refuses = key -> true;
    NearsideCache<Integer, String> cache =
        cache(Topology.REMOTE, queue -> queue.flushInterval(SOON).maxAttempts(1));
    cache.put(1, "a");
    await().atMost(Duration.ofSeconds(40)).until(() -> queue(cache).parked().size() == 1);
    source.refuses = key -> false;
    cache.put(1, "b");
    awaitEmpty(cache);
    assertThat(source.history).isEqualTo(Map.of(1, List.of("b")));
  }

  @Test
  void aFullQueueRefusesAndChangesNothing() {
    NearsideCache<Integer, String> cache =
        cache(
            node(REDIS.bench(), "1"),
            Topology.REMOTE,
            source,
            null,
            queue -> queue.flushInterval(NEVER).batchSize(1_000).maximumDepth(3).fail());
    cache.putAll(Map.of(1, "a", 2, "a", 3, "a"));
    assertThatThrownBy(() -> cache.put(4, "a"))
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining("queued")
        .hasMessageContaining("writeBehind.maximumDepth")
        .hasMessageContaining("writeBehind.whenFull");
    assertThatThrownBy(() -> cache.putIfAbsent(4, "a"))
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining("writeBehind.maximumDepth");
    assertThatThrownBy(() ->
            cache.invoke(
                4,
                (entry, arguments) -> {
                  entry.setValue("a");
                  return null;
                }))
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining("writeBehind.maximumDepth");
    assertThat(cache.containsKey(4)).isFalse();
    cache.put(1, "b");
    assertThat(cache.get(1)).as("needs no room").isEqualTo("b");
    assertThatThrownBy(() -> cache.putAll(Map.of(3, "b", 4, "a", 5, "a")))
        .isInstanceOf(CacheWriterException.class);
    assertThat(cache.getAll(Set.of(3, 4, 5))).isEqualTo(Map.of(3, "b"));
    assertThatThrownBy(() -> cache.remove(6)).isInstanceOf(CacheWriterException.class);
    assertThat(queue(cache).depth()).isEqualTo(3);
  }

  @Test
  void aChangeWaitsForRoom() {
    NearsideCache<Integer, String> cache =
        cache(
            node(REDIS.bench(), "1"),
            Topology.REMOTE,
            source,
            null,
            queue ->
                queue.flushInterval(SOON).batchSize(1).maximumDepth(1).block(NEVER.dividedBy(2)));
    for (int i = 0; i < 10; i++) {
      cache.put(i, "v");
    }
    cache.putAll(Map.of(11, "v", 12, "v", 13, "v"));
    awaitEmpty(cache);
    assertThat(source.content).hasSize(13);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void whoWaitsForRoomEndsWhenTheCacheCloses(Topology topology) throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    source.refuses = key -> !passed(answers);
    NearsideCache<Integer, String> cache =
        cache(
            node(REDIS.bench(), "1"),
            topology,
            source,
            null,
            queue -> queue.flushInterval(SOON).batchSize(1).maximumDepth(1).block(NEVER));
    cache.put(1, "a");
    List<FutureTask<Void>> waiting =
        Stream.<Runnable>of(
                () -> cache.put(2, "b"),
                () -> cache.putAll(Map.of(3, "b", 4, "b")),
                () -> cache.putIfAbsent(5, "b"),
                () -> cache.remove(6))
            .map(QueuedWritesTest::waitingForRoom)
            .toList();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(cache::close);
    for (FutureTask<Void> one : waiting) {
      assertThatThrownBy(() -> one.get(40, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("cache \"queued\" is closed");
    }
    assertThat(closing).as("it waits for the source").isNotDone();
    answers.countDown();
    closing.get(40, TimeUnit.SECONDS);
    assertThat(source.content).isEqualTo(Map.of(1, "a"));
  }

  private static boolean passed(CountDownLatch gate) {
    try {
      return gate.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static FutureTask<Void> waitingForRoom(Runnable change) {
    FutureTask<Void> task = new FutureTask<>(change, null);
    Thread thread = new Thread(task, "change");
    thread.setDaemon(true);
    thread.start();
    await()
        .atMost(Duration.ofSeconds(40))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() ->
            Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith(".Room")));
    return task;
  }

  @Test
  void whatANodeCantWriteBeforeItClosesAnotherDoes() {
    Source away = new Source();
    away.refuses = key -> true;
    CacheManager first = node(REDIS.bench());
    NearsideCache<Integer, String> leaving =
        cache(first, Topology.REMOTE, away, null, queue -> queue.flushInterval(SOON));
    leaving.putAll(Map.of(1, "a", 2, "b"));
    first.close();
    assertThat(away.content).isEmpty();
    NearsideCache<Integer, String> other =
        cache(Topology.REMOTE, queue -> queue.flushInterval(SOON));
    awaitEmpty(other);
    assertThat(source.content).isEqualTo(Map.of(1, "a", 2, "b"));
  }

  @Test
  void closingWritesWhatWaits() {
    CacheManager manager = node(REDIS.bench());
    NearsideCache<Integer, String> cache =
        cache(manager, Topology.TWO_TIER, source, null, queue -> queue.flushInterval(NEVER));
    Map<Integer, String> all = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      all.put(i, "v");
    }
    cache.putAll(all);
    assertThat(source.content).isEmpty();
    manager.close();
    assertThat(source.content).isEqualTo(all);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
  void closingUnderLoadLosesNothingThatWasAcknowledged(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache =
        cache(topology, queue -> queue.flushInterval(NEVER).batchSize(10).maximumDepth(640));
    Map<Integer, String> acknowledged = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int first = t * 10_000_000;
      threads.add(
          CompletableFuture.runAsync(
              () -> putUntilClosed(cache, first, acknowledged), task -> new Thread(task).start()));
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> acknowledged.size() > 1_000);
    long start = System.nanoTime();
    cache.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    for (CompletableFuture<Void> thread : threads) {
      thread.get(40, TimeUnit.SECONDS);
    }
    awaitEmpty(cache(topology, queue -> queue.flushInterval(SOON))); // what came at the very end
    assertThat(source.content).containsAllEntriesOf(acknowledged);
  }

  private static void putUntilClosed(
      Cache<Integer, String> cache, int first, Map<Integer, String> acknowledged) {
    for (int key = first; !cache.isClosed(); key++) {
      try {
        cache.put(key, "v");
      } catch (IllegalStateException | CacheException e) { // also of those who wait for room
        continue;
      }
      acknowledged.put(key, "v");
    }
  }

  @Test
  void whatIsDestroyedIsWrittenFirst() {
    CacheManager manager = node(REDIS.bench());
    NearsideCache<Integer, String> cache =
        cache(manager, Topology.REMOTE, source, null, queue -> queue.flushInterval(NEVER));
    cache.put(1, "a");
    manager.destroyCache("queued");
    assertThat(source.content).isEqualTo(Map.of(1, "a"));
  }

  @Test
  void nothingIsPromisedWhileRedisIsAway() throws Exception {
    try (RedisServer own = RedisServer.start();
        Bench away = new Bench(own.address())) {
      Stored stored = new Stored();
      stored.content.put(1, "old");
      NearsideCache<Integer, String> cache =
          cache(node(away), Topology.REMOTE, stored, stored, queue -> queue.flushInterval(NEVER));
      cache.put(1, "new");
      own.stop();
      assertThatThrownBy(() -> cache.put(2, "b")).isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> cache.remove(2)).isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> cache.putAll(Map.of(2, "b"))).isInstanceOf(CacheException.class);
      assertThatThrownBy(() -> cache.removeAll()).isInstanceOf(CacheException.class);
      assertThatThrownBy(() -> cache.get(1))
          .as("what waits is not known, so the source's value may be too old")
          .isInstanceOf(CacheException.class);
      assertThat(stored.loads).hasValue(0);
    }
  }

  @Test
  void aServerThatThrowsKeysAwayIsRefused() throws Exception {
    try (RedisServer own =
            RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        Bench evicting = new Bench(own.address())) {
      CacheManager manager = node(evicting);
      Cache<Integer, String> cache =
          manager.createCache(
              "queued",
              NearsideConfiguration.builder(Integer.class, String.class)
                  .topology(Topology.REMOTE)
                  .timeToLive(Duration.ofHours(1))
                  .writer(source)
                  .writeBehind(queue -> queue.flushInterval(SOON))
                  .build());
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(() ->
              assertThatThrownBy(() -> cache.put(1, "a"))
                  .hasMessageContaining("maxmemory-policy is allkeys-lru"));
      assertThat(source.content).isEmpty();
    }
  }
}
