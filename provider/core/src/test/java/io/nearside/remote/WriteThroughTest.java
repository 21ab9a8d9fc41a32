package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.store.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes that write through to one source, over one Redis. */
@Timeout(120)
@Tag("any-jdk")
class WriteThroughTest {
  @RegisterExtension static final BenchRedis REDIS = new BenchRedis();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<Integer, String> source = new ConcurrentHashMap<>();

  /** Called before the source changes, and after. */
  private volatile BiConsumer<Integer, Boolean> pause = (key, done) -> {};

  @AfterEach
  void end() {
    pause = (key, done) -> {};
    threads.shutdownNow();
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(Topology topology) {
    NearsideCache<Integer, String> cache =
        REDIS
            .bench()
            .node()
            .createCache(
                "written",
                NearsideConfiguration.builder(Integer.class, String.class)
                    .topology(topology)
                    .timeToLive(Duration.ofHours(1))
                    .writer(Source::new)
                    .build())
            .unwrap(NearsideCache.class);
    awaitRedis(cache);
    return cache;
  }

  private void awaitRedis(NearsideCache<Integer, String> cache) {
    await()
        .until(() -> {
          cache.put(99, "a");
          return cache.get(99) != null;
        });
    cache.remove(99);
    source.clear();
  }

  private final class Source implements CacheWriter<Integer, String> {
    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
      change(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      for (var left = entries.iterator(); left.hasNext(); left.remove()) {
        write(left.next());
      }
    }

    @Override
    public void delete(Object key) {
      change((Integer) key, null);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      for (var left = keys.iterator(); left.hasNext(); left.remove()) {
        delete(left.next());
      }
    }

    private void change(Integer key, @Nullable String value) {
      pause.accept(key, false);
      if ("fails".equals(value) || key < 0) {
        throw new CacheWriterException("as asked");
      } else if (value == null) {
        source.remove(key);
      } else {
        source.put(key, value);
      }
      pause.accept(key, true);
    }
  }

  private void all(List<Callable<Void>> tasks) throws Exception {
    List<Future<Void>> running = new ArrayList<>();
    tasks.forEach(task -> running.add(threads.submit(task)));
    for (Future<Void> one : running) {
      one.get(60, TimeUnit.SECONDS);
    }
  }

  private static void someOperation(
      NearsideCache<Integer, String> cache, RandomGenerator random, String value) {
    int key = random.nextInt(3);
    switch (random.nextInt(12)) {
      case 0 -> cache.remove(key);
      case 1 -> cache.putIfAbsent(key, value);
      case 2 -> cache.replace(key, value);
      case 3 -> cache.getAndPut(key, value);
      case 4 -> cache.putAll(Map.of(0, value, 1, value, 2, value));
      case 5 -> cache.removeAll(Set.of(0, 1));
      case 6 -> cache.getAndRemove(key);
      case 7 ->
          cache.invoke(
              key,
              (entry, none) -> {
                if (entry.exists()) {
                  entry.remove();
                } else {
                  entry.setValue(value);
                }
                return null;
              });
      case 8 -> {
        String seen = cache.get(key);
        if (seen != null) {
          cache.replace(key, seen, value);
        }
      }
      case 9 -> cache.get(key);
      default -> cache.put(key, value);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void whateverTwoNodesWriteTheCacheHasWhatTheSourceHas(Topology topology) throws Exception {
    RandomGenerator seeds = Seeds.random(Seeds.seed("WriteThroughTest"));
    List<NearsideCache<Integer, String>> nodes = List.of(cache(topology), cache(topology));
    pause = (key, done) -> LockSupport.parkNanos(Math.abs(source.hashCode()) % 2_000_000L);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 6; thread++) {
      RandomGenerator random = Seeds.random(seeds.nextLong());
      NearsideCache<Integer, String> cache = nodes.get(thread % 2);
      String name = "t" + thread + "-";
      tasks.add(() -> {
        for (int i = 0; i < 100; i++) {
          someOperation(cache, random, name + i);
        }
        return null;
      });
    }
    all(tasks);
    for (NearsideCache<Integer, String> node : nodes) {
      for (int key = 0; key < 3; key++) {
        int one = key;
        await()
            .untilAsserted(() -> {
              String value = node.get(one);
              assertThat(value == null || value.equals(source.get(one)))
                  .as("%s is cached, %s is in the source", value, source.get(one))
                  .isTrue();
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void noProcessorsChangeIsLostNorMadeTwice(Topology topology) throws Exception {
    List<NearsideCache<Integer, String>> nodes = List.of(cache(topology), cache(topology));
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      NearsideCache<Integer, String> cache = nodes.get(thread % 2);
      tasks.add(() -> {
        for (int i = 0; i < 25; i++) {
          cache.invoke(
              1,
              (entry, none) -> {
                String value = entry.exists() ? entry.getValue() : "0";
                entry.setValue("" + (Integer.parseInt(value) + 1));
                return null;
              });
        }
        return null;
      });
    }
    all(tasks);
    assertThat(source).isEqualTo(Map.of(1, "100"));
    nodes.forEach(node -> await().until(() -> "100".equals(node.get(1))));
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void aFailingWriterChangesNothing(Topology topology) {
    NearsideCache<Integer, String> cache = cache(topology);
    cache.put(1, "a");
    List<Runnable> changes =
        List.of(
            () -> cache.put(1, "fails"),
            () -> cache.getAndPut(1, "fails"),
            () -> cache.replace(1, "fails"),
            () -> cache.replace(1, "a", "fails"),
            () -> cache.putAll(Map.of(1, "fails")),
            () ->
                cache.invoke(
                    1,
                    (entry, none) -> {
                      entry.setValue("fails");
                      return null;
                    }));
    for (Runnable change : changes) {
      assertThatThrownBy(change::run).isInstanceOf(CacheWriterException.class);
      assertThat(cache.get(1)).isEqualTo("a");
      assertThat(Objects.requireNonNull(cache.entry(1)).timeToLive())
          .isGreaterThan(Duration.ofMinutes(4));
    }
    assertThatThrownBy(() -> cache.putIfAbsent(2, "fails"))
        .isInstanceOf(CacheWriterException.class);
    assertThat(cache.get(2)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void ofManyThoseAreStoredThatTheSourceTook(Topology topology) {
    NearsideCache<Integer, String> cache = cache(topology);
    cache.put(1, "a");
    cache.put(2, "a");
    Map<Integer, String> some = new java.util.LinkedHashMap<>();
    some.put(1, "b");
    some.put(2, "fails");
    some.put(3, "b");
    assertThatThrownBy(() -> cache.putAll(some)).isInstanceOf(CacheWriterException.class);
    Set<Integer> taken = source.get(3) == null ? Set.of(1, 2) : Set.of(1, 2, 3);
    taken.forEach(key -> assertThat(cache.get(key)).isEqualTo(source.get(key)));
    assertThat(cache.get(2)).isEqualTo("a");
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void whatAWriterHadThatIsNeverHeardOfAgainGoes(Topology topology) throws Exception {
    NearsideCache<Integer, String> lost = cache(topology);
    NearsideCache<Integer, String> other = cache(topology);
    other.put(1, "old");
    await().until(() -> "old".equals(other.get(1)));
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    pause =
        (key, done) -> {
          if (done) {
            written.countDown();
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    threads.submit(() -> lost.put(1, "new"));
    written.await();
    assertThat(source).isEqualTo(Map.of(1, "new"));
    assertThat(other.get(1)).as("while the mark stands").isIn("old", null);
    await().atMost(Duration.ofSeconds(20)).until(() -> other.get(1) == null);
    pause = (key, done) -> {};
    other.put(1, "newer");
    assertThat(other.get(1)).isEqualTo("newer");
    never.countDown(); // it was only slow: nobody knows whose value the source has
    await().until(() -> other.get(1) == null);
  }

  @ParameterizedTest
  @EnumSource(
      value = Topology.class,
      names = {"REMOTE", "TWO_TIER"})
  void aWriteIsTwoRoundTrips(Topology topology) throws Exception {
    NearsideCache<Integer, String> cache = cache(topology);
    Map<Integer, String> hundred = new HashMap<>();
    IntStream.range(100, 200).forEach(i -> hundred.put(i, "v" + i));
    cache.putAll(hundred);
    cache.removeAll(Set.of(100, 101));
    cache.put(1, "a");
    Map<String, Integer> two = Map.of("evalsha", 2);
    assertThat(Sent.during(REDIS.server(), () -> cache.put(1, "b"))).isEqualTo(two);
    assertThat(Sent.during(REDIS.server(), () -> cache.getAndPut(1, "c"))).isEqualTo(two);
    assertThat(Sent.during(REDIS.server(), () -> cache.replace(1, "d"))).isEqualTo(two);
    assertThat(Sent.during(REDIS.server(), () -> cache.remove(1))).isEqualTo(two);
    assertThat(Sent.during(REDIS.server(), () -> cache.putIfAbsent(1, "e"))).isEqualTo(two);
    assertThat(Sent.during(REDIS.server(), () -> cache.putIfAbsent(1, "f")))
        .isEqualTo(Map.of("evalsha", 1));
    assertThat(Sent.during(REDIS.server(), () -> cache.putAll(hundred))).isEqualTo(two);
    assertThat(Sent.during(REDIS.server(), () -> cache.removeAll(hundred.keySet()))).isEqualTo(two);
  }
}
