package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.processor.EntryProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** User code that calls the cache which called it comes to an end, or is refused clearly. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReentrancyTest {
  private static final int CROSSINGS = 1_000;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private Cache<Integer, Integer> cache;

  @Test
  void aLoaderReadsAndWritesOtherKeys() {
    cache =
        caches.cache(
            TestCaches.<Integer, Integer>big()
                .loader(
                    loader(key -> {
                      cache.put(key + 1000, -key);
                      return (key <= 0) ? 0 : cache.get(key - 1) + 1;
                    })));
    assertThat(cache.get(50)).isEqualTo(50);
    assertThat(cache.containsKey(0)).isTrue();
    assertThat(cache.get(1050)).isEqualTo(-50);
  }

  @Test
  void aLoaderThatPutsItsOwnKeyIsOverruledByThePut() {
    cache =
        caches.cache(
            TestCaches.<Integer, Integer>big()
                .loader(
                    loader(key -> {
                      cache.put(key, 7);
                      return 8;
                    })));
    assertThat(cache.get(1)).isEqualTo(7);
    assertThat(cache.get(1)).isEqualTo(7);
  }

  @Test
  void aLoaderMayInvokeInsideAProcessorThatLoads() {
    cache =
        caches.cache(
            TestCaches.<Integer, Integer>big()
                .loader(loader(key -> (key == 0) ? 1 : cache.invoke(0, (e, a) -> e.getValue()))));
    assertThat(cache.<Integer>invoke(3, (e, a) -> e.getValue())).isEqualTo(1);
  }

  @Test
  void aProcessorMayReadItsOwnKey() {
    cache = caches.cache(TestCaches.big());
    cache.put(1, 5);
    Integer seen =
        cache.invoke(
            1,
            (entry, none) -> {
              assertThat(cache.containsKey(1)).isTrue();
              entry.setValue(6);
              return cache.get(1);
            });
    assertThat(seen).isEqualTo(5);
    assertThat(cache.get(1)).isEqualTo(6);
  }

  private Map<String, Consumer<Integer>> changes() {
    Map<String, Consumer<Integer>> changes = new LinkedHashMap<>();
    changes.put("put", key -> cache.put(key, 9));
    changes.put("getAndPut", key -> cache.getAndPut(key, 9));
    changes.put("putIfAbsent", key -> cache.putIfAbsent(key, 9));
    changes.put("putAll", key -> cache.putAll(Map.of(key, 9)));
    changes.put("replace", key -> cache.replace(key, 9));
    changes.put("compareAndReplace", key -> cache.replace(key, 1, 9));
    changes.put("getAndReplace", key -> cache.getAndReplace(key, 9));
    changes.put("remove", key -> cache.remove(key));
    changes.put("compareAndRemove", key -> cache.remove(key, 1));
    changes.put("getAndRemove", key -> cache.getAndRemove(key));
    changes.put("removeAll", key -> cache.removeAll(Set.of(key)));
    changes.put("invoke", key -> cache.invoke(key, (e, a) -> null));
    return changes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aProcessorThatChangesItsOwnKeyIsRefused(boolean writeThrough) {
    cache = caches.cache(withWriter(writeThrough, key -> {}));
    cache.put(1, 1);
    changes()
        .forEach((name, change) ->
            assertThatThrownBy(() -> cache.invoke(1, (entry, none) -> run(() -> change.accept(1))))
                .as(name)
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("cache \"" + cache.getName() + "\"")
                .hasMessageContaining("must not change the key"));
    assertThat(cache.get(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aProcessorMayChangeOtherKeys(boolean writeThrough) {
    cache = caches.cache(withWriter(writeThrough, key -> {}));
    cache.put(1, 1);
    int[] other = {100};
    changes()
        .values()
        .forEach(change -> cache.invoke(1, (entry, none) -> run(() -> change.accept(other[0]++))));
    assertThat(cache.get(100)).isEqualTo(9);
    assertThat(cache.get(1)).isEqualTo(1);
  }

  /** Either may be refused, but both come back and at least one gets through. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void crosswiseProcessorsComeBack(boolean twoCaches) {
    cache = caches.cache(TestCaches.big());
    Cache<Integer, Integer> other = twoCaches ? caches.cache(TestCaches.big()) : cache;
    AtomicInteger finished = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CyclicBarrier round = new CyclicBarrier(2);
    Crew.run(
        2,
        thread -> {
          Cache<Integer, Integer> mine = (thread == 0) ? cache : other;
          Cache<Integer, Integer> his = (thread == 0) ? other : cache;
          for (int i = 0; i < CROSSINGS; i++) {
            round.await();
            try {
              mine.invoke(
                  thread, (e, a) -> his.invoke(1 - thread, (inner, none) -> count(finished)));
            } catch (CacheException e) {
              assertThat(e).hasMessageContaining("would wait for each other");
              refused.incrementAndGet();
            }
          }
        });
    assertThat(finished.get() + refused.get()).isEqualTo(2 * CROSSINGS);
    assertThat(finished.get()).isGreaterThanOrEqualTo(CROSSINGS);
  }

  /** Both hold their key before they want the other's. */
  @Test
  void processorsThatSurelyWaitForEachOtherAreRefused() {
    cache = caches.cache(TestCaches.big());
    CyclicBarrier bothHold = new CyclicBarrier(2);
    AtomicInteger refused = new AtomicInteger();
    Crew.run(
        2,
        thread -> {
          try {
            cache.invoke(
                thread,
                (e, a) -> {
                  meet(bothHold);
                  return cache.invoke(1 - thread, (inner, none) -> null);
                });
          } catch (CacheException e) {
            refused.incrementAndGet();
          }
        });
    assertThat(refused).hasValue(1);
  }

  /** Keys of one hash are locked by another lock first, which is part of the circle. */
  @Test
  void aBulkWriteOfKeysOfOneHashAndAProcessorDoNotHang() {
    CountDownLatch bulkUnderWay = new CountDownLatch(1);
    Cache<String, Integer> strings =
        caches.cache(TestCaches.<String, Integer>big().writer(new QuietWriter<>(key -> {})));
    CountDownLatch processing = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Map<String, Integer> tied = new HashMap<>(Map.of("Aa", 1, "BB", 1));
    Thread processor =
        Crew.start(() -> {
          try {
            strings.invoke(
                "ZZZZZ",
                (entry, none) -> {
                  processing.countDown();
                  await().until(() -> bulkUnderWay.getCount() == 0);
                  await().until(() -> waiting(bulk));
                  strings.putAll(tied);
                  return null;
                });
          } catch (CacheException e) {
            assertThat(e).hasMessageContaining("would wait for each other");
          }
          ended.incrementAndGet();
        });
    Map<String, Integer> all = new HashMap<>(tied);
    all.put("ZZZZZ", 2);
    bulk =
        new Thread(
            () -> {
              try {
                processing.await();
                bulkUnderWay.countDown();
                strings.putAll(all);
              } catch (CacheException e) {
                assertThat(e).hasMessageContaining("would wait for each other");
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              ended.incrementAndGet();
            },
            "bulk");
    bulk.setDaemon(true);
    bulk.start();
    Crew.join(processor);
    Crew.join(bulk);
    assertThat(ended).hasValue(2);
  }

  private volatile Thread bulk;

  private static boolean waiting(Thread thread) {
    return thread != null && thread.getState() == Thread.State.WAITING;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aListenerMayPutIntoItsOwnCache(boolean synchronous) {
    cache = caches.cache(TestCaches.big());
    listen(
        synchronous,
        event -> {
          if (event.getKey() < 100) {
            if (event.getValue() < 50) {
              cache.put(event.getKey(), event.getValue() + 1);
            }
            cache.put(event.getKey() + 100, event.getValue());
          }
        });
    cache.put(1, 0);
    await().until(() -> cache.get(1) == 50 && Integer.valueOf(50).equals(cache.get(101)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listenersThatInvokeUnderConcurrentWritesComeBack(boolean synchronous) {
    cache = caches.cache(TestCaches.big());
    AtomicInteger heard = new AtomicInteger();
    listen(
        synchronous,
        event -> {
          if (event.getKey() < 8) {
            cache.invoke(8 + event.getKey() % 2, (e, a) -> set(e, heard.incrementAndGet()));
          }
        });
    Crew.run(
        4,
        thread -> {
          for (int i = 0; i < 500; i++) {
            cache.put(i % 8, i);
          }
        });
    await().untilAsserted(() -> assertThat(heard).hasValue(2000));
  }

  /** The listener wants the key that the processor holds, while the processor's put is told. */
  @Test
  void aProcessorDoesNotWaitForAListenerThatWaitsForIt() {
    cache = caches.cache(TestCaches.big());
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch listening = new CountDownLatch(1);
    AtomicInteger invoked = new AtomicInteger();
    listen(
        true,
        event -> {
          if (event.getKey() == 100) {
            listening.countDown();
            cache.invoke(1, (e, a) -> count(invoked));
          }
        });
    Thread processor =
        Crew.start(() ->
            cache.invoke(
                1,
                (entry, none) -> {
                  held.countDown();
                  meet(listening);
                  cache.put(104, 1); // of the same lane as 100
                  return null;
                }));
    meet(held);
    Thread writer = Crew.start(() -> cache.put(100, 1));
    Crew.join(processor);
    Crew.join(writer);
    assertThat(invoked).hasValue(1);
    assertThat(cache.get(104)).isEqualTo(1);
  }

  @Test
  void aWriterMayReadTheCache() {
    AtomicInteger read = new AtomicInteger();
    cache =
        caches.cache(
            withWriter(
                true,
                key -> {
                  Integer seen = cache.get((Integer) key);
                  cache.get(999);
                  read.addAndGet(seen == null ? 0 : seen);
                }));
    cache.put(1, 3);
    cache.put(1, 4);
    cache.remove(1);
    assertThat(read).hasValue(3 + 4);
  }

  @Test
  void aWriterThatChangesItsOwnKeyIsRefused() {
    cache = caches.cache(withWriter(true, key -> cache.put((Integer) key, 1)));
    assertThatThrownBy(() -> cache.put(1, 3))
        .isInstanceOf(CacheException.class)
        .hasStackTraceContaining("must not change the key");
    assertThat(cache.containsKey(1)).isFalse();
  }

  @Test
  void processorsUnderAWriterAndListenersOfAllKeysComeBack() {
    cache = caches.cache(withWriter(true, key -> cache.get(500)));
    listen(true, event -> cache.get(501));
    AtomicInteger refused = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    EntryProcessor<Integer, Integer, Object> nested =
        (entry, arguments) -> {
          cache.put((Integer) arguments[0], 1);
          entry.setValue(1);
          return null;
        };
    Crew.run(
        4,
        thread -> {
          for (int i = 0; i < 500; i++) {
            try {
              cache.invoke((i + thread) % 5, nested, (i * 3 + thread + 1) % 5);
              done.incrementAndGet();
            } catch (CacheException e) {
              refused.incrementAndGet();
            }
          }
        });
    assertThat(done.get() + refused.get()).isEqualTo(2000);
    assertThat(done).hasPositiveValue();
  }

  private static Object run(Runnable code) {
    code.run();
    return null;
  }

  private static Object count(AtomicInteger counter) {
    counter.incrementAndGet();
    return null;
  }

  private static Object set(javax.cache.processor.MutableEntry<Integer, Integer> entry, int value) {
    entry.setValue(value);
    return null;
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void meet(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CacheLoader<Integer, Integer> loader(java.util.function.IntUnaryOperator code) {
    return new CacheLoader<>() {
      @Override
      public Integer load(Integer key) {
        return code.applyAsInt(key);
      }

      @Override
      public Map<Integer, Integer> loadAll(Iterable<? extends Integer> keys) {
        Map<Integer, Integer> loaded = new HashMap<>();
        keys.forEach(key -> loaded.put(key, load(key)));
        return loaded;
      }
    };
  }

  private static io.nearside.config.NearsideConfigurationBuilder<Integer, Integer> withWriter(
      boolean writeThrough, Consumer<Object> code) {
    return writeThrough
        ? TestCaches.<Integer, Integer>big().writer(new QuietWriter<>(code))
        : TestCaches.big();
  }

  private void listen(
      boolean synchronous, Consumer<CacheEntryEvent<? extends Integer, ? extends Integer>> code) {
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new FactoryBuilder.SingletonFactory<CacheEntryListener<Integer, Integer>>(
                new Calling(code)),
            null,
            false,
            synchronous));
  }

  private record Calling(Consumer<CacheEntryEvent<? extends Integer, ? extends Integer>> code)
      implements CacheEntryCreatedListener<Integer, Integer>,
          CacheEntryUpdatedListener<Integer, Integer> {
    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      events.forEach(code);
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      events.forEach(code);
    }
  }

  /** Runs code for each key and keeps nothing. */
  private record QuietWriter<K, V>(Consumer<Object> code) implements CacheWriter<K, V> {
    @Override
    public void write(Cache.Entry<? extends K, ? extends V> entry) {
      code.accept(entry.getKey());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends K, ? extends V>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      code.accept(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      List.copyOf(keys).forEach(this::delete);
      keys.clear();
    }
  }
}
