package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.EntryOptions;
import io.nearside.LoadContext;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries that are invalidated by what they are about. */
@Timeout(60)
class TagsTest {
  @RegisterExtension final TestCaches caches = new TestCaches();

  private final Source source = new Source();

  /** Gives the version of the moment in which it is asked. */
  private static final class Source implements NearsideLoader<Integer, String> {
    volatile List<String> tags = List.of("x");
    volatile int version = 1;
    volatile Runnable meanwhile = () -> {};

    @Override
    public @Nullable String load(Integer key, LoadContext context) {
      context.tags(tags);
      String value = "v" + version;
      meanwhile.run();
      return value;
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      NearsideConfigurationBuilder<Integer, String> builder) {
    return caches.cache(builder).unwrap(NearsideCache.class);
  }

  private NearsideCache<Integer, String> loading() {
    return cache(TestCaches.<Integer, String>big().loader(source));
  }

  private static List<String> tags(NearsideCache<Integer, String> cache, int key) {
    return Objects.requireNonNull(cache.entry(key)).tags();
  }

  @Test
  void everyWayToLoadAndToPutGivesThem() {
    NearsideCache<Integer, String> cache = loading();
    cache.get(1);
    cache.getAll(Set.of(2, 3));
    cache.invoke(4, (entry, none) -> entry.getValue());
    cache.getOrLoad(5, source);
    cache.put(6, "put", EntryOptions.tags("x", "y", "x"));
    cache.put(7, "put", EntryOptions.timeToLive(Duration.ofHours(1)).withTags(Set.of("x")));
    cache.put(8, "put");
    assertThat(tags(cache, 6)).containsExactly("x", "y");
    assertThat(tags(cache, 8)).isEmpty();
    for (int key = 1; key <= 7; key++) {
      assertThat(tags(cache, key)).as("of %s", key).startsWith("x");
    }
    cache.invalidateTag("x");
    for (int key = 1; key <= 7; key++) {
      assertThat(cache.containsKey(key)).as("%s", key).isFalse();
    }
    assertThat(cache.get(8)).isEqualTo("put");
    source.version = 2;
    assertThat(cache.get(1)).isEqualTo("v2");
  }

  @Test
  void itTellsNobodyAndCountsNothing() {
    List<String> written = Collections.synchronizedList(new ArrayList<>());
    CacheWriter<Integer, String> writer =
        new CacheWriter<>() {
          @Override
          public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
            written.add("write " + entry.getKey());
          }

          @Override
          public void writeAll(
              Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
            entries.forEach(this::write);
          }

          @Override
          public void delete(Object key) {
            written.add("delete " + key);
          }

          @Override
          public void deleteAll(Collection<?> keys) {
            keys.forEach(this::delete);
          }
        };
    NearsideCache<Integer, String> cache = cache(TestCaches.<Integer, String>big().writer(writer));
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    cache.registerCacheEntryListener(
        Listeners.of(event -> events.add(event.getEventType() + " " + event.getKey()), true));
    cache.put(1, "a", EntryOptions.tags("x"));
    cache.invalidateTags(List.of("y", "x"));
    assertThat(cache.containsKey(1)).isFalse();
    cache.put(1, "b");
    assertThat(events).containsExactly("CREATED 1", "CREATED 1");
    assertThat(written).containsExactly("write 1", "write 1");
    assertThat(TestCaches.statistics(cache).getCacheRemovals()).isZero();
    assertThat(TestCaches.statistics(cache).getCacheEvictions()).isZero();
  }

