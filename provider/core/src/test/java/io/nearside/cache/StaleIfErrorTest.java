package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.NearsideCache;
import io.nearside.PartialResult;
import io.nearside.config.LoadSettings;
import io.nearside.config.RefreshSettings;
import io.nearside.config.StaleSettings;
import io.nearside.store.CacheMaker;
import io.nearside.store.FakeClock;
import io.nearside.store.Keeping;
import io.nearside.store.Store;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What has expired stands in for loads that fail; on a clock that the test moves. */
class StaleIfErrorTest {
  private static final int LIFE = 100;
  private static final int STALE = 50;
  private static final int THROTTLE = 10;

  @RegisterExtension final TestCaches caches = new TestCaches();

  /** By the machine's clock, which waits are timed by. */
  private static final Duration SOON = Duration.ofMillis(30);

  private final FakeClock clock = new FakeClock();
  private final ExecutorService timed = Executors.newCachedThreadPool();
  private final Source source = new Source();
  private final List<StoreCache<Integer, String>> opened = new ArrayList<>();
  private Store<Integer, String> store;

  /** Counts, and fails when it is told to. */
  private static final class Source implements CacheLoader<Integer, String> {
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean away;
    volatile boolean empty;

    @Override
    public @Nullable String load(Integer key) {
      int load = loads.incrementAndGet();
      try {
        if (!gate.await(60, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody lets it end");
        }
        if (away) {
          throw new IllegalStateException("away");
        }
        return empty ? null : "v" + load;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        ended.incrementAndGet();
      }
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> loaded = new HashMap<>();
      keys.forEach(key -> {
        String value = load(key);
        if (value != null) {
          loaded.put(key, value);
        }
      });
      return loaded;
    }
  }

  @AfterEach
  void close() {
    source.gate.countDown();
    timed.shutdown();
    opened.forEach(StoreCache::close);
  }

  @Test
  void whatHasExpiredStandsInUntilItsTimeIsOver() {
    for (boolean swept : new boolean[] {false, true}) {
      NearsideCache<Integer, String> cache = cache(null);
      cache.put(1, "old");
      pass(LIFE);
      if (swept) {
        sweep();
      }
      assertGone(cache, 1);
      source.away = true;
      assertThat(cache.get(1)).isEqualTo("old");
      assertGone(cache, 1);
      pass(STALE - 1);
      sweep();
      assertThat(cache.get(1)).isEqualTo("old");
      pass(1);
      assertThatThrownBy(() -> cache.get(1)).isInstanceOf(CacheLoaderException.class);
      assertThat(TestCaches.statistics(cache).getStaleAnswers()).isEqualTo(2);
      source.away = false;
      assertThat(cache.get(1)).startsWith("v");
    }
  }

  @Test
  void whatWasInvalidatedByItsTagDoesNotStandIn() {
    NearsideCache<Integer, String> cache = cache(null);
    for (boolean expired : new boolean[] {false, true}) {
      for (boolean swept : new boolean[] {false, true}) {
        source.away = false;
        cache.put(1, "old", EntryOptions.tags("x"));
        if (expired) {
          pass(LIFE);
        }
        if (swept) {
          sweep();
        }
        cache.invalidateTag("x");
        source.away = true;
        assertThatThrownBy(() -> cache.get(1)).isInstanceOf(CacheLoaderException.class);
        pass(THROTTLE);
      }
    }
  }

  /** For JSR-107 it is. */
  private static void assertGone(NearsideCache<Integer, String> cache, Integer key) {
    assertThat(cache.containsKey(key)).isFalse();
    assertThat(cache.entry(key)).isNull();
    assertThat(cache.iterator().hasNext()).isFalse();
  }

