package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every compound operation is atomic per key: what goes in comes out exactly once. */
class AtomicityTest {
  private static final int THREADS = 8;
  private static final int OPERATIONS = 100_000;

  /** With listeners or a writer each operation costs several times as much. */
  private static final int OPERATIONS_OBSERVED = 10_000;

  @RegisterExtension final TestCaches caches = new TestCaches();

  /** What must balance: what is in the cache at the end. */
  private final LongAdder expected = new LongAdder();

  /** One operation whose effect on the balance the caller can tell by its result. */
  private enum Operation {
    INVOKE_INCREMENTS {
      @Override
      long run(Cache<Integer, Long> cache, int key, long token) {
        cache.invoke(
            key,
            (entry, none) -> {
              entry.setValue((entry.exists() ? entry.getValue() : 0L) + 1);
              return null;
            });
        return 1;
      }

      @Override
      long weigh(int key, long value) {
        return value;
      }
    },
    COMPARE_AND_REPLACE_INCREMENTS {
      @Override
      long run(Cache<Integer, Long> cache, int key, long token) {
        Long seen = cache.get(key);
        if (seen == null) {
          return cache.putIfAbsent(key, 1L) ? 1 : 0;
        }
        return cache.replace(key, seen, seen + 1) ? 1 : 0;
      }

      @Override
      long weigh(int key, long value) {
        return value;
      }
    },
    GET_AND_PUT {
      @Override
      long run(Cache<Integer, Long> cache, int key, long token) {
        return hash(key, token) - hash(key, cache.getAndPut(key, token));
      }
    },
    GET_AND_REPLACE {
      @Override
      long run(Cache<Integer, Long> cache, int key, long token) {
        Long replaced = cache.getAndReplace(key, token);
        if (replaced != null) {
          return hash(key, token) - hash(key, replaced);
        }
        return cache.putIfAbsent(key, token) ? hash(key, token) : 0;
      }
    },
    GET_AND_REMOVE {
      @Override
      long run(Cache<Integer, Long> cache, int key, long token) {
        if (cache.putIfAbsent(key, token)) {
          return hash(key, token);
        }
        return -hash(key, cache.getAndRemove(key));
      }
    },
    COMPARE_AND_REMOVE {
      @Override
      long run(Cache<Integer, Long> cache, int key, long token) {
        Long seen = cache.get(key);
        if (seen == null) {
          return cache.putIfAbsent(key, token) ? hash(key, token) : 0;
        }
        return cache.remove(key, seen) ? -hash(key, seen) : 0;
      }
    },
    REPLACE_AND_REMOVE_NEVER_CREATE {
      @Override
      long run(Cache<Integer, Long> cache, int key, long token) {
        cache.replace(key, token);
        if (cache.putIfAbsent(key, token)) {
          return 1;
        }
        return cache.remove(key) ? -1 : 0;
      }

      @Override
      long weigh(int key, long value) {
        return 1;
      }
    };

    /** Returns by how much it changed the balance. */
    abstract long run(Cache<Integer, Long> cache, int key, long token);

    /** What an entry that is there at the end counts for. */
    long weigh(int key, long value) {
      return hash(key, value);
    }

    /** Sums of these tell multisets apart. */
    static long hash(int key, Long value) {
      if (value == null) {
        return 0;
      }
      long mixed = (value * 31 + key + 1) * 0x9E3779B97F4A7C15L;
      return mixed ^ (mixed >>> 29);
    }
  }

  static Stream<Arguments> operationsAndKeys() {
    return Stream.of(Operation.values())
        .flatMap(o -> Stream.of(Arguments.of(o, 1), Arguments.of(o, 10)));
  }

  @ParameterizedTest
  @MethodSource("operationsAndKeys")
  void whatGoesInComesOut(Operation operation, int keys) {
    Cache<Integer, Long> cache = caches.cache(TestCaches.big());
    run(cache, operation, keys, OPERATIONS);
    assertThat(balance(cache, operation)).isEqualTo(expected.sum());
  }

