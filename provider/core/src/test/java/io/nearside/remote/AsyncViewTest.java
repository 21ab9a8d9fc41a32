package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.EntryView.Tier;
import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked by futures, of a Redis that answers, is slow or does not. */
@Timeout(120)
@Tag("any-jdk")
class AsyncViewTest {
  private static final Map<String, String> PATIENT =
      Map.of("remote.timeout", "30s", "remote.circuitBreaker.minimumCalls", "1000000");
  private static final int MANY = 10_000;

  @RegisterExtension static final BenchRedis REDIS = new BenchRedis();

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> cache(
      CacheManager node, NearsideConfigurationBuilder<Integer, String> settings) {
    return node.createCache("orders", settings.failFast().build()).unwrap(NearsideCache.class);
  }

  private static NearsideConfigurationBuilder<Integer, String> remote() {
    return Bench.remote(Integer.class, String.class);
  }

  private static NearsideConfigurationBuilder<Integer, String> twoTier() {
    return Bench.remote(Integer.class, String.class).topology(Topology.TWO_TIER);
  }

  /** Those that a manager has for asynchronous views. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("nearside-\\d+-(async|reply)-.*"))
        .toList();
  }

  private static void put(NearsideCache<Integer, String> cache) {
    IntStream.range(0, 100).forEach(key -> cache.put(key, "value " + key));
  }

  @Test
  void tenThousandGetsAndPutsWaitForASlowRedisWithoutThreads() throws Exception {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), remote());
    put(cache);
    List<CompletableFuture<?>> calls = new ArrayList<>();
    REDIS.server().pause();
    try {
      IntStream.range(0, MANY / 2)
          .forEach(i -> {
            calls.add(cache.async().get(i % 100));
            calls.add(cache.async().put(i % 100, "value " + i % 100));
          });
      assertThat(calls).noneMatch(CompletableFuture::isDone);
      assertThat(threads()).hasSizeLessThanOrEqualTo(8);
    } finally {
      REDIS.server().resume();
    }
    for (int i = 0; i < MANY; i += 2) {
      assertThat(calls.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("value " + (i / 2) % 100);
      calls.get(i + 1).get(60, TimeUnit.SECONDS);
    }
    assertThat(threads()).hasSizeLessThanOrEqualTo(8);
    assertThat(Bench.statistic(cache, "CacheHits")).isEqualTo(MANY / 2);
    assertThat(Bench.statistic(cache, "CachePuts")).isEqualTo(100 + MANY / 2);
  }

  @Test
  void aCopyAnswersAtOnceAndAMissBecomesACopy() {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), twoTier());
    NearsideCache<Integer, String> other = cache(REDIS.bench().node(PATIENT), twoTier());
    other.put(1, "one");
    await().until(() -> cache.async().get(1).join() != null && cache.entry(1).tier() == Tier.LOCAL);
    CompletableFuture<String> hit = cache.async().get(1);
    assertThat(hit).isCompletedWithValue("one");
    other.put(1, "two");
    await().untilAsserted(() -> assertThat(cache.async().get(1).join()).isEqualTo("two"));
    cache.async().put(1, "three").join();
    assertThat(cache.async().get(1).join()).isEqualTo("three"); // reads its own writes
    assertThat(other.async().putIfAbsent(1, "four").join()).isFalse();
    assertThat(other.async().getAndRemove(1).join()).isEqualTo("three");
    assertThat(other.async().get(1).join()).isNull();
  }

  @Test
  void dependentsRunOnThreadsOfTheManagerThatSeeItsClassLoader() {
    CacheManager node = REDIS.bench().node(PATIENT);
    NearsideCache<Integer, String> cache = cache(node, remote());
    put(cache);
    List<Thread> seen = new ArrayList<>();
    List<ClassLoader> loaders = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      cache
          .async()
          .get(i)
          .thenAccept(value -> {
            seen.add(Thread.currentThread());
            loaders.add(Thread.currentThread().getContextClassLoader());
          })
          .join();
    }
    assertThat(seen)
        .allMatch(thread ->
            thread == Thread.currentThread() || thread.getName().matches("nearside-\\d+-reply-.*"));
    assertThat(loaders).containsOnly(node.getClassLoader());
  }

  @Test
  void aCallThatTakesTooLongTimesOutAndWhatItBeganEndsByItself() throws Exception {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), remote());
    put(cache);
    NearsideAsyncCache<Integer, String> hasty = cache.async().withTimeout(Duration.ofMillis(100));
    REDIS.server().pause();
    CompletableFuture<Void> late;
    CompletableFuture<String> own;
    CompletableFuture<String> cancelled;
    try {
      late = hasty.put(1, "late");
      own = cache.async().get(1).orTimeout(100, TimeUnit.MILLISECONDS);
      cancelled = cache.async().get(2);
      assertThat(cancelled.cancel(true)).isTrue();
      assertThatThrownBy(late::join)
          .cause()
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("orders")
          .hasMessageContaining("PT0.1S");
      assertThatThrownBy(own::join).cause().isInstanceOf(TimeoutException.class);
      assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
    } finally {
      REDIS.server().resume();
    }
    await().untilAsserted(() -> assertThat(cache.get(1)).isEqualTo("late"));
    assertThatThrownBy(() -> cache.async().withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("orders")
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> cache.async().withTimeout(Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closingEndsWhatIsUnderWayAndTooManyAreRefused() throws Exception {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), remote());
    put(cache);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    NearsideAsyncCache<Integer, String> async = cache.async();
    REDIS.server().pause();
    try {
      for (int i = 0; i < NearsideAsyncCache.MOST_CALLS; i++) {
        calls.add(async.get(1));
      }
      assertThatThrownBy(() -> async.get(1).join())
          .cause()
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("orders")
          .hasMessageContaining("16384");
      cache.close();
    } finally {
      REDIS.server().resume();
    }
    assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThatThrownBy(calls.get(0)::join)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orders")
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> async.get(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(cache::async).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> async.put(1, "x")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void loadsWaitForTheirSourceWithoutThreadsAndAreSharedWithThoseWhoDo() throws Exception {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), twoTier());
    CompletableFuture<String> source = new CompletableFuture<>();
    AtomicInteger asked = new AtomicInteger();
    List<CompletableFuture<String>> loads = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      loads.add(
          cache
              .async()
              .getOrLoad(
                  i % 500,
                  (key, context) -> {
                    asked.incrementAndGet();
                    return source.thenApply(value -> value + key);
                  }));
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(loads).noneMatch(CompletableFuture::isDone);
          assertThat(asked.get()).isGreaterThanOrEqualTo(500);
        });
    CompletableFuture<String> waiting =
        CompletableFuture.supplyAsync(() -> cache.getOrLoad(7, (key, context) -> "of its own"));
    await().until(() -> threads().size() <= 8 + 64);
    loads.get(3).cancel(false);
    source.complete("loaded ");
    for (int i = 0; i < loads.size(); i++) {
      if (i != 3) {
        assertThat(loads.get(i).get(30, TimeUnit.SECONDS)).isEqualTo("loaded " + i % 500);
      }
    }
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("loaded 7");
    assertThat(cache.async().get(3)).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("loaded 3");
    assertThat(asked).hasValue(500);
  }

  @Test
  void aLoadThatFailsOrFindsNothingSaysSo() {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), remote());
    assertThatThrownBy(() ->
            cache
                .async()
                .getOrLoad(
                    1,
                    (key, context) ->
                        CompletableFuture.failedFuture(new IllegalStateException("down")))
                .join())
        .cause()
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("orders")
        .hasRootCauseMessage("down");
    assertThat(
            cache
                .async()
                .getOrLoad(1, (key, context) -> CompletableFuture.completedFuture(null))
                .join())
        .isNull();
    assertThatThrownBy(() -> cache.async().getOrLoad(1, (key, context) -> null).join())
        .cause()
        .isInstanceOf(CacheLoaderException.class);
    assertThat(
            cache
                .async()
                .getOrLoad(1, (key, context) -> CompletableFuture.completedFuture("one"))
                .join())
        .isEqualTo("one");
    assertThat(cache.get(1)).isEqualTo("one");
  }

  @Test
  void aValueLoadedBeforeAChangeIsNotStored() {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), twoTier());
    CompletableFuture<String> source = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> load =
        cache
            .async()
            .getOrLoad(
                1,
                (key, context) -> {
                  begun.countDown();
                  return source;
                });
    await().until(() -> begun.getCount() == 0);
    cache.async().put(1, "new").join();
    source.complete("old");
    assertThat(load.join()).isIn("old", "new");
    assertThat(cache.get(1)).isEqualTo("new");
  }

  @Test
  void argumentsAreCopiedAndCheckedAtOnce() {
    NearsideCache<Integer, String> cache = cache(REDIS.bench().node(PATIENT), remote());
    assertThatThrownBy(() -> cache.async().get(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> cache.async().put(1, null)).isInstanceOf(NullPointerException.class);
    Map<Integer, String> map = new HashMap<>(Map.of(1, "one", 2, "two"));
    CompletableFuture<Void> all = cache.async().putAll(map);
    map.clear();
    all.join();
    assertThat(cache.async().getAll(Set.of(1, 2, 3)).join())
        .containsOnly(Map.entry(1, "one"), Map.entry(2, "two"));
    cache.async().removeAll(Set.of(1)).join();
    assertThat(cache.async().containsKey(1).join()).isFalse();
    assertThat(cache.async().containsKey(2).join()).isTrue();
    assertThat(cache.async().<String>invoke(2, (entry, a) -> entry.getValue() + a[0], "!").join())
        .isEqualTo("two!");
    cache.async().put(3, "three", EntryOptions.tags("odd")).join();
    assertThat(cache.async().containsKey(3).join()).isTrue();
    cache.async().invalidateTags(List.of("odd")).join();
    assertThat(cache.async().containsKey(3).join()).isFalse();
    assertThat(cache.async().containsKey(2).join()).isTrue();
  }

  @Test
  void closeUnderLoadLeavesNoCallBehind() throws Exception {
    CacheManager node = REDIS.bench().node(PATIENT);
    NearsideCache<Integer, String> cache = cache(node, twoTier());
    ExecutorService callers = Executors.newFixedThreadPool(2);
    Queue<CompletableFuture<?>> calls = new ConcurrentLinkedQueue<>();
    CountDownLatch some = new CountDownLatch(2_000);
    for (int caller = 0; caller < 2; caller++) {
      callers.execute(() -> {
        NearsideAsyncCache<Integer, String> async = cache.async();
        try {
          for (int i = 0; ; i++) {
            CompletableFuture<?> call = i % 2 == 0 ? async.get(i % 50) : async.put(i % 50, "v");
            calls.add(call);
            some.countDown();
            if (i % 100 == 0) {
              call.exceptionally(failure -> null).join();
            }
          }
        } catch (IllegalStateException e) {
          // closed, as it should be
        }
      });
    }
    assertThat(some.await(60, TimeUnit.SECONDS)).isTrue();
    node.close();
    callers.shutdown();
    assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    await().untilAsserted(() -> assertThat(calls).allMatch(CompletableFuture::isDone));
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }
}