  @Test
  void itsTimeCountsFromWhenItIsDueToBeLoadedAnew() {
    NearsideCache<Integer, String> cache = cache(0.8);
    cache.put(1, "old");
    source.away = true;
    pass(LIFE + STALE - 21);
    sweep();
    assertThat(cache.get(1)).isEqualTo("old");
    pass(1);
    assertThatThrownBy(() -> cache.get(1)).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void theSourceIsLeftAloneForAWhile() {
    NearsideCache<Integer, String> cache = cache(null);
    cache.put(1, "old");
    cache.put(2, "other");
    source.away = true;
    pass(LIFE);
    for (int i = 0; i < 3 * THROTTLE; i++) {
      assertThat(cache.get(1)).isEqualTo("old");
      assertThat(cache.getAll(Set.of(1))).isEqualTo(Map.of(1, "old"));
      assertThat(source.loads).hasValue(1 + i / THROTTLE);
      pass(1);
    }
    assertThat(cache.get(2)).as("each key by itself").isEqualTo("other");
    assertThat(source.loads).hasValue(4);
    assertThat(TestCaches.statistics(cache).getCacheMisses()).isEqualTo(6L * THROTTLE + 1);
    assertThat(TestCaches.statistics(cache).getCacheHits()).isZero();
    source.away = false;
    pass(THROTTLE);
    assertThat(cache.get(1)).isEqualTo("v5");
  }

  @Test
  void aRefreshThatFailedCountsToo() {
    NearsideCache<Integer, String> cache = cache(0.95);
    cache.put(1, "old");
    source.away = true;
    pass(LIFE - 1);
    assertThat(cache.get(1)).isEqualTo("old"); // and is loaded anew at once, in this test
    assertThat(source.loads).hasValue(1);
    pass(1);
    assertThat(cache.get(1)).isEqualTo("old");
    assertThat(source.loads).hasValue(1);
    pass(THROTTLE);
    assertThat(cache.get(1)).isEqualTo("old");
    assertThat(source.loads).hasValue(2);
  }

  @Test
  void nothingThatWasChangedOrRemovedComesBack() {
    List<Consumer<NearsideCache<Integer, String>>> ends =
        List.of(
            cache -> cache.remove(1),
            cache -> cache.getAndRemove(1),
            cache -> cache.removeAll(Set.of(1)),
            cache -> cache.removeAll(),
            cache -> cache.clear(),
            cache ->
                cache.invoke(
                    1,
                    (entry, arguments) -> {
                      entry.remove();
                      return null;
                    }),
            cache -> source.empty = true,
            cache -> {
              source.empty = true;
              cache.getAll(Set.of(1));
            });
    for (int when = 0; when < 3; when++) {
      for (int i = 0; i < ends.size(); i++) {
        NearsideCache<Integer, String> cache = cache(null);
        cache.put(1, "old");
        cache.put(2, "other");
        pass(when == 0 ? 1 : LIFE);
        if (when == 2) {
          sweep();
          assertThat(store.kept(1, clock.nanos())).isNotNull();
        }
        ends.get(i).accept(cache);
        if (source.empty) {
          pass(LIFE);
          assertThat(cache.get(1)).isNull();
          source.empty = false;
        } else if (when == 0) {
          pass(LIFE - 1); // what had not expired then would be kept now
        }
        sweep();
        source.away = true;
        assertThatThrownBy(() -> cache.get(1)).as("%s, %s", when, i).hasMessageContaining("away");
        source.away = false;
      }
    }
  }

  @Test
  void whatWasPutLastStandsIn() {
    NearsideCache<Integer, String> cache = cache(null);
    cache.put(1, "first");
    pass(LIFE);
    sweep();
    assertThat(cache.getAndPut(1, "second")).isNull();
    assertThat(cache.get(1)).isEqualTo("second");
    pass(LIFE - 1);
    sweep();
    assertThat(cache.get(1)).isEqualTo("second");
    pass(1);
    sweep();
    source.away = true;
    assertThat(cache.get(1)).isEqualTo("second");
    assertThat(cache.putIfAbsent(1, "third")).isTrue();
    assertThat(cache.get(1)).isEqualTo("third");
  }

  @Test
  void itIsToldAndCountedOnceThatItHasExpired() {
    NearsideCache<Integer, String> cache = cache(null);
    List<String> events = new ArrayList<>();
    cache.registerCacheEntryListener(
        Listeners.of(event -> events.add(event.getEventType() + " " + event.getKey()), true));
    for (int key = 1; key <= 4; key++) {
      cache.put(key, "old");
    }
    events.clear();
    pass(LIFE);
    source.away = true;
    assertThat(cache.get(1)).isEqualTo("old");
    sweep();
    sweep();
    assertThat(cache.get(1)).isEqualTo("old");
    cache.put(1, "new");
    cache.remove(2);
    cache.removeAll();
    pass(2 * LIFE);
    sweep();
    cache.put(3, "new");
    assertThat(events)
        .containsExactlyInAnyOrder(
            "EXPIRED 1",
            "EXPIRED 2",
            "EXPIRED 3",
            "EXPIRED 4",
            "CREATED 1",
            "REMOVED 1",
            "CREATED 3");
    assertThat(TestCaches.statistics(cache).getExpirations()).isEqualTo(4);
  }

  @Test
  void whatTakesItsPlaceExpiresInTime() {
    NearsideCache<Integer, String> cache = cache(null);
    cache.put(1, "old");
    pass(LIFE);
    sweep();
    cache.put(1, "short", EntryOptions.timeToLive(Duration.ofSeconds(2)));
    pass(3);
    sweep();
    assertThat(TestCaches.statistics(cache).getExpirations()).isEqualTo(2);
    source.away = true;
    assertThat(cache.get(1)).isEqualTo("short");
    pass(STALE - 1); // its life is its own, so the time counts from its expiry
    sweep();
    assertThatThrownBy(() -> cache.get(1)).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void ofManyThoseStandInThatFail() {
    NearsideCache<Integer, String> cache = cache(null);
    cache.put(1, "old");
    pass(LIFE);
    source.away = true;
    PartialResult<Integer, String> some = cache.getAllPartial(Set.of(1, 2));
    assertThat(some.values()).isEqualTo(Map.of(1, "old"));
    assertThat(some.failures()).containsOnlyKeys(2);
    assertThatThrownBy(() -> cache.getAll(Set.of(1, 2))).isInstanceOf(CacheLoaderException.class);
    assertThat(cache.getOrLoad(1, (key, context) -> source.load(key))).isEqualTo("old");
  }

  @Test
  void aProcessorIsNotGivenIt() {
    NearsideCache<Integer, String> cache = cache(null);
    cache.put(1, "old");
    pass(LIFE);
    source.away = true;
    assertThatThrownBy(() -> cache.invoke(1, (entry, arguments) -> entry.getValue()))
        .hasStackTraceContaining("away");
  }

  @Test
  void itTakesItsRoomAndMakesIt() {
    NearsideCache<Integer, String> cache = cache(null);
    for (int key = 0; key < 3_000; key++) {
      cache.put(key, "old");
      if (key == 999) {
        pass(LIFE);
        sweep();
      }
    }
    sweep();
    source.away = true;
    Set<Integer> kept = new HashSet<>();
    for (int key = 0; key < 1_000; key++) {
      if (store.kept(key, clock.nanos()) != null) {
        kept.add(key);
      }
    }
    assertThat(kept).hasSizeLessThanOrEqualTo(1_000);
    long evictions = TestCaches.statistics(cache).getSizeEvictions();
    long live = 0;
    for (var entry : cache) {
      assertThat(entry.getValue()).isEqualTo("old");
      live++;
    }
    assertThat(live + kept.size()).isLessThanOrEqualTo(1_000);
    assertThat(evictions).as("of what was live").isEqualTo(2_000 - live);
  }

  /** Random operations against a map of what was written last, and is not removed. */
  @Test
  void whateverHappensOnlyTheLastValueStandsIn() {
    Random random = TestCaches.random();
    NearsideCache<Integer, String> cache = cache(null);
    Map<Integer, String> last = new HashMap<>();
    source.away = true;
    for (int i = 0; i < 20_000; i++) {
      int key = random.nextInt(4);
      switch (random.nextInt(12)) {
        case 0 -> {
          cache.put(key, "p" + i);
          last.put(key, "p" + i);
        }
        case 1 -> {
          if (cache.putIfAbsent(key, "a" + i)) {
            last.put(key, "a" + i);
          }
        }
        case 2 -> {
          if (cache.replace(key, "r" + i)) {
            last.put(key, "r" + i);
          }
        }
        case 3 -> {
          cache.remove(key);
          last.remove(key);
        }
        case 4 -> {
          if (random.nextInt(10) == 0) {
            cache.removeAll();
            last.clear();
          }
        }
        case 5 -> {
          if (random.nextInt(10) == 0) {
            cache.clear();
            last.clear();
          }
        }
        case 6 -> {
          source.away = false;
          String value = cache.get(key);
          source.away = true;
          last.put(key, value);
        }
        case 7, 8 -> pass(random.nextInt(LIFE));
        case 9 -> sweep();
        default -> {
          String expected = last.get(key);
          String value;
          try {
            value = cache.get(key);
          } catch (CacheLoaderException e) {
            value = null;
          }
          if (value != null) {
            assertThat(value).as("operation %s", i).isEqualTo(expected);
          }
        }
      }
    }
    assertThat(TestCaches.statistics(cache).getStaleAnswers()).isPositive();
  }

  /** The wheel finds it while it is being removed. */
  @Test
  void whatIsRemovedWhileItExpiresStaysRemoved() throws Exception {
    NearsideCache<Integer, String> cache = cache(null);
    source.away = true;
    CyclicBarrier both = new CyclicBarrier(2);
    for (int round = 0; round < 300; round++) {
      cache.put(1, "old");
      pass(LIFE);
      FutureTask<Void> sweeping =
          new FutureTask<>(() -> {
            both.await();
            sweep();
            return null;
          });
      new Thread(sweeping).start();
      both.await();
      if (round % 2 == 0) {
        cache.remove(1);
      } else {
        cache.removeAll();
      }
      assertThatThrownBy(() -> cache.get(1)).isInstanceOf(CacheLoaderException.class);
      sweeping.get();
      assertThatThrownBy(() -> cache.get(1)).isInstanceOf(CacheLoaderException.class);
    }
  }

  /** Its loads wait until they may end. */
  private NearsideCache<Integer, String> slow(@Nullable Duration hardTimeout) {
    NearsideCache<Integer, String> cache = cache(null, SOON, hardTimeout, timed);
    cache.put(1, "old");
    cache.put(2, "other");
    pass(LIFE);
    source.gate = new CountDownLatch(1);
    return cache;
  }

  @Test
  void whoWaitsTooLongGetsWhatHasExpiredWhileTheLoadGoesOn() {
    NearsideCache<Integer, String> cache = slow(null);
    assertThat(cache.get(1)).isEqualTo("old");
    for (int i = 0; i < 20; i++) {
      assertThat(cache.get(1)).isEqualTo("old");
      assertThat(cache.getAll(Set.of(1))).isEqualTo(Map.of(1, "old"));
      assertThat(cache.getOrLoad(1, (key, context) -> "x")).isEqualTo("old");
    }
    assertThat(source.loads).as("one load, which all of them wait for").hasValue(1);
    assertThat(TestCaches.statistics(cache).getStaleAnswers()).isEqualTo(61);
    assertThat(cache.containsKey(1)).isFalse();
    source.gate.countDown();
    await().until(() -> cache.containsKey(1));
    assertThat(cache.get(1)).isEqualTo("v1");
    assertThat(source.loads).hasValue(1);
  }

  @Test
  void withoutAnythingThatStandsInItWaits() throws Exception {
    NearsideCache<Integer, String> cache = slow(null);
    FutureTask<String> waiting = new FutureTask<>(() -> cache.get(3));
    new Thread(waiting).start();
    assertThat(cache.get(1)).isEqualTo("old");
    assertThat(cache.get(1)).isEqualTo("old");
    assertThat(waiting).isNotDone();
    source.gate.countDown();
    assertThat(waiting.get()).startsWith("v");
  }

  @Test
  void itWaitsNoLongerThanTheHardTimeOut() {
    NearsideCache<Integer, String> cache = slow(SOON.multipliedBy(3));
    assertThatThrownBy(() -> cache.get(3))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("load.hardTimeout");
    assertThat(cache.get(1)).isEqualTo("old");
  }

  @Test
  void aLoadThatHangsIsGivenUpAfterTheHardTimeOut() {
    NearsideCache<Integer, String> cache = slow(Duration.ofSeconds(5));
    assertThat(cache.get(1)).isEqualTo("old");
    pass(5);
    assertThat(cache.get(1)).isEqualTo("old"); // gives it up
    assertThat(cache.get(1)).isEqualTo("old"); // begins another one
    await().untilAsserted(() -> assertThat(source.loads).hasValue(2));
    source.gate.countDown();
    await().until(() -> cache.containsKey(1));
  }

  @Test
  void whatComesLateIsNotStoredOverAChange() {
    for (Consumer<NearsideCache<Integer, String>> change :
        List.<Consumer<NearsideCache<Integer, String>>>of(
            cache -> cache.put(1, "put"), cache -> cache.remove(1), Cache::clear)) {
      NearsideCache<Integer, String> cache = slow(null);
      assertThat(cache.get(1)).isEqualTo("old");
      change.accept(cache);
      String now = cache.containsKey(1) ? cache.get(1) : null;
      source.gate.countDown();
      await().until(() -> source.ended.get() == 1);
      assertThat(cache.get(1)).isIn(now, "v2");
    }
  }

  @Test
  void aLoadThatFailsWhenNobodyWaitsAnyMoreLeavesTheSourceAlone() {
    NearsideCache<Integer, String> cache = slow(null);
    assertThat(cache.get(1)).isEqualTo("old");
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "old", 2, "other"));
    source.away = true;
    source.gate.countDown();
    await().until(() -> source.ended.get() == source.loads.get());
    int loads = source.loads.get();
    await()
        .during(Duration.ofMillis(50))
        .until(() -> "old".equals(cache.get(1)) && source.loads.get() <= loads + 1);
    pass(THROTTLE);
    source.away = false;
    await().until(() -> cache.get(1).startsWith("v"));
  }

