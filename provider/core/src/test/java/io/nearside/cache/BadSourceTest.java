package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loaders and writers that break their contract harm nobody, and nothing is lost by them. */
@Timeout(60)
class BadSourceTest {
  @RegisterExtension final TestCaches caches = new TestCaches();

  /** As other languages do, and libraries that hide it from the compiler. */
  @SuppressWarnings("unchecked") // that is the trick
  private static <E extends Exception> RuntimeException undeclared(Exception e) throws E {
    throw (E) e;
  }

  private static NearsideConfigurationBuilder<Integer, String> typed() {
    return NearsideConfiguration.builder(Integer.class, String.class).eternal();
  }

  private Cache<Integer, String> cache(CacheLoader<Integer, String> loader) {
    return caches.cache(typed().loader(loader));
  }

  /** Answers for many keys by one function. */
  private record Answering(Function<Set<Integer>, @Nullable Map<Integer, String>> source)
      implements CacheLoader<Integer, String> {
    @Override
    public @Nullable String load(Integer key) {
      Map<Integer, String> all = source.apply(Set.of(key));
      return (all == null) ? null : all.get(key);
    }

    @Override
    public @Nullable Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Set<Integer> asked = ConcurrentHashMap.newKeySet();
      keys.forEach(asked::add);
      return source.apply(asked);
    }
  }

  private static final List<Function<Cache<Integer, String>, Object>> READS =
      List.of(
          cache -> cache.get(1),
          cache -> cache.getAll(Set.of(1)),
          cache -> cache.unwrap(NearsideCache.class).getOrLoad(2, (key, context) -> cache.get(1)),
          cache -> cache.invoke(1, (entry, none) -> entry.getValue()));

  @Test
  void aLoadersUndeclaredExceptionIsItsFailure() {
    AtomicInteger times = new AtomicInteger();
    Cache<Integer, String> cache =
        cache(
            new Answering(keys -> {
              if (times.getAndIncrement() < READS.size()) {
                throw BadSourceTest.<RuntimeException>undeclared(new IOException("gone"));
              }
              return Map.of(1, "a");
            }));
    READS.forEach(read ->
        assertThatThrownBy(() -> read.apply(cache))
            .hasRootCauseInstanceOf(IOException.class)
            .hasStackTraceContaining("cache \"" + cache.getName() + "\": the loader threw"));
    assertThat(cache.get(1)).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWaitsForAnUndeclaredExceptionDoesNotHang(boolean many) throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Cache<Integer, String> cache =
        cache(
            new Answering(keys -> {
              loading.countDown();
              try {
                assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              throw BadSourceTest.<RuntimeException>undeclared(new IOException("gone"));
            }));
    Function<Cache<Integer, String>, Object> read = READS.get(many ? 1 : 0);
    List<AtomicReference<@Nullable Throwable>> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      failures.add(failure);
      threads.add(Crew.start(() -> failure.set(catchThrowable(() -> read.apply(cache)))));
      assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    }
    await().until(() -> Thread.State.TIMED_WAITING == threads.get(1).getState());
    mayEnd.countDown();
    threads.forEach(Crew::join);
    failures.forEach(failure ->
        assertThat(failure.get())
            .isInstanceOf(CacheLoaderException.class)
            .hasRootCauseInstanceOf(IOException.class));
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"}) // such a loader is wrong
  void aLoadersValueOfAnotherTypeIsRefused() {
    CacheLoader<Integer, Object> wrong =
        new CacheLoader<>() {
          @Override
          public Object load(Integer key) {
            return 2L;
          }

          @Override
          public Map<Integer, Object> loadAll(Iterable<? extends Integer> keys) {
            return Map.of(1, 2L);
          }
        };
    CacheLoader<Integer, String> loader = (CacheLoader) wrong;
    Cache<Integer, String> cache = cache(loader);
    READS.forEach(read ->
        assertThatThrownBy(() -> read.apply(cache))
            .hasStackTraceContaining(
                "cache \""
                    + cache.getName()
                    + "\": the value must be a java.lang.String, was a java.lang.Long"));
    assertThat(cache).isEmpty();
  }

  @Test
  void aLoaderThatReturnsNoMapHasFoundNothing() {
    Cache<Integer, String> cache = cache(new Answering(keys -> null));
    assertThat(cache.getAll(Set.of(1, 2))).isEmpty();
    assertThat(cache).isEmpty();
  }

  @Test
  void whatALoaderBringsUnaskedIsNotStored() {
    Map<Integer, String> more = new HashMap<>(Map.of(1, "a", 2, "b"));
    more.put(3, null);
    more.put(null, "c");
    Cache<Integer, String> cache = cache(new Answering(keys -> more));
    assertThat(cache.getAll(Set.of(1, 3, 4))).isEqualTo(Map.of(1, "a"));
    assertThat(cache.containsKey(2)).isFalse();
  }

  @Test
  void whatALoaderBringsUnaskedDoesNotUndoARemovalThatWaits() {
    Map<Integer, String> all = Map.of(1, "a", 2, "b");
    Cache<Integer, String> cache =
        caches.cache(
            typed()
                .loader(new Answering(keys -> all))
                .writer(new Writer(key -> {}))
                .writeBehind(queue -> queue.flushInterval(Duration.ofHours(1))));
    cache.remove(2);
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "a"));
    assertThat(cache.get(2)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S"})
  void aLifeThatALoaderChoosesMustBePositive(String life) {
    NearsideLoader<Integer, String> loader =
        (key, context) -> {
          context.timeToLive(Duration.parse(life));
          return "a";
        };
    Cache<Integer, String> cache = cache(loader);
    READS.forEach(read ->
        assertThatThrownBy(() -> read.apply(cache))
            .hasStackTraceContaining("cache \"" + cache.getName() + "\"")
            .hasStackTraceContaining("timeToLive must be > 0, was " + life));
    assertThat(cache).isEmpty();
  }

  /** Has each key judged before it takes it. */
  private static final class Writer implements CacheWriter<Integer, String> {
    final Map<Object, String> content = new ConcurrentHashMap<>();
    private final Judge judge;

    private interface Judge {
      void judge(Object key);
    }

    Writer(Judge judge) {
      this.judge = judge;
    }

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
      judge.judge(entry.getKey());
      content.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      for (var left = entries.iterator(); left.hasNext(); left.remove()) {
        write(left.next());
      }
    }

    @Override
    public void delete(Object key) {
      judge.judge(key);
      content.remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      for (var left = keys.iterator(); left.hasNext(); left.remove()) {
        delete(left.next());
      }
    }
  }

  @Test
  void aWritersUndeclaredExceptionChangesNothing() {
    Writer writer =
        new Writer(key -> {
          throw BadSourceTest.<RuntimeException>undeclared(new IOException("gone"));
        });
    Cache<Integer, String> cache = caches.cache(typed().writer(writer));
    List<Runnable> changes =
        List.of(
            () -> cache.put(1, "a"),
            () -> cache.putAll(Map.of(1, "a", 2, "b")),
            () -> cache.remove(1),
            () -> cache.removeAll(Set.of(1, 2)));
    changes.forEach(change ->
        assertThatThrownBy(change::run)
            .isInstanceOf(CacheWriterException.class)
            .hasRootCauseInstanceOf(IOException.class)
            .hasMessageContaining(cache.getName()));
    assertThat(cache).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theQueueGoesOnWhateverItsWriterThrowsOrLeaves(boolean many) {
    AtomicInteger times = new AtomicInteger();
    Writer writer =
        new Writer(key -> {
          Thread.currentThread().interrupt();
          switch (times.getAndIncrement()) {
            case 0 -> throw BadSourceTest.<RuntimeException>undeclared(new IOException("gone"));
            case 1 -> throw BadSourceTest.<RuntimeException>undeclared(new InterruptedException());
            case 2 -> throw new StackOverflowError("as asked");
            default -> {}
          }
        });
    Cache<Integer, String> cache =
        caches.cache(
            typed().writer(writer).writeBehind(queue -> queue.flushInterval(Duration.ofMillis(1))));
    Map<Integer, String> all = many ? Map.of(1, "a", 2, "b", 3, "c") : Map.of(1, "a");
    cache.putAll(all);
    await().untilAsserted(() -> assertThat(writer.content).isEqualTo(all));
    cache.put(4, "d");
    await().until(() -> writer.content.containsKey(4));
    assertThat(Objects.requireNonNull(cache.unwrap(NearsideCache.class).writeQueue()).failures())
        .isGreaterThanOrEqualTo(3);
  }
}
