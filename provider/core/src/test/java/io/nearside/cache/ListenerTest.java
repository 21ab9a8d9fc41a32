package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.NearsideCache;
import io.nearside.observe.NearsideStatisticsMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.EventType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What listeners hear, in which order, and what they can't do to others. */
@Tag("any-jdk")
class ListenerTest {
  private static final int WRITERS = 8;
  private static final int KEYS = 10;

  @RegisterExtension final TestCaches caches = new TestCaches();

  /** The value of a key counts its changes, so that a listener sees any that is lost or late. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eventsOfAKeyComeInTheOrderOfItsChanges(boolean synchronous) {
    int each = 10_000;
    Cache<Integer, Long> cache = caches.cache(TestCaches.big());
    Map<Integer, Long> last = new ConcurrentHashMap<>();
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger heard = new AtomicInteger();
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              Long before = last.put(event.getKey(), event.getValue());
              long expected = (before == null) ? 1 : before + 1;
              wrong.addAndGet(event.getValue() == expected ? 0 : 1);
              heard.incrementAndGet();
            },
            synchronous));
    Crew.run(
        WRITERS,
        thread -> {
          for (int i = 0; i < each; i++) {
            cache.invoke((i + thread) % KEYS, (entry, none) -> increment(entry));
          }
        });
    if (!synchronous) {
      await().until(() -> heard.get() == WRITERS * each);
    }
    assertThat(heard).hasValue(WRITERS * each);
    assertThat(wrong).hasValue(0);
    for (int key = 0; key < KEYS; key++) {
      assertThat(last.get(key)).isEqualTo(cache.get(key));
    }
    assertThat(TestCaches.statistics(cache).getDroppedEvents()).isZero();
  }

  private static Object increment(javax.cache.processor.MutableEntry<Integer, Long> entry) {
    entry.setValue(entry.exists() ? entry.getValue() + 1 : 1);
    return null;
  }

  @Test
  void aBlockedListenerIsBoundedAndHoldsNobodyUpForEver() throws Exception {
    int bound = 10;
    Cache<Integer, Integer> cache =
        caches.cache(TestCaches.<Integer, Integer>big().maximumQueuedEvents(bound));
    NearsideStatisticsMXBean statistics = TestCaches.statistics(cache);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger heard = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              waitFor(release);
              heard.incrementAndGet();
            },
            false));
    for (int i = 0; i < bound; i++) {
      cache.put(i, i);
    }
    assertThat(statistics.getQueuedEvents()).isEqualTo(bound);
    AtomicBoolean watching = new AtomicBoolean(true);
    Thread watcher =
        Crew.start(() -> {
          while (watching.get()) {
            most.accumulateAndGet((int) statistics.getQueuedEvents(), Math::max);
          }
        });
    Crew.run(WRITERS, thread -> cache.put(100 + thread, 1));
    watching.set(false);
    Crew.join(watcher);
    assertThat(most.get()).isLessThanOrEqualTo(bound);
    assertThat(statistics.getDroppedEvents()).isEqualTo(WRITERS);
    assertThat(cache).hasSize(bound + WRITERS);
    release.countDown();
    await().until(() -> statistics.getQueuedEvents() == 0);
    assertThat(heard).hasValue(bound);
    cache.put(0, 2);
    await().until(() -> heard.get() == bound + 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aThrowingAsynchronousListenerOrFilterHarmsNobody(boolean inFilter) {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    AtomicInteger thrown = new AtomicInteger();
    cache.registerCacheEntryListener(throwing(inFilter, false, thrown));
    AtomicInteger before = new AtomicInteger();
    AtomicInteger after = new AtomicInteger();
    cache.registerCacheEntryListener(Listeners.counting(before, false));
    cache.registerCacheEntryListener(Listeners.counting(after, true));
    for (int i = 0; i < 100; i++) {
      cache.put(i % KEYS, i);
    }
    assertThat(after).hasValue(100);
    await().until(() -> before.get() == 100 && thrown.get() == 100);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSynchronousListenersExceptionComesAfterTheChangeAndAllOthers(boolean inFilter) {
    Cache<Integer, String> cache = caches.cache(TestCaches.big());
    AtomicInteger thrown = new AtomicInteger();
    AtomicInteger heard = new AtomicInteger();
    cache.registerCacheEntryListener(throwing(inFilter, true, thrown));
    cache.registerCacheEntryListener(Listeners.counting(heard, true));
    assertThatThrownBy(() -> cache.put(1, "a"))
        .isInstanceOf(CacheEntryListenerException.class)
        .hasRootCauseInstanceOf(IllegalThreadStateException.class);
    assertThat(heard).hasValue(1);
    assertThatThrownBy(() -> cache.getAndReplace(1, "b"))
        .isInstanceOf(CacheEntryListenerException.class);
    assertThat(cache.get(1)).isEqualTo("b");
    assertThatThrownBy(() -> cache.remove(1)).isInstanceOf(CacheEntryListenerException.class);
    assertThat(cache.containsKey(1)).isFalse();
    assertThatThrownBy(() -> cache.putAll(Map.of(2, "x", 3, "y")))
        .isInstanceOf(CacheEntryListenerException.class);
    assertThat(cache).hasSize(2);
    assertThat(heard).hasValue(5);
    assertThat(thrown).hasValue(5);
  }

  private static <K, V> CacheEntryListenerConfiguration<K, V> throwing(
      boolean inFilter, boolean synchronous, AtomicInteger thrown) {
    Runnable thrower =
        () -> {
          thrown.incrementAndGet();
          throw new IllegalThreadStateException("a mistake in user code");
        };
    CacheEntryEventFilter<K, V> filter =
        event -> {
          if (inFilter) {
            thrower.run();
          }
          return true;
        };
    return Listeners.of(event -> thrower.run(), filter, synchronous);
  }

  @Test
  void listenersHearOldValues() {
    Cache<Integer, String> cache = caches.cache(TestCaches.big());
    List<String> heard = new ArrayList<>();
    cache.registerCacheEntryListener(
        Listeners.of(
            event ->
                heard.add(
                    event.getEventType() + " " + event.getOldValue() + " " + event.getValue()),
            true));
    cache.put(1, "a");
    cache.put(1, "b");
    cache.replace(1, "b", "c");
    cache.invoke(
        1,
        (entry, none) -> {
          entry.setValue("d");
          return null;
        });
    cache.remove(1);
    assertThat(heard)
        .containsExactly(
            "CREATED null a", "UPDATED a b", "UPDATED b c", "UPDATED c d", "REMOVED d d");
  }

  @Test
  void listenersComeAndGoWhileOthersWrite() {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    AtomicInteger permanent = new AtomicInteger();
    cache.registerCacheEntryListener(Listeners.counting(permanent, true));
    int each = 5_000;
    AtomicInteger writing = new AtomicInteger(4);
    Crew.run(
        7,
        thread -> {
          if (thread < 4) {
            for (int i = 0; i < each; i++) {
              cache.put((i + thread) % KEYS, i);
            }
            writing.decrementAndGet();
          } else {
            while (writing.get() > 0) {
              comeAndGo(cache, thread % 2 == 0);
            }
          }
        });
    assertThat(permanent).hasValue(4 * each);
  }

  /** Whoever is registered hears of what he then writes himself, whoever else comes or goes. */
  private static void comeAndGo(Cache<Integer, Integer> cache, boolean synchronous) {
    AtomicInteger heard = new AtomicInteger();
    CacheEntryListenerConfiguration<Integer, Integer> mine = Listeners.counting(heard, synchronous);
    cache.registerCacheEntryListener(mine);
    cache.containsKey(1);
    cache.deregisterCacheEntryListener(mine);
  }