  @ParameterizedTest
  @MethodSource("operationsAndKeys")
  void listenersHearOfEveryChangeInItsOrder(Operation operation, int keys) {
    Mirror mirror = new Mirror();
    Cache<Integer, Long> cache =
        caches.cache(
            TestCaches.<Integer, Long>big()
                .listener(
                    new MutableCacheEntryListenerConfiguration<>(
                        new FactoryBuilder.SingletonFactory<CacheEntryListener<Integer, Long>>(
                            mirror),
                        null,
                        true,
                        true)));
    run(cache, operation, keys, OPERATIONS_OBSERVED);
    assertThat(balance(cache, operation)).isEqualTo(expected.sum());
    assertThat(mirror.outOfOrder).hasValue(0);
    assertThat(mirror.heard).isEqualTo(contents(cache));
  }

  @ParameterizedTest
  @MethodSource("operationsAndKeys")
  void sourceAndCacheAgree(Operation operation, int keys) {
    Source source = new Source();
    Cache<Integer, Long> cache = caches.cache(TestCaches.<Integer, Long>big().writer(source));
    run(cache, operation, keys, OPERATIONS_OBSERVED);
    assertThat(balance(cache, operation)).isEqualTo(expected.sum());
    assertThat(source.rows).isEqualTo(contents(cache));
  }

  @Test
  void putIfAbsentHasOneWinnerEachRound() {
    Cache<Integer, Integer> cache = caches.cache(TestCaches.big());
    int[] winners = new int[OPERATIONS];
    boolean[][] won = new boolean[THREADS][OPERATIONS];
    Crew.run(
        THREADS,
        thread -> {
          for (int round = 0; round < OPERATIONS; round++) {
            won[thread][round] = cache.putIfAbsent(round, thread);
          }
        });
    for (int thread = 0; thread < THREADS; thread++) {
      for (int round = 0; round < OPERATIONS; round++) {
        if (won[thread][round]) {
          winners[round]++;
          assertThat(cache.get(round)).isEqualTo(thread);
        }
      }
    }
    assertThat(winners).containsOnly(1);
  }

  private void run(Cache<Integer, Long> cache, Operation operation, int keys, int operations) {
    Crew.run(
        THREADS,
        thread -> {
          long balance = 0;
          for (int i = 0; i < operations; i++) {
            balance += operation.run(cache, (i + thread) % keys, ((long) thread << 32) + i);
          }
          expected.add(balance);
        });
  }

  private static long balance(Cache<Integer, Long> cache, Operation operation) {
    return contents(cache).entrySet().stream()
        .mapToLong(e -> operation.weigh(e.getKey(), e.getValue()))
        .sum();
  }

  private static Map<Integer, Long> contents(Cache<Integer, Long> cache) {
    Map<Integer, Long> contents = new HashMap<>();
    cache.forEach(entry -> contents.put(entry.getKey(), entry.getValue()));
    return contents;
  }

  /** Follows the events, and counts those whose old value is not what it heard last. */
  private static final class Mirror
      implements CacheEntryCreatedListener<Integer, Long>,
          CacheEntryUpdatedListener<Integer, Long>,
          CacheEntryRemovedListener<Integer, Long> {
    final ConcurrentHashMap<Integer, Long> heard = new ConcurrentHashMap<>();
    final AtomicInteger outOfOrder = new AtomicInteger();

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Integer, ? extends Long>> events) {
      events.forEach(e -> check(heard.put(e.getKey(), e.getValue()), null));
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends Integer, ? extends Long>> events) {
      events.forEach(e -> check(heard.put(e.getKey(), e.getValue()), e.getOldValue()));
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends Integer, ? extends Long>> events) {
      events.forEach(e -> check(heard.remove(e.getKey()), e.getOldValue()));
    }

    private void check(Long before, Long claimed) {
      if (before == null ? claimed != null : !before.equals(claimed)) {
        outOfOrder.incrementAndGet();
      }
    }
  }

  /** A source that takes what it is given. */
  private static final class Source implements CacheWriter<Integer, Long> {
    final ConcurrentHashMap<Integer, Long> rows = new ConcurrentHashMap<>();

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends Long> entry) {
      rows.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends Long>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      rows.remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }
  }
}
