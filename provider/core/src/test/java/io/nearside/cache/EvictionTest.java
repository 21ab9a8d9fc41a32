package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.observe.NearsideStatisticsMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.event.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What makes room is counted by its cause, and is no event of JCache. */
class EvictionTest {
  private static final int ENTRIES = 20_000;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final AtomicInteger created = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();

  @Test
  void tooManyEntriesGiveWayForSize() {
    int bound = 1_000;
    Cache<Integer, String> cache =
        caches.cache(
            TestCaches.<Integer, String>plain()
                .statistics(true)
                .local(local -> local.maximumSize(bound)));
    fill(cache);
    NearsideStatisticsMXBean statistics = TestCaches.statistics(cache);
    await().untilAsserted(() -> assertThat(settledCount(cache)).isEqualTo(bound));
    assertThat(statistics.getSizeEvictions()).isEqualTo(ENTRIES - bound);
    assertThat(statistics.getCacheEvictions()).isEqualTo(ENTRIES - bound);
    assertThat(statistics.getWeightEvictions()).isZero();
    assertThat(statistics.getManagerWeightEvictions()).isZero();
    assertThat(statistics.getCacheRemovals()).isZero();
    assertOnlyCreations();
  }

  @Test
  void theCountStaysNearItsBoundWhileThreadsWrite() {
    int bound = 1_000;
    Cache<Integer, String> cache =
        caches.cache(
            TestCaches.<Integer, String>plain()
                .statistics(true)
                .local(local -> local.maximumSize(bound)));
    AtomicInteger most = new AtomicInteger();
    Crew.run(
        5,
        thread -> {
          for (int i = 0; i < ENTRIES; i++) {
            if (thread == 4) {
              if (i % 1_000 == 0) {
                most.accumulateAndGet(count(cache), Math::max);
              }
            } else {
              cache.put(thread * ENTRIES + i, "v");
            }
          }
        });
    // Caffeine's write buffer is what may be over.
    assertThat(most.get()).isLessThan(10 * bound);
    await().untilAsserted(() -> assertThat(settledCount(cache)).isEqualTo(bound));
    assertThat(TestCaches.statistics(cache).getSizeEvictions()).isEqualTo(4 * ENTRIES - bound);
  }

  @Test
  void tooManyBytesGiveWayForWeight() {
    Cache<Integer, String> cache =
        caches.cache(
            TestCaches.<Integer, String>plain()
                .statistics(true)
                .local(local -> local.maximumWeight(32 * 1024)));
    fill(cache);
    NearsideStatisticsMXBean statistics = TestCaches.statistics(cache);
    await().until(() -> count(cache) + statistics.getWeightEvictions() == ENTRIES);
    assertThat(count(cache)).isBetween(1, ENTRIES / 4);
    assertThat(statistics.getCacheEvictions()).isEqualTo(statistics.getWeightEvictions());
    assertOnlyCreations();
  }

  /** A missing one would count as "unchanged". */
  @Test
  void hibernatesTimestampsGiveWayToNothing() {
    CacheManager manager = caches.managerWith("nearside.local.maximumWeight", "64KiB");
    Cache<Integer, String> stamps =
        manager.createCache(
            "default-update-timestamps-region",
            TestCaches.<Integer, String>plain().statistics(true).build());
    Cache<Integer, String> cache =
        manager.createCache("a", TestCaches.<Integer, String>plain().statistics(true).build());
    fill(stamps);
    fill(cache);
    await().until(() -> TestCaches.statistics(cache).getCacheEvictions() > 0);
    assertThat(settledCount(stamps)).isEqualTo(ENTRIES);
    assertThat(TestCaches.statistics(stamps).getCacheEvictions()).isZero();
  }

  @Test
  void tooManyBytesOfTheManagerGiveWayInAllItsCaches() {
    CacheManager manager = caches.managerWith("nearside.local.maximumWeight", "64KiB");
    List<Cache<Integer, String>> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      all.add(
          manager.createCache(
              "m" + i,
              TestCaches.<Integer, String>plain()
                  .statistics(true)
                  .local(local -> local.maximumWeight(60 * 1024))
                  .build()));
    }
    all.forEach(this::fill);
    for (Cache<Integer, String> cache : all) {
      NearsideStatisticsMXBean statistics = TestCaches.statistics(cache);
      await().until(() -> count(cache) + statistics.getCacheEvictions() == ENTRIES);
      assertThat(statistics.getSizeEvictions()).isZero();
    }
    assertThat(
            all.stream()
                .map(TestCaches::statistics)
                .mapToLong(NearsideStatisticsMXBean::getManagerWeightEvictions)
                .sum())
        .isPositive();
    assertOnlyCreations();
  }

  private void fill(Cache<Integer, String> cache) {
    cache.registerCacheEntryListener(
        Listeners.of(
            event ->
                (event.getEventType() == EventType.CREATED ? created : others).incrementAndGet(),
            true));
    for (int key = 0; key < ENTRIES; key++) {
      cache.put(key, "value " + key);
    }
  }

  private void assertOnlyCreations() {
    assertThat(created.get() % ENTRIES).isZero();
    assertThat(created).hasPositiveValue();
    assertThat(others).hasValue(0);
  }

  /** After the maintenance that Caffeine may leave to the next access. */
  private static int settledCount(Cache<Integer, String> cache) {
    cache.unwrap(com.github.benmanes.caffeine.cache.Cache.class).cleanUp();
    return count(cache);
  }

  private static int count(Cache<Integer, String> cache) {
    int count = 0;
    for (Cache.Entry<Integer, String> entry : cache) {
      count++;
    }
    return count;
  }
}