  /** No listener is there in between, so the cache switches its ordering on and off. */
  @Test
  void aListenerIsHeardFromItsRegistrationOn() {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    AtomicInteger missed = new AtomicInteger();
    Crew.run(
        4,
        thread -> {
          for (int i = 0; i < 2_000; i++) {
            AtomicInteger heard = new AtomicInteger();
            int mine = thread * 1_000_000 + i;
            CacheEntryListenerConfiguration<Integer, Integer> listener =
                Listeners.of(event -> heard.addAndGet(event.getKey() == mine ? 1 : 0), true);
            cache.registerCacheEntryListener(listener);
            cache.put(mine, i);
            cache.deregisterCacheEntryListener(listener);
            missed.addAndGet(1 - heard.get());
          }
        });
    assertThat(missed).hasValue(0);
  }

  @Test
  void expiryIsToldWithinASecondWithoutAnyAccess() {
    NearsideCache<Integer, Long> cache = ours(caches.cache(TestCaches.big()));
    AtomicLong latest = new AtomicLong();
    AtomicInteger heard = new AtomicInteger();
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              if (event.getEventType() == EventType.EXPIRED) {
                long late = System.nanoTime() - event.getOldValue();
                latest.accumulateAndGet(late, Math::max);
                heard.incrementAndGet();
              }
            },
            false));
    Random random = TestCaches.random();
    for (int key = 0; key < 100; key++) {
      Duration life = Duration.ofMillis(100 + random.nextInt(2_000));
      cache.put(key, System.nanoTime() + life.toNanos(), EntryOptions.timeToLive(life));
    }
    await().until(() -> heard.get() == 100);
    assertThat(Duration.ofNanos(latest.get())).isLessThan(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyEntryEndsExactlyOnce(boolean synchronous) {
    int entries = 10_000;
    NearsideCache<Integer, Long> cache = ours(caches.cache(TestCaches.big()));
    NearsideStatisticsMXBean statistics = TestCaches.statistics(cache);
    Queue<Long> ended = new ConcurrentLinkedQueue<>();
    AtomicInteger expired = new AtomicInteger();
    cache.registerCacheEntryListener(
        Listeners.of(event -> noteEnd(event, ended, expired), synchronous));
    Random random = TestCaches.random();
    long[] seeds = {random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()};
    AtomicLong written = new AtomicLong();
    Crew.run(4, thread -> churn(cache, new Random(seeds[thread]), thread, written, entries));
    // What was put with no time to live of its own is still there.
    await().until(() -> ended.size() + live(cache) == written.get() && mortal(cache) == 0);
    assertThat(ended).doesNotHaveDuplicates();
    cache.forEach(entry -> assertThat(ended).doesNotContain(entry.getValue()));
    assertThat(expired).hasPositiveValue();
    assertThat(statistics.getExpirations()).isEqualTo(expired.get());
    assertThat(statistics.getDroppedEvents()).isZero();
  }

  private static void noteEnd(
      CacheEntryEvent<? extends Integer, ? extends Long> event,
      Queue<Long> ended,
      AtomicInteger expired) {
    if (event.getEventType() != EventType.CREATED) {
      ended.add(event.getOldValue());
    }
    if (event.getEventType() == EventType.EXPIRED) {
      expired.incrementAndGet();
    }
  }

  /** Every value is written once; an even one has a time to live. */
  private static void churn(
      NearsideCache<Integer, Long> cache,
      Random random,
      int thread,
      AtomicLong written,
      int entries) {
    for (int i = 0; i < entries; i++) {
      int key = random.nextInt(entries);
      long value = (((long) thread << 32) + i) * 2;
      switch (random.nextInt(8)) {
        case 0 -> cache.remove(key);
        case 1 -> cache.get(key);
        case 2 -> {
          written.incrementAndGet();
          cache.put(key, value + 1);
        }
        default -> {
          written.incrementAndGet();
          Duration life = Duration.ofMillis(1 + random.nextInt(2_000));
          cache.put(key, value, EntryOptions.timeToLive(life));
        }
      }
    }
  }

  private static long live(Cache<Integer, Long> cache) {
    AtomicLong count = new AtomicLong();
    cache.forEach(entry -> count.incrementAndGet());
    return count.get();
  }

  private static long mortal(Cache<Integer, Long> cache) {
    AtomicLong count = new AtomicLong();
    cache.forEach(entry -> count.addAndGet(entry.getValue() % 2 == 0 ? 1 : 0));
    return count.get();
  }

  @Test
  void listenersGetCopies() {
    Cache<List<Integer>, List<String>> cache = caches.cache(TestCaches.big());
    List<Integer> key = List.of(1);
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              event.getValue().add("mutated");
              if (event.isOldValueAvailable()) {
                event.getOldValue().add("mutated");
              }
            },
            true));
    List<List<String>> second = new ArrayList<>();
    cache.registerCacheEntryListener(
        Listeners.of(event -> second.add(new ArrayList<>(event.getValue())), true));
    cache.put(key, new ArrayList<>(List.of("a")));
    cache.put(key, new ArrayList<>(List.of("b")));
    assertThat(cache.get(key)).containsExactly("b");
    assertThat(second).containsExactly(List.of("a"), List.of("b"));
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, Long> ours(Cache<Integer, Long> cache) {
    return cache.unwrap(NearsideCache.class);
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