  @Test
  void ofManyAllMustHaveSomethingThatStandsIn() throws Exception {
    NearsideCache<Integer, String> cache = slow(null);
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "old", 2, "other"));
    FutureTask<Map<Integer, String>> waiting = new FutureTask<>(() -> cache.getAll(Set.of(1, 3)));
    new Thread(waiting).start();
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "old", 2, "other"));
    assertThat(waiting).isNotDone();
    source.gate.countDown();
    assertThat(waiting.get()).containsKey(3);
  }

  @Test
  void whoFindsNoRoomToLoadGetsWhatHasExpired() {
    NearsideCache<Integer, String> cache = cache(null, SOON, Duration.ofSeconds(60), timed, 1);
    cache.put(1, "old");
    cache.put(2, "other");
    pass(LIFE);
    source.gate = new CountDownLatch(1);
    assertThat(cache.get(1)).isEqualTo("old");
    assertThat(cache.get(2)).isEqualTo("other");
    assertThat(source.loads).hasValue(1);
    source.gate.countDown();
    await().until(() -> cache.containsKey(1));
    assertThat(cache.get(2)).startsWith("v");
  }

  @Test
  void aProcessorWaitsForTheLoad() throws Exception {
    NearsideCache<Integer, String> cache = slow(null);
    assertThat(cache.get(1)).isEqualTo("old");
    FutureTask<String> waiting =
        new FutureTask<>(() -> cache.invoke(1, (entry, arguments) -> entry.getValue()));
    new Thread(waiting).start();
    assertThat(cache.get(1)).isEqualTo("old");
    source.gate.countDown();
    assertThat(waiting.get()).startsWith("v");
  }

  private void pass(long seconds) {
    clock.pass(Duration.ofSeconds(seconds));
  }

  private void sweep() {
    store.expire(clock.nanos());
  }

  /**
   * @param part of the life after which an entry is loaded anew; null: it is not
   */
  private NearsideCache<Integer, String> cache(@Nullable Double part) {
    return cache(part, null, null, Runnable::run);
  }

  private NearsideCache<Integer, String> cache(
      @Nullable Double part,
      @Nullable Duration softTimeout,
      @Nullable Duration hardTimeout,
      Executor loads) {
    return cache(part, softTimeout, hardTimeout, loads, LoadSettings.UNBOUNDED);
  }

  private NearsideCache<Integer, String> cache(
      @Nullable Double part,
      @Nullable Duration softTimeout,
      @Nullable Duration hardTimeout,
      Executor loads,
      int maximumConcurrent) {
    Duration life = Duration.ofSeconds(LIFE);
    Duration throttle = Duration.ofSeconds(THROTTLE);
    RefreshSettings refresh = (part == null) ? null : new RefreshSettings(part, life, throttle);
    StaleSettings stale = new StaleSettings(Duration.ofSeconds(STALE), throttle, softTimeout);
    long nanos = stale.ifError().toNanos();
    long early = (refresh == null) ? 0 : refresh.lifeAfter().toNanos();
    source.away = false;
    source.loads.set(0);
    source.ended.set(0);
    StoreCache<Integer, String> cache =
        new CacheMaker<Integer, String>(clock)
            .manager(caches.manager())
            .types(Integer.class, String.class)
            .timeToLive(life)
            .loader(source)
            .load(
                new LoadSettings(
                        hardTimeout, maximumConcurrent, LoadSettings.DEFAULT_LEASE, refresh)
                    .with(stale))
            .stores(observer -> {
              LocalStore<Integer, String> made =
                  new LocalStore<>(
                      new LocalBound(1_000, null, null),
                      observer,
                      clock,
                      new Keeping(nanos - early, nanos),
                      0);
              store = made;
              return made;
            })
            .random(new Random(1))
            .timedLoads(loads)
            .make("kept" + opened.size());
    cache.lifecycle().start();
    opened.add(cache);
    return cache;
  }
}
