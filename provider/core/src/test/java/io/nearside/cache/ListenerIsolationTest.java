package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.NearsideCache;
import java.io.Closeable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.EventType;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That listeners which are stuck, slow, come late or leave early cost nobody else anything. */
@Tag("any-jdk")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenerIsolationTest {
  /** More than would have filled a pool of 16 threads with 4 each. */
  private static final int STUCK = 8;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void release() {
    release.countDown();
  }

  private void stick() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void stuckListeners(int count) {
    for (int i = 0; i < count; i++) {
      Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
      cache.registerCacheEntryListener(Listeners.of(event -> stick(), false));
      for (int key = 0; key < 16; key++) {
        cache.put(key, key);
      }
    }
  }

  @Test
  void stuckListenersKeepNobodyFromHearing() {
    stuckListeners(STUCK);
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    AtomicInteger heard = new AtomicInteger();
    cache.registerCacheEntryListener(Listeners.counting(heard, false));
    cache.put(1, 1);
    await().until(() -> heard.get() == 1);
  }

  @Test
  void aChangeDoesNotWaitForThreadsThatStuckListenersHave() {
    stuckListeners(40); // all threads there may be
    NearsideCache<Integer, Integer> cache = ours(caches.cache(TestCaches.big()));
    AtomicInteger expired = new AtomicInteger();
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> expired.addAndGet(event.getEventType() == EventType.EXPIRED ? 1 : 0), true));
    for (int key = 0; key < 16; key++) {
      cache.put(key, key, EntryOptions.timeToLive(Duration.ofMillis(1)));
    }
    await().until(() -> TestCaches.statistics(cache).getExpirations() == 16);
    for (int key = 0; key < 16; key++) {
      cache.put(key, key);
    }
    assertThat(expired).hasValue(16);
  }

  @Test
  void operationsThatChangeNothingDoNotWaitForAStuckListener() {
    int bound = 16;
    Cache<Integer, Integer> cache =
        caches.cache(TestCaches.<Integer, Integer>big().maximumQueuedEvents(bound));
    cache.registerCacheEntryListener(Listeners.of(event -> stick(), false));
    for (int key = 0; key < bound - bound / 8; key++) {
      cache.put(key, key);
    }
    long start = System.nanoTime();
    assertThat(cache.get(-1)).isNull();
    assertThat(cache.getAll(Set.of(0, -1))).hasSize(1);
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
  }

  @Test
  void manyChangesWaitOnceForAStuckListener() {
    Cache<Integer, Integer> cache =
        caches.cache(TestCaches.<Integer, Integer>big().maximumQueuedEvents(16));
    cache.registerCacheEntryListener(Listeners.of(event -> stick(), false));
    long start = System.nanoTime();
    cache.putAll(numbers(1_000));
    assertThat(System.nanoTime() - start)
        .isBetween(TimeUnit.MILLISECONDS.toNanos(900), TimeUnit.SECONDS.toNanos(20));
    assertThat(TestCaches.statistics(cache).getDroppedEvents()).isEqualTo(1_000 - 16);
  }

  @Test
  void bulkChangesLoseNoEventOfAListenerThatKeepsGoing() {
    Cache<Integer, Integer> cache =
        caches.cache(TestCaches.<Integer, Integer>big().maximumQueuedEvents(100));
    AtomicInteger heard = new AtomicInteger();
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              Thread.yield();
              heard.incrementAndGet();
            },
            false));
    cache.putAll(numbers(30_000));
    await().until(() -> heard.get() == 30_000);
    cache.removeAll();
    await().until(() -> heard.get() == 60_000);
    assertThat(TestCaches.statistics(cache).getDroppedEvents()).isZero();
  }

  @Test
  void massExpiryLosesNoEventAndTellsEachOnce() {
    int entries = 2_000;
    NearsideCache<Integer, Integer> cache =
        ours(caches.cache(TestCaches.<Integer, Integer>big().maximumQueuedEvents(400)));
    Queue<Integer> ended = new ConcurrentLinkedQueue<>();
    numbers(entries)
        .forEach(
            (key, value) -> cache.put(key, value, EntryOptions.timeToLive(Duration.ofMillis(200))));
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              if (event.getEventType() == EventType.EXPIRED) {
                ended.add(event.getKey());
              }
            },
            false));
    await().until(() -> ended.size() >= entries);
    assertThat(ended).doesNotHaveDuplicates();
    assertThat(TestCaches.statistics(cache).getDroppedEvents()).isZero();
    assertThat(TestCaches.statistics(cache).getExpirations()).isEqualTo(entries);
  }

  @Test
  void entriesExpireAlthoughAListenerIsStuck() {
    NearsideCache<Integer, Integer> cache =
        ours(caches.cache(TestCaches.<Integer, Integer>big().maximumQueuedEvents(16)));
    cache.registerCacheEntryListener(Listeners.of(event -> stick(), false));
    for (int key = 0; key < 100; key++) {
      cache.put(key, key, EntryOptions.timeToLive(Duration.ofMillis(1)));
    }
    await().until(() -> TestCaches.statistics(cache).getExpirations() == 100);
  }

  private static Map<Integer, Integer> numbers(int count) {
    Map<Integer, Integer> numbers = new HashMap<>();
    for (int i = 0; i < count; i++) {
      numbers.put(i, i);
    }
    return numbers;
  }

  /** The writer registers the listener, so that it comes in the middle of the change. */
  @Test
  void aListenerThatComesDuringAChangeIsToldByThatChange() {
    AtomicInteger heard = new AtomicInteger();
    AtomicBoolean once = new AtomicBoolean();
    Cache<Integer, Integer>[] cache = newCaches(1);
    cache[0] =
        written(entry -> {
          if (once.compareAndSet(false, true)) {
            cache[0].registerCacheEntryListener(
                Listeners.of(
                    event -> {
                      heard.incrementAndGet();
                      throw new IllegalStateException("a mistake in user code");
                    },
                    true));
          }
        });
    assertThatThrownBy(() -> cache[0].put(1, 1)).isInstanceOf(CacheEntryListenerException.class);
    assertThat(heard).hasValue(1);
    assertThatCode(() -> cache[0].get(77)).doesNotThrowAnyException();
  }

  @Test
  void aListenersExceptionDoesNotReplaceTheOperations() {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              throw new IllegalStateException("a mistake in user code");
            },
            true));
    Cache<Integer, Integer> outer =
        written(entry -> {
          cache.put(1, 1);
          throw new CacheWriterException("the source is down");
        });
    assertThatThrownBy(() -> outer.put(1, 1))
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining("the source is down")
        .satisfies(
            e -> assertThat(e.getSuppressed()[0]).isInstanceOf(CacheEntryListenerException.class));
  }

  /** The listener wants a lock that another thread holds while it waits for the processor's key. */
  @Test
  void whatAProcessorChangesElsewhereIsToldWhenItsKeyIsFree() {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    Cache<Integer, Integer> other = caches.cache(TestCaches.big());
    ReentrantLock applications = new ReentrantLock();
    AtomicInteger heard = new AtomicInteger();
    other.registerCacheEntryListener(
        Listeners.of(
            event -> {
              applications.lock();
              applications.unlock();
              cache.invoke(1, (entry, none) -> entry.exists()); // refused under the key's lock
              heard.incrementAndGet();
            },
            true));
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch inProcessor = new CountDownLatch(1);
    Thread competitor =
        Crew.start(() -> {
          applications.lock();
          try {
            locked.countDown();
            waitFor(inProcessor);
            cache.invoke(1, (entry, none) -> entry.exists());
          } finally {
            applications.unlock();
          }
        });
    waitFor(locked);
    cache.invoke(
        1,
        (entry, none) -> {
          inProcessor.countDown();
          other.put(2, 2);
          assertThat(heard).hasValue(0);
          return null;
        });
    assertThat(heard).hasValue(1);
    Crew.join(competitor);
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aListenerIsNotCalledOnceItIsClosed() {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean closed = new AtomicBoolean();
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger after = new AtomicInteger();
    CacheEntryListenerConfiguration<Integer, Integer> configuration =
        asynchronous(
            new ClosingListener(
                () -> {
                  after.addAndGet(closed.get() ? 1 : 0);
                  calls.incrementAndGet();
                  begun.countDown();
                  stick();
                  after.addAndGet(closed.get() ? 1 : 0);
                },
                closed));
    cache.registerCacheEntryListener(configuration);
    for (int i = 0; i < 3; i++) {
      cache.put(i * 1_024, i); // all in one lane
    }
    waitFor(begun);
    cache.deregisterCacheEntryListener(configuration);
    assertThat(closed).isFalse(); // a call is under way
    release.countDown();
    await().untilTrue(closed);
    AtomicInteger last = new AtomicInteger();
    cache.registerCacheEntryListener(Listeners.counting(last, false));
    cache.put(0, 9);
    await().until(() -> last.get() == 1);
    assertThat(calls).hasValue(1);
    assertThat(after).hasValue(0);
  }

  private static CacheEntryListenerConfiguration<Integer, Integer> asynchronous(
      ClosingListener listener) {
    return new MutableCacheEntryListenerConfiguration<>(
        new FactoryBuilder.SingletonFactory<>(listener), null, false, false);
  }

  private record ClosingListener(Runnable code, AtomicBoolean closed)
      implements CacheEntryCreatedListener<Integer, Integer>, Closeable {
    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      events.forEach(event -> code.run());
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  @Test
  void whatWasDroppedStaysCountedWhenItsListenerLeaves() {
    Cache<Integer, Integer> cache =
        caches.cache(TestCaches.<Integer, Integer>big().maximumQueuedEvents(2));
    CacheEntryListenerConfiguration<Integer, Integer> stuck = Listeners.of(event -> stick(), false);
    cache.registerCacheEntryListener(stuck);
    cache.putAll(numbers(10));
    cache.deregisterCacheEntryListener(stuck);
    assertThat(TestCaches.statistics(cache).getDroppedEvents()).isEqualTo(8);
  }

  private Cache<Integer, Integer> written(
      Consumer<Cache.Entry<? extends Integer, ? extends Integer>> code) {
    return caches.cache(
        TestCaches.<Integer, Integer>big()
            .writer(new FactoryBuilder.SingletonFactory<>(new Writer(code)))
            .writeThrough(true));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Cache<Integer, Integer>[] newCaches(int count) {
    return new Cache[count];
  }

  private record Writer(Consumer<Cache.Entry<? extends Integer, ? extends Integer>> code)
      implements CacheWriter<Integer, Integer> {
    @Override
    public void write(Cache.Entry<? extends Integer, ? extends Integer> entry) {
      code.accept(entry);
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends Integer>> entries) {
      List.copyOf(entries).forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, Integer> ours(Cache<Integer, Integer> cache) {
    return cache.unwrap(NearsideCache.class);
  }
}
