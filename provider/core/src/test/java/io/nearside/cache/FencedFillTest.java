package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a loader has read before a change of its key never lands in the cache after it. */
class FencedFillTest {
  private static final int KEY = 1;
  private static final int INTERLEAVINGS = 10_000;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final PausingLoader loader = new PausingLoader();
  private final Cache<Integer, String> cache =
      caches.cache(TestCaches.<Integer, String>big().loader(loader));

  /** A change that is complete before the loader returns. */
  private enum Change {
    PUT(c -> put(c, "new")),
    GET_AND_PUT(c -> c.getAndPut(KEY, "new")),
    PUT_IF_ABSENT(c -> c.putIfAbsent(KEY, "new")),
    PUT_ALL(c -> put(c, Map.of(KEY, "new", 2, "x"))),
    INVOKE_SET(c ->
        c.invoke(
            KEY,
            (entry, none) -> {
              entry.setValue("new");
              return null;
            })),
    PUT_AND_REMOVE(c -> put(c, "new") && c.remove(KEY)),
    PUT_AND_COMPARE_AND_REMOVE(c -> put(c, "new") && c.remove(KEY, "new")),
    PUT_AND_GET_AND_REMOVE(c -> put(c, "middle") ? c.getAndRemove(KEY) : null),
    PUT_AND_REPLACE(c -> put(c, "middle") && c.replace(KEY, "new")),
    PUT_AND_COMPARE_AND_REPLACE(c -> put(c, "middle") && c.replace(KEY, "middle", "new")),
    PUT_AND_GET_AND_REPLACE(c -> put(c, "middle") ? c.getAndReplace(KEY, "new") : null),
    REMOVE(c -> c.remove(KEY)),
    GET_AND_REMOVE(c -> c.getAndRemove(KEY)),
    REMOVE_ALL_KEYS(c -> {
      c.removeAll(Set.of(KEY));
      return null;
    }),
    REMOVE_ALL(c -> {
      c.removeAll();
      return null;
    }),
    CLEAR(c -> {
      c.clear();
      return null;
    }),
    INVOKE_REMOVE(c -> c.invoke(KEY, Change::removing));

    private final Function<Cache<Integer, String>, Object> code;

    Change(Function<Cache<Integer, String>, Object> code) {
      this.code = code;
    }

    Object makeIn(Cache<Integer, String> cache) {
      return code.apply(cache);
    }

    private static Object removing(MutableEntry<Integer, String> entry, Object... none) {
      entry.remove();
      return null;
    }

    private static boolean put(Cache<Integer, String> cache, String value) {
      cache.put(KEY, value);
      return true;
    }

    private static boolean put(Cache<Integer, String> cache, Map<Integer, String> entries) {
      cache.putAll(entries);
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangeWhileGetLoadsWins(Change change) {
    loader.source.put(KEY, "old");
    Thread reader = loader.pausing(() -> cache.get(KEY));
    change.makeIn(cache);
    assertOldNeverLands(reader);
  }

  @ParameterizedTest
  @EnumSource
  void aChangeWhileGetAllLoadsWins(Change change) {
    loader.source.put(KEY, "old");
    Thread reader = loader.pausing(() -> cache.getAll(Set.of(KEY, 5)));
    change.makeIn(cache);
    assertOldNeverLands(reader);
  }

  @ParameterizedTest
  @EnumSource
  void aChangeWhileLoadAllReplacesWins(Change change) {
    loader.source.put(KEY, "old");
    Thread reader = loader.pausing(() -> loadAll(true));
    change.makeIn(cache);
    assertOldNeverLands(reader);
  }

  @Test
  void aLoadAllThatReplacesWhileGetLoadsWins() {
    loader.source.put(KEY, "old");
    Thread reader = loader.pausing(() -> cache.get(KEY));
    loader.source.put(KEY, "new");
    loadAll(true);
    loader.resume.countDown();
    Crew.join(reader);
    assertThat(cache.get(KEY)).isEqualTo("new");
  }

  @Test
  void aLoadWithoutAChangeLands() {
    loader.source.put(KEY, "old");
    Thread reader = loader.pausing(() -> cache.get(KEY));
    loader.resume.countDown();
    Crew.join(reader);
    assertThat(cache.containsKey(KEY)).isTrue();
  }

  /** The source is changed, then the cache is told; the two must agree when all is quiet. */
  @Test
  void randomInterleavingsNeverLeaveAnOldValue() {
    Random random = TestCaches.random();
    long[] seeds = {random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()};
    Map<Integer, String> stale = new HashMap<>();
    int rounds = 500;
    for (int round = 0; round < INTERLEAVINGS / rounds; round++) {
      int first = round * rounds;
      Crew.run(4, thread -> mix(new Random(seeds[thread] + first), thread, first, rounds));
      for (int key = first; key < first + rounds; key++) {
        String cached = cache.containsKey(key) ? cache.get(key) : null;
        if (cached != null && !cached.equals(loader.source.get(key))) {
          stale.put(key, cached + " instead of " + loader.source.get(key));
        }
      }
    }
    assertThat(stale).isEmpty();
  }

  /** Thread 0 changes each key once; the others read it about then. */
  private void mix(Random random, int thread, int first, int keys) {
    for (int key = first; key < first + keys; key++) {
      for (int spin = random.nextInt(200); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      if (thread != 0) {
        cache.get(key);
        continue;
      }
      loader.source.put(key, "new");
      switch (random.nextInt(7)) {
        case 0 -> cache.put(key, "new");
        case 1 -> cache.remove(key);
        case 2 -> cache.clear();
        case 3 -> cache.getAndPut(key, "new");
        case 4 -> cache.removeAll(Set.of(key));
        case 5 -> cache.invoke(key, Change::removing);
        default -> cache.putAll(Map.of(key, "new"));
      }
    }
  }

  private void assertOldNeverLands(Thread reader) {
    loader.resume.countDown();
    Crew.join(reader);
    String left = cache.containsKey(KEY) ? cache.get(KEY) : null;
    assertThat(left).isIn(null, "new");
  }

  private void loadAll(boolean replace) {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of(KEY), replace, done);
    try {
      done.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads its source; the first call then waits until it may return. */
  private static final class PausingLoader implements CacheLoader<Integer, String> {
    final ConcurrentHashMap<Integer, String> source = new ConcurrentHashMap<>();
    final CountDownLatch resume = new CountDownLatch(1);
    private final CountDownLatch read = new CountDownLatch(1);
    private volatile boolean pause;

    /** Runs the task, which loads, until the loader has read. */
    Thread pausing(Runnable task) {
      pause = true;
      Thread thread = Crew.start(task);
      await(read);
      return thread;
    }

    @Override
    public String load(Integer key) {
      String value = source.getOrDefault(key, "old");
      pauseOnce();
      return value;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> values = new HashMap<>();
      keys.forEach(key -> values.put(key, source.getOrDefault(key, "old")));
      pauseOnce();
      return values;
    }

    private void pauseOnce() {
      if (pause) {
        pause = false;
        read.countDown();
        await(resume);
      }
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
