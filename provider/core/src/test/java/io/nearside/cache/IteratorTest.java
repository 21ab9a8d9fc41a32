package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.NearsideCache;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Iteration in constant memory, beside changes. */
class IteratorTest {
  private static final int MILLION = 1_000_000;

  @RegisterExtension final TestCaches caches = new TestCaches();

  /**
   * Values that only the cache holds go while an iterator is half-way: it holds no copy of them.
   */
  @Test
  void anIteratorOverAMillionEntriesHoldsNoneOfThem() {
    Cache<Integer, Object> cache = caches.cache(TestCaches.<Integer, Object>big().byReference());
    List<WeakReference<Object>> values = new ArrayList<>(MILLION);
    for (int key = 0; key < MILLION; key++) {
      Object value = new Object();
      values.add(new WeakReference<>(value));
      cache.put(key, value);
    }
    Iterator<Cache.Entry<Integer, Object>> iterator = cache.iterator();
    for (int i = 0; i < MILLION / 2; i++) {
      iterator.next();
    }
    cache.removeAll();
    await()
        .until(() -> {
          System.gc();
          // One is at hand already.
          return values.stream().filter(value -> value.get() != null).count() <= 2;
        });
    int more = 0;
    while (iterator.hasNext()) {
      iterator.next();
      more++;
    }
    assertThat(more).as("removed entries that were still shown").isLessThanOrEqualTo(1);
  }

  @Test
  void everyEntryThatStaysIsShownOnceBesideChangesOfOthers() {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    int stable = 20_000;
    for (int key = 0; key < stable; key++) {
      cache.put(key, key);
    }
    AtomicInteger iterating = new AtomicInteger(3);
    Crew.run(
        6,
        thread -> {
          if (thread < 3) {
            assertStableShownOnce(cache, stable);
            iterating.decrementAndGet();
          } else {
            for (int i = 0; iterating.get() > 0; i++) {
              cache.put(stable + i % 5_000, i);
              cache.remove(stable + (i + 2_500) % 5_000);
            }
          }
        });
  }

  private static void assertStableShownOnce(Cache<Integer, Integer> cache, int stable) {
    Set<Integer> shown = new HashSet<>();
    for (Cache.Entry<Integer, Integer> entry : cache) {
      if (entry.getKey() < stable) {
        assertThat(shown.add(entry.getKey())).isTrue();
      }
    }
    assertThat(shown).hasSize(stable);
  }

  @Test
  void removeTakesWhatNextReturned() {
    Cache<Integer, String> cache = caches.cache(TestCaches.big());
    AtomicInteger heard = new AtomicInteger();
    cache.put(1, "a");
    cache.put(2, "b");
    cache.registerCacheEntryListener(Listeners.counting(heard, true));
    Iterator<Cache.Entry<Integer, String>> iterator = cache.iterator();
    assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);
    int first = iterator.next().getKey();
    assertThat(iterator.hasNext()).isTrue();
    iterator.remove();
    assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);
    assertThat(cache.containsKey(first)).isFalse();
    assertThat(cache.containsKey(3 - first)).isTrue();
    assertThat(heard).hasValue(1);
    assertThat(TestCaches.statistics(cache).getCacheRemovals()).isEqualTo(1);
    iterator.next();
    iterator.remove();
    assertThat(iterator.hasNext()).isFalse();
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    assertThat(cache.iterator()).isExhausted();
  }

  @Test
  void anIteratorEndsWithItsCache() {
    Cache<Integer, String> cache = caches.cache(TestCaches.big());
    cache.put(1, "a");
    cache.put(2, "b");
    Iterator<Cache.Entry<Integer, String>> iterator = cache.iterator();
    iterator.next();
    assertThat(iterator.hasNext()).isTrue();
    cache.close();
    assertThatThrownBy(iterator::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(iterator::hasNext).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatExpiredSinceHasNextIsSkippedUnlessItIsTheLast() {
    Cache<Integer, String> cache = caches.cache(TestCaches.big());
    cache.putAll(Map.of(1, "v", 2, "v", 3, "v"));
    int first = cache.iterator().next().getKey();
    Iterator<Cache.Entry<Integer, String>> iterator = iteratorThatFoundOneNowExpired(cache, first);
    assertThat(iterator.next().getKey()).isNotEqualTo(first);
    iterator.next();
    assertThat(iterator.hasNext()).isFalse();
    cache.clear();
    assertThat(iteratorThatFoundOneNowExpired(cache, first).next().getKey()).isEqualTo(first);
  }

  private static Iterator<Cache.Entry<Integer, String>> iteratorThatFoundOneNowExpired(
      Cache<Integer, String> cache, int key) {
    NearsideCache<Integer, String> ours = (NearsideCache<Integer, String>) cache;
    ours.put(key, "v", EntryOptions.timeToLive(Duration.ofMillis(300)));
    Iterator<Cache.Entry<Integer, String>> iterator = cache.iterator();
    assertThat(iterator.hasNext()).isTrue();
    await().until(() -> !cache.containsKey(key));
    return iterator;
  }

  @Test
  void anIteratorsEntriesAreCopies() {
    Cache<Integer, List<String>> cache = caches.cache(TestCaches.big());
    cache.put(1, new ArrayList<>(List.of("a")));
    cache.iterator().next().getValue().add("mutated");
    assertThat(cache.get(1)).containsExactly("a");
  }

  /** A scan that counted as use would make the entries that are used in earnest give way. */
  @Test
  void aScanEvictsNothingAndIsNoUse() {
    int bound = 1_000;
    Cache<Integer, Integer> cache =
        caches.cache(
            TestCaches.<Integer, Integer>plain()
                .statistics(true)
                .local(local -> local.maximumSize(bound)));
    for (int key = 0; key < bound; key++) {
      cache.put(key, key);
    }
    com.github.benmanes.caffeine.cache.Cache<?, ?> inner =
        cache.unwrap(com.github.benmanes.caffeine.cache.Cache.class);
    inner.cleanUp();
    List<?> before = coldestFirst(inner, bound);
    for (int scan = 0; scan < 10; scan++) {
      cache.forEach(entry -> {});
    }
    inner.cleanUp();
    assertThat(coldestFirst(inner, bound)).isEqualTo(before);
    assertThat(cache).hasSize(bound);
    for (int key = bound - 1; key >= 0; key--) {
      cache.get(key);
    }
    inner.cleanUp();
    assertThat(coldestFirst(inner, bound)).as("real use").isNotEqualTo(before);
    assertThat(TestCaches.statistics(cache).getCacheEvictions()).isZero();
  }

  private static List<?> coldestFirst(
      com.github.benmanes.caffeine.cache.Cache<?, ?> cache, int limit) {
    return List.copyOf(cache.policy().eviction().orElseThrow().coldest(limit).keySet());
  }
}
