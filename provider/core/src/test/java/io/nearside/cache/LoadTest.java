package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Loads of many keys: what lands, for how long, and who is told. */
class LoadTest {
  private static final int LOAD_THREADS = 4;
  private static final Duration SHORT = Duration.ofMillis(50);

  @RegisterExtension final TestCaches caches = new TestCaches();

  private static <K, V> CompletionListenerFuture reload(Cache<K, V> cache, Set<K> keys) {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(keys, true, done);
    return done;
  }

  private static void get(CompletionListenerFuture done) {
    try {
      done.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void pause(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Loads all by one function. */
  private record Bulk<K, V>(Function<K, V> source) implements CacheLoader<K, V> {
    @Override
    public V load(K key) {
      return source.apply(key);
    }

    @Override
    public Map<K, V> loadAll(Iterable<? extends K> keys) {
      Map<K, V> values = new HashMap<>();
      keys.forEach(key -> values.put(key, source.apply(key)));
      return values;
    }
  }

  private static <K, V> NearsideConfigurationBuilder<K, V> with(CacheLoader<K, V> loader) {
    return TestCaches.<K, V>big().loader(loader);
  }

  @Test
  void aReloadThatAGetOvertakesStillReplaces() {
    AtomicInteger source = new AtomicInteger(1);
    CountDownLatch getting = new CountDownLatch(1);
    CountDownLatch reloading = new CountDownLatch(1);
    CountDownLatch getMayEnd = new CountDownLatch(1);
    CountDownLatch reloadMayEnd = new CountDownLatch(1);
    CacheLoader<Integer, Integer> loader =
        new CacheLoader<>() {
          @Override
          public Integer load(Integer key) {
            int read = source.get();
            getting.countDown();
            pause(getMayEnd);
            return read;
          }

          @Override
          public Map<Integer, Integer> loadAll(Iterable<? extends Integer> keys) {
            int read = source.get();
            reloading.countDown();
            pause(reloadMayEnd);
            return Map.of(1, read);
          }
        };
    Cache<Integer, Integer> cache = caches.cache(with(loader));
    Thread reader = Crew.start(() -> cache.get(1));
    pause(getting);
    source.set(2);
    CompletionListenerFuture done = reload(cache, Set.of(1));
    pause(reloading);
    getMayEnd.countDown();
    Crew.join(reader);
    reloadMayEnd.countDown();
    get(done);
    assertThat(cache.get(1)).isEqualTo(2);
  }

  @Test
  void anEntryThatExpiresWhileItIsReloadedDoesNotBecomeEternal() {
    AtomicReference<Cache<Integer, String>> cache = new AtomicReference<>();
    AtomicInteger updates = new AtomicInteger();
    ExpiryPolicy policy =
        new ExpiryPolicy() {
          @Override
          public javax.cache.expiry.Duration getExpiryForCreation() {
            return new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, SHORT.toMillis());
          }

          @Override
          public javax.cache.expiry.Duration getExpiryForAccess() {
            return null;
          }

          @Override
          public javax.cache.expiry.Duration getExpiryForUpdate() {
            updates.incrementAndGet();
            await().until(() -> !cache.get().containsKey(1));
            return null;
          }
        };
    cache.set(
        caches.cache(
            TestCaches.<Integer, String>mortal()
                .expiryPolicy(new FactoryBuilder.SingletonFactory<>(policy))
                .loader(new Bulk<>(key -> "loaded"))));
    await()
        .untilAsserted(() -> {
          cache.get().put(1, "a");
          get(reload(cache.get(), Set.of(1)));
          assertThat(updates).as("reloads that met the entry").hasPositiveValue();
        });
    await().atMost(Duration.ofSeconds(5)).until(() -> !cache.get().containsKey(1));
  }

  @Test
  void keysAreCopiedBeforeLoadAllReturns() {
    CountDownLatch mayStart = new CountDownLatch(1);
    Bulk<List<Integer>, String> loader =
        new Bulk<>(key -> {
          pause(mayStart);
          return "of " + key;
        });
    Cache<List<Integer>, String> cache = caches.cache(with(loader));
    for (int i = 0; i < LOAD_THREADS; i++) {
      cache.loadAll(Set.of(new ArrayList<>(List.of(-i))), true, null);
    }
    List<Integer> key = new ArrayList<>(List.of(7));
    CompletionListenerFuture done = reload(cache, Set.of(key));
    key.add(8);
    mayStart.countDown();
    get(done);
    assertThat(cache.containsKey(List.of(7))).isTrue();
    assertThat(cache.containsKey(List.of(7, 8))).isFalse();
  }

  /** The cache alone, or all of the manager. */
  private void assertQueuedLoadsAreTold(Function<Cache<?, ?>, Runnable> end) {
    CountDownLatch closed = new CountDownLatch(1);
    ConcurrentLinkedQueue<Integer> called = new ConcurrentLinkedQueue<>();
    Bulk<Integer, String> loader =
        new Bulk<>(key -> {
          called.add(key);
          pause(closed);
          return "v";
        });
    Cache<Integer, String> cache = caches.cache(with(loader));
    List<CompletionListenerFuture> all = new ArrayList<>();
    for (int key = 0; key < LOAD_THREADS + 3; key++) {
      all.add(reload(cache, Set.of(key)));
    }
    await().until(() -> called.size() == LOAD_THREADS);
    end.apply(cache).run();
    closed.countDown();
    for (CompletionListenerFuture queued : all.subList(LOAD_THREADS, all.size())) {
      assertThatThrownBy(() -> queued.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("cache \"" + cache.getName() + "\" is closed");
    }
    assertThat(called).hasSize(LOAD_THREADS);
  }

  @Test
  void loadsThatWaitWhenTheCacheClosesAreToldSo() {
    assertQueuedLoadsAreTold(cache -> cache::close);
  }

  @Test
  void loadsThatWaitWhenTheManagerClosesAreToldSo() {
    assertQueuedLoadsAreTold(cache -> cache.getCacheManager()::close);
  }

  @Test
  void aLoadersTimeToLiveCountsInGetAllAndLoadAll() {
    NearsideLoader<Integer, String> loader =
        (key, context) -> {
          if (key % 2 == 0) {
            context.timeToLive(SHORT);
          }
          return "v" + key;
        };
    assertEvenOnesExpire(loader);
  }

  @Test
  void aLoaderOfManyMaySayHowLongEachLives() {
    NearsideLoader<Integer, String> loader =
        new NearsideLoader<>() {
          @Override
          public String load(Integer key, LoadContext context) {
            throw new AssertionError("not one by one");
          }

          @Override
          public Map<Integer, String> loadAll(
              Iterable<? extends Integer> keys,
              Function<? super Integer, ? extends LoadContext> contexts) {
            Map<Integer, String> values = new HashMap<>();
            for (Integer key : keys) {
              values.put(key, "v" + key);
              if (key % 2 == 0) {
                contexts.apply(key).timeToLive(SHORT);
              }
            }
            return values;
          }
        };
    assertEvenOnesExpire(loader);
  }

  private void assertEvenOnesExpire(NearsideLoader<Integer, String> loader) {
    Cache<Integer, String> cache = caches.cache(with(loader));
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "v1", 2, "v2"));
    get(reload(cache, Set.of(3, 4)));
    await().until(() -> !cache.containsKey(2) && !cache.containsKey(4));
    assertThat(cache.containsKey(1) && cache.containsKey(3)).isTrue();
  }

  @Test
  void aNearsideLoadersOwnLoadAllOfJsr107IsCalled() {
    NearsideLoader<Integer, String> loader =
        new NearsideLoader<>() {
          @Override
          public String load(Integer key, LoadContext context) {
            throw new AssertionError("not one by one");
          }

          @Override
          public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
            return Map.of(1, "at once");
          }
        };
    assertThat(caches.cache(with(loader)).getAll(Set.of(1))).isEqualTo(Map.of(1, "at once"));
  }

