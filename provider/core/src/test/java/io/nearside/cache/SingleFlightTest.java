package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.PartialResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that miss a key at the same time share one load, whichever way they ask. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SingleFlightTest {
  private static final int CALLERS = 64;
  private static final Duration SHORT = Duration.ofMillis(50);

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final Source source = new Source();
  private final NearsideCache<Integer, String> cache = cache(source);

  /** Loads what it holds; keys that are held back wait until they are let go. */
  private static class Source implements CacheLoader<Integer, String> {
    final Map<Integer, String> values = new ConcurrentHashMap<>();
    final Map<Integer, CountDownLatch> gates = new ConcurrentHashMap<>();
    final Queue<Set<Integer>> calls = new ConcurrentLinkedQueue<>();
    volatile IntConsumer before = key -> {};

    CountDownLatch holdBack(int key) {
      return gates.computeIfAbsent(key, k -> new CountDownLatch(1));
    }

    void letGo(int key) {
      CountDownLatch gate = gates.remove(key);
      if (gate != null) {
        gate.countDown();
      }
    }

    private String read(int key) {
      String value = values.getOrDefault(key, "v" + key);
      before.accept(key);
      CountDownLatch gate = gates.get(key);
      if (gate != null) {
        pause(gate);
      }
      return value;
    }

    @Override
    public String load(Integer key) {
      calls.add(Set.of(key));
      return read(key);
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Set<Integer> all = new TreeSet<>();
      keys.forEach(all::add);
      calls.add(all);
      Map<Integer, String> values = new HashMap<>();
      all.forEach(key -> values.put(key, read(key)));
      return values;
    }

    void awaitCalls(int count) {
      await().until(() -> calls.size() >= count);
    }

    long loadsOf(int key) {
      return calls.stream().filter(keys -> keys.contains(key)).count();
    }
  }

  private static void pause(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(CacheLoader<Integer, String> loader) {
    return caches
        .cache(TestCaches.<Integer, String>big().loader(loader))
        .unwrap(NearsideCache.class);
  }

  private static <T> FutureTask<T> start(Callable<T> task) {
    FutureTask<T> result = new FutureTask<>(task);
    Crew.start(result);
    return result;
  }

  private static <T> T get(FutureTask<T> task) {
    try {
      return task.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Throwable failure(FutureTask<?> task) {
    await().until(task::isDone);
    try {
      throw new AssertionError("did not fail but returned " + task.get());
    } catch (java.util.concurrent.ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The ways to ask for one key; each gives its value. */
  enum Way {
    GET(cache -> cache.get(1)),
    GET_ALL(cache -> cache.getAll(Set.of(1)).get(1)),
    GET_ALL_PARTIAL(cache -> cache.getAllPartial(Set.of(1)).values().get(1)),
    INVOKE(cache -> cache.invoke(1, (entry, none) -> entry.getValue())),
    GET_OR_LOAD(cache -> cache.getOrLoad(1, (key, context) -> "by another loader")),
    LOAD_ALL(cache -> {
      CompletionListenerFuture done = new CompletionListenerFuture();
      cache.loadAll(Set.of(1), false, done);
      try {
        done.get(30, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new CacheLoaderException(e.getCause());
      }
      return cache.get(1);
    });

    private final Function<NearsideCache<Integer, String>, String> asks;

    Way(Function<NearsideCache<Integer, String>, String> asks) {
      this.asks = asks;
    }

    String ask(NearsideCache<Integer, String> cache) {
      return asks.apply(cache);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoAsksWhileAGetLoadsSharesItsLoad(Way way) {
    assertShared(Way.GET, way);
  }

  @ParameterizedTest
  @EnumSource(names = {"GET_ALL", "INVOKE", "LOAD_ALL"})
  void aGetSharesTheLoadOfOthers(Way way) {
    assertShared(way, Way.GET);
  }

  private void assertShared(Way first, Way second) {
    source.holdBack(1);
    FutureTask<String> leader = start(() -> first.ask(cache));
    source.awaitCalls(1);
    FutureTask<String> joiner = start(() -> second.ask(cache));
    await().until(() -> cacheMisses() >= (first == Way.LOAD_ALL ? 0 : 1));
    source.letGo(1);
    assertThat(get(leader)).isEqualTo("v1");
    assertThat(get(joiner)).isEqualTo("v1");
    assertThat(source.loadsOf(1)).isEqualTo(1);
  }

  /** A crowd must not be told that it was interrupted because one of it was. */
  @ParameterizedTest
  @EnumSource(names = {"GET", "GET_ALL"})
  void whoJoinedAnInterruptedLoadSharesAnother(Way way) throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    source.before =
        key -> {
          try {
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CacheLoaderException("interrupted", e);
          }
        };
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread leader =
        new Thread(() -> {
          try {
            end.complete(new AssertionError("not interrupted: " + way.ask(cache)));
          } catch (Throwable e) {
            end.complete(e);
          }
        });
    leader.start();
    source.awaitCalls(1);
    List<FutureTask<String>> joiners =
        Stream.of(Way.GET, Way.GET_ALL, Way.GET_ALL_PARTIAL, Way.GET, Way.GET_ALL, Way.GET)
            .map(other -> start(() -> other.ask(cache)))
            .toList();
    await().until(() -> cacheMisses() == 1 + joiners.size());
    leader.interrupt();
    assertThat(end.get(30, TimeUnit.SECONDS))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessage("interrupted");
    open.countDown();
    assertThat(joiners).allSatisfy(joiner -> assertThat(get(joiner)).isEqualTo("v1"));
    assertThat(source.loadsOf(1)).isLessThanOrEqualTo(2);
  }

  private long cacheMisses() {
    return TestCaches.statistics(cache).getCacheMisses();
  }

  @Test
  void aCrowdLoadsOnceAndEachMissCounts() {
    source.before =
        key -> {
          await().until(() -> cacheMisses() == CALLERS);
        };
    Crew.run(CALLERS, caller -> assertThat(cache.get(7)).isEqualTo("v7"));
    assertThat(source.calls).containsExactly(Set.of(7));
    assertThat(cacheMisses()).isEqualTo(CALLERS);
  }

  @Test
  void crowdsOverManyKeysLoadEachOnce() {
    Random random = TestCaches.random();
    long seed = random.nextLong();
    Crew.run(
        8,
        caller -> {
          Random own = new Random(seed + caller % 2);
          for (int key = 0; key < 20_000; key++) {
            if (own.nextInt(4) == 0) {
              Set<Integer> some = Set.of(key, key + 1, key + 2);
              assertThat(cache.getAll(some)).hasSize(3).containsEntry(key, "v" + key);
            } else {
              assertThat(cache.get(key)).isEqualTo("v" + key);
            }
          }
        });
    Map<Integer, Integer> loads = new HashMap<>();
    source.calls.forEach(keys -> keys.forEach(key -> loads.merge(key, 1, Integer::sum)));
    assertThat(loads.values()).containsOnly(1);
  }

  @Test
  void overlappingGetAllsLoadOnlyWhatIsNotBeingLoaded() {
    source.holdBack(2);
    FutureTask<Map<Integer, String>> first = start(() -> cache.getAll(Set.of(1, 2)));
    source.awaitCalls(1);
    FutureTask<Map<Integer, String>> second = start(() -> cache.getAll(Set.of(2, 3, 4)));
    source.awaitCalls(2);
    await().until(() -> cache.containsKey(3) && cache.containsKey(4));
    assertThat(second.isDone()).isFalse();
    source.letGo(2);
    assertThat(get(first)).isEqualTo(Map.of(1, "v1", 2, "v2"));
    assertThat(get(second)).isEqualTo(Map.of(2, "v2", 3, "v3", 4, "v4"));
    assertThat(source.calls).containsExactly(Set.of(1, 2), Set.of(3, 4));
  }

  @ParameterizedTest
  @EnumSource
  void aFailingLoadFailsThoseWhoWaitButNotTheNext(Way way) {
    AtomicInteger loads = new AtomicInteger();
    source.before =
        key -> {
          if (loads.incrementAndGet() == 1) {
            pause(source.holdBack(1));
            throw new IllegalStateException("no source");
          }
        };
    CountDownLatch hold = source.holdBack(1);
    FutureTask<String> leader = start(() -> cache.get(1));
    source.awaitCalls(1);
    source.gates.remove(1);
    FutureTask<String> joiner = start(() -> way.ask(cache));
    awaitJoined(joiner, 1);
    hold.countDown();
    assertThat(failure(leader)).isInstanceOf(CacheLoaderException.class);
    if (way == Way.GET_ALL_PARTIAL) {
      assertThat(get(joiner)).isNull();
    } else {
      assertThat(failure(joiner)).isInstanceOf(CacheLoaderException.class);
    }
    assertThat(cache.get(1)).isEqualTo("v1");
    assertThat(source.loadsOf(1)).isEqualTo(2);
  }

  /** Until it waits for the flight: the task has not ended, and no load of its own has begun. */
  private void awaitJoined(FutureTask<?> joiner, int calls) {
    await()
        .until(() ->
            Thread.getAllStackTraces().values().stream()
                .filter(stack -> waitsForFlight(stack))
                .findAny()
                .isPresent());
    assertThat(joiner.isDone()).isFalse();
    assertThat(source.calls).hasSize(calls);
  }

  private static boolean waitsForFlight(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().endsWith("LoadWaits") && frame.getMethodName().equals("await")) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @EnumSource(names = "LOAD_ALL", mode = EnumSource.Mode.EXCLUDE)
  void whoAsksAfterAChangeDoesNotJoinALoadOfBefore(Way way) {
    source.values.put(1, "old");
    source.holdBack(1);
    FutureTask<String> before = start(() -> cache.get(1));
    source.awaitCalls(1);
    source.values.put(1, "new");
    cache.remove(1);
    CountDownLatch old = source.gates.remove(1);
    if (way == Way.GET_OR_LOAD) {
      assertThat(way.ask(cache)).isEqualTo("by another loader");
    } else {
      assertThat(way.ask(cache)).isEqualTo("new");
    }
    old.countDown();
    get(before);
    assertThat(cache.get(1)).isNotEqualTo("old");
  }

  @Test
  void aNullIsSharedToo() {
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch hold = new CountDownLatch(1);
    FutureTask<String> leader =
        start(() ->
            cache.getOrLoad(
                1,
                (key, context) -> {
                  loads.incrementAndGet();
                  pause(hold);
                  return null;
                }));
    await().until(() -> loads.get() == 1);
    FutureTask<String> joiner = start(() -> cache.get(1));
    awaitJoined(joiner, 0);
    hold.countDown();
    assertThat(get(leader)).isNull();
    assertThat(get(joiner)).isNull();
    assertThat(source.calls).isEmpty();
  }

  @Test
  void getOrLoadNeedsNoLoaderOfTheCacheAndObeysTheContext() {
    @SuppressWarnings("unchecked")
    NearsideCache<Integer, String> plain =
        caches.cache(TestCaches.<Integer, String>big()).unwrap(NearsideCache.class);
    assertThat(
            plain.getOrLoad(
                1,
                (key, context) -> {
                  context.timeToLive(SHORT);
                  return "a";
                }))
        .isEqualTo("a");
    assertThat(plain.getOrLoad(2, (key, context) -> "b")).isEqualTo("b");
    assertThat(plain.getOrLoad(2, (key, context) -> "c")).isEqualTo("b");
    await().until(() -> !plain.containsKey(1));
    assertThat(plain.get(2)).isEqualTo("b");
    assertThatThrownBy(() ->
            plain.getOrLoad(
                3,
                (key, context) -> {
                  throw new IllegalStateException("no source");
                }))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("cache \"" + plain.getName() + "\"");
    assertThat(plain.getOrLoad(3, (key, context) -> null)).isNull();
    assertThat(plain.containsKey(3)).isFalse();
  }

  @Test
  void waitersGetCopiesOfTheirOwn() {
    @SuppressWarnings("unchecked")
    NearsideCache<Integer, List<Integer>> lists =
        caches.cache(TestCaches.<Integer, List<Integer>>big()).unwrap(NearsideCache.class);
    Queue<List<Integer>> seen = new ConcurrentLinkedQueue<>();
    Crew.run(
        8,
        caller -> {
          List<Integer> mine =
              lists.getOrLoad(1, (key, context) -> new java.util.ArrayList<>(List.of(1)));
          mine.add(caller);
          seen.add(mine);
        });
    assertThat(seen).hasSize(8).allMatch(list -> list.size() == 2);
    assertThat(lists.get(1)).containsExactly(1);
  }

  @Test
  void aLoaderThatAsksForItsOwnKeyIsTold() {
    AtomicInteger depth = new AtomicInteger();
    NearsideCache<Integer, String>[] own = new NearsideCache[1];
    own[0] =
        cache(
            new Source() {
              @Override
              public String load(Integer key) {
                assertThat(depth.incrementAndGet()).as("recursion").isLessThan(3);
                return own[0].get(key);
              }
            });
    assertThatThrownBy(() -> own[0].get(123_456))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("cache \"" + own[0].getName() + "\"")
        .hasMessageContaining("asks its own cache")
        .hasMessageNotContaining("123456");
    assertThatThrownBy(() -> own[0].getOrLoad(1, (key, c) -> own[0].getAll(Set.of(key)).get(key)))
        .isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void aLoaderOfManyKeysMayAskForOneOfThemToMakeAnother() {
    AtomicInteger depth = new AtomicInteger();
    NearsideCache<Integer, String>[] own = new NearsideCache[1];
    Set<Integer> tooMany = Set.of(5, 6);
    own[0] =
        cache(
            new Source() {
              @Override
              public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
                assertThat(depth.incrementAndGet()).as("recursion").isLessThan(4);
                Map<Integer, String> values = super.loadAll(keys);
                if (values.containsKey(2)) {
                  values.put(2, own[0].get(1) + "+1");
                } else if (values.containsKey(5)) {
                  own[0].getAll(tooMany);
                }
                return values;
              }
            });
    assertThat(own[0].getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "v1", 2, "v1+1"));
    depth.set(0);
    assertThatThrownBy(() -> own[0].getAll(tooMany))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("asks its own cache");
  }

  /** Each loads what the other one's loader wants: both come back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void loadersThatWantEachOthersKeysComeBack(boolean timed) {
    CyclicBarrier both = new CyclicBarrier(2);
    NearsideCache<Integer, String>[] own = new NearsideCache[1];
    CacheLoader<Integer, String> loader =
        new CacheLoader<>() {
          @Override
          public String load(Integer key) {
            return "v" + key;
          }

          @Override
          public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
            Map<Integer, String> values = new HashMap<>();
            keys.forEach(key -> values.put(key, "v" + key));
            try {
              both.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
            own[0].get(values.containsKey(1) ? 2 : 1);
            return values;
          }
        };
    var configuration = TestCaches.<Integer, String>big().loader(loader);
    if (timed) {
      configuration.load(load -> load.hardTimeout(Duration.ofSeconds(40)));
    }
    own[0] = caches.cache(configuration).unwrap(NearsideCache.class);
    FutureTask<Map<Integer, String>> one = start(() -> own[0].getAll(Set.of(1, 11)));
    FutureTask<Map<Integer, String>> two = start(() -> own[0].getAll(Set.of(2, 12)));
    assertThat(get(one)).isEqualTo(Map.of(1, "v1", 11, "v11"));
    assertThat(get(two)).isEqualTo(Map.of(2, "v2", 12, "v12"));
  }

  @Test
  void aPartialResultHasTheValuesAndTheFailures() {
    cache.put(1, "there");
    source.holdBack(2);
    FutureTask<String> other = start(() -> cache.get(2));
    source.awaitCalls(1);
    source.before =
        key -> {
          throw new IllegalStateException("no source");
        };
    FutureTask<PartialResult<Integer, String>> asked =
        start(() -> cache.getAllPartial(Set.of(1, 2, 3)));
    awaitJoined(asked, 2);
    source.letGo(2);
    get(other);
    PartialResult<Integer, String> result = get(asked);
    assertThat(result.values()).isEqualTo(Map.of(1, "there", 2, "v2"));
    assertThat(result.failures()).containsOnlyKeys(3);
    assertThat(result.failures().get(3)).isInstanceOf(CacheLoaderException.class);
    assertThat(result.isComplete()).isFalse();
    assertThatThrownBy(() -> cache.getAll(Set.of(1, 3))).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void aProcessorsLoadServesOthersBeforeItIsStored() {
    CountDownLatch processing = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    FutureTask<String> processor =
        start(() ->
            cache.invoke(
                1,
                (entry, none) -> {
                  String value = entry.getValue();
                  processing.countDown();
                  pause(mayEnd);
                  entry.setValue("set");
                  return value;
                }));
    pause(processing);
    assertThat(cache.get(1)).isEqualTo("v1");
    mayEnd.countDown();
    assertThat(get(processor)).isEqualTo("v1");
    assertThat(cache.get(1)).isEqualTo("set");
    assertThat(source.loadsOf(1)).isEqualTo(1);
  }

  @Test
  void loadersThatReadAtRandomWithLittleRoomComeBack() {
    long seed = TestCaches.random().nextLong();
    Cache<Integer, Integer>[] own = new Cache[1];
    own[0] =
        caches.cache(
            TestCaches.<Integer, Integer>big()
                .load(load -> load.maximumConcurrent(2))
                .loader(
                    new CacheLoader<Integer, Integer>() {
                      @Override
                      public Integer load(Integer key) {
                        return (key % 100 == 0) ? key : own[0].get(key - 1) + 1;
                      }

                      @Override
                      public Map<Integer, Integer> loadAll(Iterable<? extends Integer> keys) {
                        Map<Integer, Integer> all = new HashMap<>();
                        keys.forEach(key -> all.put(key, load(key)));
                        return all;
                      }
                    }));
    Crew.run(
        8,
        caller -> {
          Random random = new Random(seed + caller);
          for (int i = 0; i < 2_000; i++) {
            int key = 1 + random.nextInt(2_000);
            switch (random.nextInt(4)) {
              case 0 -> own[0].remove(key);
              case 1 -> assertThat(own[0].getAll(Set.of(key, key + 7))).containsKey(key);
              default -> assertThat(own[0].get(key)).isEqualTo(key);
            }
          }
        });
  }
}