  @Test
  void whoAsksAfterwardsNeverGetsWhatWasReadBefore() throws Exception {
    NearsideCache<Integer, String> cache = loading();
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    source.meanwhile =
        () -> {
          read.countDown();
          await(gate);
        };
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<String> old = thread.submit(() -> cache.get(1));
      await(read);
      source.meanwhile = () -> {};
      source.version = 2;
      cache.invalidateTag("x");
      assertThat(cache.get(1)).isEqualTo("v2");
      gate.countDown();
      assertThat(old.get()).isIn("v1", "v2");
      assertThat(cache.get(1)).isEqualTo("v2");
    } finally {
      gate.countDown();
      thread.shutdown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Readers, who load, against one who changes the source and invalidates. */
  @Test
  void noOldValueStays() throws Exception {
    NearsideCache<Integer, String> cache = loading();
    int readers = 3;
    int rounds = Boolean.getBoolean("test.stress") ? 100_000 : 2_000;
    CyclicBarrier barrier = new CyclicBarrier(readers + 1);
    ExecutorService threads = Executors.newFixedThreadPool(readers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        all.add(
            threads.submit(() -> {
              for (int round = 0; round < rounds; round++) {
                barrier.await();
                cache.get(round % 3);
                barrier.await();
              }
              return null;
            }));
      }
      for (int round = 0; round < rounds; round++) {
        barrier.await();
        source.version++;
        cache.invalidateTag("x");
        assertThat(cache.get(round % 3)).isEqualTo("v" + source.version);
        barrier.await();
        assertThat(cache.get(round % 3)).isEqualTo("v" + source.version);
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsNotModifiedKeepsItsTagsUnlessItIsGivenOthers() throws Exception {
    List<List<String>> given = new ArrayList<>();
    NearsideLoader<Integer, String> loader =
        (key, context) -> {
          if (context.staleValidator() == null) {
            context.validator("e");
            context.tags("x", "y");
            return "a";
          }
          if (!given.isEmpty()) {
            context.tags(given.remove(0));
          }
          return context.notModified();
        };
    NearsideCache<Integer, String> cache =
        cache(TestCaches.<Integer, String>mortal().timeToLive(Duration.ofHours(1)).loader(loader));
    cache.get(1);
    reload(cache);
    assertThat(tags(cache, 1)).containsExactly("x", "y");
    given.add(List.of("z"));
    reload(cache);
    assertThat(tags(cache, 1)).containsExactly("z");
    cache.invalidateTag("x");
    assertThat(cache.containsKey(1)).isTrue();
    cache.invalidateTag("z");
    assertThat(cache.containsKey(1)).isFalse();
  }

  private static void reload(NearsideCache<Integer, String> cache) throws Exception {
    javax.cache.integration.CompletionListenerFuture end =
        new javax.cache.integration.CompletionListenerFuture();
    cache.loadAll(Set.of(1), true, end);
    end.get();
  }

  @Test
  void badOnesAreRefusedByName() {
    NearsideCache<Integer, String> cache = loading();
    String name = "cache \"" + cache.getName() + "\"";
    String tooLong = "ä".repeat(LoadContext.MAXIMUM_TAG_BYTES / 2 + 1);
    List<String> tooMany =
        IntStream.rangeClosed(0, LoadContext.MAXIMUM_TAGS).mapToObj(i -> "t" + i).toList();
    for (Map.Entry<List<String>, String> bad :
        Map.of(
                List.of(""),
                "was empty: leave it out",
                List.of(tooLong),
                "had 258: use a hash of it",
                List.of("\0v"),
                "must not begin with U+0000",
                tooMany,
                "at most 64 tags at once, were 65")
            .entrySet()) {
      List<String> tags = bad.getKey();
      assertThatThrownBy(() -> cache.invalidateTags(tags))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(name, bad.getValue());
      assertThatThrownBy(() -> cache.put(1, "a", EntryOptions.NONE.withTags(tags)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(name, bad.getValue());
      source.tags = tags;
      assertThatThrownBy(() -> cache.get(1))
          .hasStackTraceContaining(name)
          .hasStackTraceContaining(bad.getValue());
    }
    cache.put(2, "a", EntryOptions.NONE.withTags(tooMany.subList(1, tooMany.size())));
    assertThatThrownBy(() -> cache.invalidateTag(null)).isInstanceOf(NullPointerException.class);
    cache.invalidateTags(List.of());
    assertThat(cache.containsKey(2)).isTrue();
    cache.close();
    assertThatThrownBy(() -> cache.invalidateTag("x")).isInstanceOf(IllegalStateException.class);
  }
}
