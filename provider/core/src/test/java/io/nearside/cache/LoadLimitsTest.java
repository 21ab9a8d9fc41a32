package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Loads that take too long, or are too many. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadLimitsTest {
  private static final Duration SHORT = Duration.ofMillis(100);

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();

  @AfterEach
  void letGo() {
    mayEnd.countDown();
  }

  /** Negative keys wait until they may end. */
  private String load(Integer key) {
    loads.incrementAndGet();
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    try {
      if (key < 0) {
        mayEnd.await(30, TimeUnit.SECONDS);
      }
      return "v" + key;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      atOnce.decrementAndGet();
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(Duration hardTimeout, int maximumConcurrent) {
    return caches
        .cache(
            TestCaches.<Integer, String>big()
                .loader((io.nearside.NearsideLoader<Integer, String>) (key, c) -> load(key))
                .load(load -> {
                  load.maximumConcurrent(maximumConcurrent);
                  if (hardTimeout != null) {
                    load.hardTimeout(hardTimeout);
                  }
                }))
        .unwrap(NearsideCache.class);
  }

  @Test
  void aLoadThatTakesTooLongFailsItsCallersAndIsStoredAllTheSame() {
    Cache<Integer, String> cache = cache(SHORT, 100);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    Crew.run(
        4,
        caller -> {
          try {
            cache.get(-1);
          } catch (CacheLoaderException e) {
            failures.add(e);
          }
        });
    assertThat(failures)
        .hasSize(4)
        .allSatisfy(failure ->
            assertThat(failure)
                .hasMessageContaining("cache \"" + cache.getName() + "\"")
                .hasMessageContaining("load.hardTimeout PT0.1S")
                .hasMessageContaining("Integer #")
                .hasMessageContaining("make the source faster, or raise it"));
    mayEnd.countDown();
    await().until(() -> cache.containsKey(-1));
    assertThat(cache.get(-1)).isEqualTo("v-1");
  }

  @Test
  void aLateLoadIsNotStoredOverAChange() {
    Cache<Integer, String> cache = cache(SHORT, 100);
    assertThatThrownBy(() -> cache.get(-1)).isInstanceOf(CacheLoaderException.class);
    cache.put(-1, "put");
    cache.remove(-1);
    mayEnd.countDown();
    await().until(() -> atOnce.get() == 0);
    assertThat(cache.get(-2)).isEqualTo("v-2");
    assertThat(cache.containsKey(-1)).isFalse();
  }

  /**
   * Who comes after the time-out tries again; else a load that hangs would take its key with it.
   */
  @Test
  void theNextCallerDoesNotJoinALoadThatTookTooLong() {
    Cache<Integer, String> cache = cache(SHORT, 100);
    assertThatThrownBy(() -> cache.get(-1)).isInstanceOf(CacheLoaderException.class);
    assertThatThrownBy(() -> cache.get(-1)).isInstanceOf(CacheLoaderException.class);
    assertThat(loads).hasValue(2);
  }

  @Test
  void theTimeOutCountsForManyKeysAndForProcessorsToo() throws Exception {
    NearsideCache<Integer, String> cache = cache(SHORT, 100);
    assertThatThrownBy(() -> cache.getAll(Set.of(-1, 1)))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("load.hardTimeout");
    cache.put(5, "there");
    assertThat(cache.getAllPartial(Set.of(-2, 5)))
        .satisfies(result -> assertThat(result.values()).isEqualTo(Map.of(5, "there")))
        .satisfies(result -> assertThat(result.failures()).containsOnlyKeys(-2));
    assertThatThrownBy(() -> cache.invoke(-3, (entry, none) -> entry.getValue()))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("load.hardTimeout");
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of(-4), true, done);
    assertThatThrownBy(() -> done.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("load.hardTimeout");
  }

  @Test
  void withinTheTimeOutAllIsAsWithoutOne() {
    Queue<Integer> created = new ConcurrentLinkedQueue<>();
    CacheEntryCreatedListener<Integer, String> listener =
        events -> events.forEach(event -> created.add(event.getKey()));
    NearsideCache<Integer, String> cache = cache(Duration.ofSeconds(30), 100);
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new FactoryBuilder.SingletonFactory<CacheEntryListener<Integer, String>>(listener),
            null,
            false,
            true));
    assertThat(cache.get(1)).isEqualTo("v1");
    assertThat(created).containsExactly(1);
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "v1", 2, "v2"));
    assertThat(created).containsExactly(1, 2);
    assertThat(cache.<String>invoke(3, (entry, none) -> entry.getValue())).isEqualTo("v3");
    assertThat(
            cache.<String>invoke(
                4,
                (entry, none) -> {
                  String value = entry.getValue();
                  entry.setValue("set");
                  return value;
                }))
        .isIn("v4", "set");
    assertThat(cache.get(4)).isEqualTo("set");
    assertThat(cache.get(3)).isEqualTo("v3");
    await().until(() -> created.size() == 4);
    assertThat(loads).hasValue(4);
  }

  @Test
  void noMoreLoadsAtOnceThanMaximumConcurrent() {
    Cache<Integer, String> cache = cache(null, 3);
    Crew.run(
        16,
        caller -> {
          for (int key = 0; key < 200; key++) {
            assertThat(cache.get(caller * 1000 + key)).isNotNull();
            assertThat(cache.getAll(Set.of(caller * 1000 + 500 + key))).hasSize(1);
          }
        });
    assertThat(mostAtOnce.get()).isLessThanOrEqualTo(3);
    assertThat(loads).hasValue(16 * 400);
  }

  @Test
  void whoFindsNoRoomIsTold() {
    Cache<Integer, String> cache = cache(SHORT, 2);
    for (int key = -1; key >= -2; key--) {
      int each = key;
      assertThatThrownBy(() -> cache.get(each)).hasMessageContaining("load.hardTimeout");
    }
    assertThatThrownBy(() -> cache.get(3))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("cache \"" + cache.getName() + "\"")
        .hasMessageContaining("2 loads are under way already")
        .hasMessageContaining("raise load.maximumConcurrent");
    mayEnd.countDown();
    await().until(() -> atOnce.get() == 0);
    await().ignoreExceptions().until(() -> "v3".equals(cache.get(3)));
  }

  @Test
  void aLoadInsideALoadNeedsNoRoomOfItsOwn() {
    NearsideCache<Integer, Integer>[] own = new NearsideCache[1];
    own[0] =
        caches
            .cache(
                TestCaches.<Integer, Integer>big()
                    .load(load -> load.maximumConcurrent(1).hardTimeout(Duration.ofSeconds(30)))
                    .loader(
                        (io.nearside.NearsideLoader<Integer, Integer>)
                            (key, c) -> (key == 0) ? 0 : own[0].get(key - 1) + 1))
            .unwrap(NearsideCache.class);
    assertThat(own[0].get(200)).isEqualTo(200);
  }

  @Test
  void closingTheManagerEndsThoseWhoWaitForALoad() {
    Cache<Integer, String> cache = cache(Duration.ofSeconds(40), 1_000);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    Thread[] waiting = new Thread[100]; // more than there are threads for it
    for (int i = 0; i < waiting.length; i++) {
      int key = -1 - i;
      waiting[i] =
          Crew.start(() -> {
            try {
              cache.get(key);
            } catch (RuntimeException e) {
              failures.add(e);
            }
          });
    }
    await().until(() -> atOnce.get() == 64);
    await().until(() -> TestCaches.statistics(cache).getCacheMisses() == waiting.length);
    cache.getCacheManager().close();
    for (Thread thread : waiting) {
      Crew.join(thread);
    }
    assertThat(failures).hasSizeGreaterThanOrEqualTo(waiting.length - 64);
    assertThat(loads).hasValue(64);
  }
}