  @Test
  void aMapThatThrowsIsALoadersFailure() {
    CacheLoader<Integer, String> loader =
        new CacheLoader<>() {
          @Override
          public String load(Integer key) {
            return "v";
          }

          @Override
          public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
            return new HashMap<>() {
              @Override
              public String get(Object key) {
                throw new IllegalStateException("a lazy map without a connection");
              }
            };
          }
        };
    Cache<Integer, String> cache = caches.cache(with(loader));
    assertThatThrownBy(() -> cache.getAll(Set.of(1)))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("cache \"" + cache.getName() + "\"");
  }

  @Test
  void loadersThatWaitForNestedLoadsDoNotHang() {
    AtomicReference<Cache<Integer, String>> inner = new AtomicReference<>();
    CountDownLatch allLoading = new CountDownLatch(LOAD_THREADS);
    inner.set(caches.cache(with(new Bulk<>(key -> "inner"))));
    Bulk<Integer, String> outer =
        new Bulk<>(key -> {
          allLoading.countDown();
          pause(allLoading);
          get(reload(inner.get(), Set.of(key)));
          return inner.get().get(key);
        });
    Cache<Integer, String> cache = caches.cache(with(outer));
    List<CompletionListenerFuture> all = new ArrayList<>();
    for (int key = 0; key < LOAD_THREADS; key++) {
      all.add(reload(cache, Set.of(key)));
    }
    all.forEach(LoadTest::get);
    assertThat(cache.get(LOAD_THREADS - 1)).isEqualTo("inner");
  }
}
