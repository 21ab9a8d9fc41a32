package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.LoadContext;
import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.config.LoadSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Loaders that answer by a stage: of caches where no thread waits for them, and of others, whose
 * loads are bounded in number.
 */
@Timeout(60)
@Tag("any-jdk")
class AsyncLoadsTest {
  private static final int BOUNDED = 100;

  /** Of a manager, for what may wait, before JDK 24. */
  private static final int MOST_THREADS = 64;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private NearsideCache<Integer, String> cache(int maximumConcurrent, Duration hardTimeout) {
    return cache((key, context) -> "loaded", maximumConcurrent, hardTimeout);
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      NearsideLoader<Integer, String> loader, int maximumConcurrent, Duration hardTimeout) {
    return caches
        .cache(
            TestCaches.<Integer, String>big()
                .loader(loader)
                .notFoundTimeToLive(Duration.ofHours(1))
                .notFoundExceptions(NoSuchElementException.class)
                .load(load -> {
                  if (maximumConcurrent != LoadSettings.UNBOUNDED) {
                    load.maximumConcurrent(maximumConcurrent);
                  }
                  if (hardTimeout != null) {
                    load.hardTimeout(hardTimeout);
                  }
                }))
        .unwrap(NearsideCache.class);
  }

  private static long asyncThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("nearside-\\d+-async.*"))
        .count();
  }

  @ParameterizedTest
  @ValueSource(ints = {LoadSettings.UNBOUNDED, BOUNDED})
  void aLoaderSaysHowLongItsValueLivesAndWhatItIsAbout(int maximumConcurrent) {
    NearsideCache<Integer, String> cache = cache(maximumConcurrent, null);
    CompletableFuture<String> source = new CompletableFuture<>();
    Queue<LoadContext> contexts = new ConcurrentLinkedQueue<>();
    CompletableFuture<String> load =
        cache
            .async()
            .getOrLoad(
                1,
                (key, context) -> {
                  contexts.add(context);
                  return source.thenApply(value -> {
                    context.timeToLive(Duration.ofHours(1));
                    context.tags("odd");
                    return value;
                  });
                });
    source.complete("one");
    assertThat(load).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("one");
    EntryView<String> entry = cache.entry(1);
    assertThat(entry.tags()).containsExactly("odd");
    assertThat(entry.timeToLive()).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
    assertThatThrownBy(() -> contexts.element().tags("even"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(cache.getName());
    cache.invalidateTag("odd");
    assertThat(cache.containsKey(1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {LoadSettings.UNBOUNDED, BOUNDED})
  void whatAStageFailsWithIsTheCause(int maximumConcurrent) throws Exception {
    NearsideCache<Integer, String> cache = cache(maximumConcurrent, null);
    for (Throwable failure :
        List.of(new IllegalStateException("down"), new IOException("gone"), new Error("bad"))) {
      CompletableFuture<String> failing = CompletableFuture.failedFuture(failure);
      assertThatThrownBy(
              () -> cache.async().getOrLoad(1, (key, context) -> failing.thenApply(v -> v)).join())
          .cause()
          .isInstanceOf(CacheLoaderException.class)
          .hasMessageContaining(cache.getName())
          .hasMessageContaining(failure.toString())
          .hasCause(failure);
    }
    assertThatThrownBy(() -> cache.async().getOrLoad(1, (key, context) -> null).join())
        .cause()
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("no stage");
    assertThat(
            cache
                .async()
                .getOrLoad(
                    1,
                    (key, context) -> CompletableFuture.failedFuture(new NoSuchElementException()))
                .join())
        .isNull();
  }

  @Test
  void aLoadThatTakesTooLongIsLeftByAllWhoWaitForIt() {
    NearsideCache<Integer, String> cache = cache(LoadSettings.UNBOUNDED, Duration.ofMillis(100));
    CompletableFuture<String> late = new CompletableFuture<>();
    CompletableFuture<String> leader = cache.async().getOrLoad(1, (key, context) -> late);
    CompletableFuture<String> joiner =
        cache.async().getOrLoad(1, (key, context) -> new CompletableFuture<>());
    for (CompletableFuture<String> load : List.of(leader, joiner)) {
      assertThatThrownBy(load::join)
          .cause()
          .isInstanceOf(CacheLoaderException.class)
          .hasMessageContaining(cache.getName())
          .hasMessageContaining("load.hardTimeout PT0.1S");
    }
    CompletableFuture<String> next =
        cache.async().getOrLoad(1, (key, context) -> CompletableFuture.completedFuture("next"));
    assertThat(next).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("next");
    late.complete("late");
    await().during(Duration.ofMillis(100)).until(() -> cache.get(1).equals("next"));
  }

  @Test
  void whatComesTooLateIsStoredAllTheSame() {
    NearsideCache<Integer, String> cache = cache(LoadSettings.UNBOUNDED, Duration.ofMillis(100));
    CompletableFuture<String> late = new CompletableFuture<>();
    CompletableFuture<String> load = cache.async().getOrLoad(1, (key, context) -> late);
    assertThatThrownBy(load::join).cause().isInstanceOf(CacheLoaderException.class);
    late.complete("late");
    await().until(() -> cache.containsKey(1));
  }

  @Test
  void whoGivesUpTakesTheLoadFromNobody() throws Exception {
    NearsideCache<Integer, String> cache = cache(LoadSettings.UNBOUNDED, null);
    CompletableFuture<String> source = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> leader =
        cache
            .async()
            .getOrLoad(
                1,
                (key, context) -> {
                  begun.countDown();
                  return source;
                });
    begun.await();
    CompletableFuture<String> joiner = cache.async().getOrLoad(1, (key, context) -> null);
    CompletableFuture<String> hasty =
        cache.async().withTimeout(Duration.ofMillis(50)).getOrLoad(1, (key, context) -> null);
    assertThat(leader.cancel(true)).isTrue();
    assertThat(hasty).failsWithin(Duration.ofSeconds(20));
    source.complete("one");
    assertThat(joiner).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("one");
    assertThat(cache.get(1)).isEqualTo("one");
  }

  /** They hold all threads that may wait; what they wait for needs another one to be stored. */
  @ParameterizedTest
  @ValueSource(ints = {LoadSettings.UNBOUNDED, BOUNDED})
  void whoJoinedAnInterruptedLoadSharesAnother(int maximumConcurrent) throws Exception {
    NearsideCache<Integer, String> cache = cache(maximumConcurrent, null);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    CountDownLatch loading = new CountDownLatch(1);
    Thread leader =
        new Thread(() -> {
          try {
            cache.getOrLoad(
                1,
                (key, context) -> {
                  loading.countDown();
                  try {
                    throw new AssertionError("not interrupted: " + new CompletableFuture<>().get());
                  } catch (Exception e) {
                    Thread.currentThread().interrupt();
                    throw new CacheLoaderException("interrupted", e);
                  }
                });
          } catch (Throwable e) {
            end.complete(e);
          }
        });
    leader.start();
    loading.await();
    Queue<Integer> calls = new ConcurrentLinkedQueue<>();
    CompletableFuture<String> source = new CompletableFuture<>();
    List<CompletableFuture<String>> joiners =
        IntStream.range(0, 8)
            .mapToObj(i ->
                cache
                    .async()
                    .getOrLoad(
                        1,
                        (key, context) -> {
                          calls.add(key);
                          return source;
                        }))
            .toList();
    await().until(() -> TestCaches.statistics(cache).getCacheMisses() == 1 + joiners.size());
    leader.interrupt();
    assertThat(end)
        .succeedsWithin(Duration.ofSeconds(20))
        .hasToString("javax.cache.integration.CacheLoaderException: interrupted");
    await().until(() -> !calls.isEmpty());
    source.complete("one");
    assertThat(joiners)
        .allSatisfy(
            joiner -> assertThat(joiner).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("one"));
    assertThat(calls).hasSize(1);
  }

  @Test
  void whoWaitsForALoadDoesNotStandInItsWay() {
    NearsideCache<Integer, String> cache = cache(LoadSettings.UNBOUNDED, null);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> leader = cache.async().getOrLoad(0, (key, context) -> source);
    await().until(() -> TestCaches.statistics(cache).getCacheMisses() == 1);
    List<CompletableFuture<String>> waiting = new ArrayList<>();
    for (int i = 0; i < MOST_THREADS; i++) {
      waiting.add(cache.async().get(0)); // with a loader that blocks, so each has a thread
    }
    await().until(() -> TestCaches.statistics(cache).getCacheMisses() == 1 + MOST_THREADS);
    source.complete("one");
    assertThat(leader).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("one");
    for (CompletableFuture<String> one : waiting) {
      assertThat(one).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("one");
    }
  }

  @SuppressWarnings("unchecked") // so that the compiler lets it pass, as that of others does
  private static <E extends Exception> CompletableFuture<String> thrown(Exception failure)
      throws E {
    throw (E) failure;
  }

  @Test
  void aLoaderOfAnotherLanguageMayThrowAnything() {
    NearsideCache<Integer, String> cache = cache(LoadSettings.UNBOUNDED, null);
    IOException gone = new IOException("gone");
    CompletableFuture<String> load =
        cache.async().getOrLoad(1, (key, context) -> AsyncLoadsTest.<RuntimeException>thrown(gone));
    assertThatThrownBy(load::join).cause().isInstanceOf(CacheLoaderException.class).hasCause(gone);
    assertThat(
            cache.async().getOrLoad(1, (key, context) -> CompletableFuture.completedFuture("one")))
        .succeedsWithin(Duration.ofSeconds(20))
        .isEqualTo("one");
  }

  @Test
  void loadsThatNobodyWaitsForDoNotMakeRoomForMoreThanThereMayBe() {
    NearsideCache<Integer, String> cache = cache(LoadSettings.UNBOUNDED, null);
    NearsideAsyncCache<Integer, String> async = cache.async();
    CompletableFuture<String> source = new CompletableFuture<>();
    for (int key = 0; key < 100; key++) {
      CompletableFuture<String> load = async.getOrLoad(key, (k, context) -> source);
      int misses = key + 1;
      await().until(() -> TestCaches.statistics(cache).getCacheMisses() == misses);
      load.cancel(false);
    }
    source.complete("late");
    await().until(() -> IntStream.range(0, 100).allMatch(cache::containsKey));
    CompletableFuture<String> never = new CompletableFuture<>();
    List<CompletableFuture<String>> loads = new ArrayList<>();
    for (int i = 0; i < NearsideAsyncCache.MOST_CALLS + 50; i++) {
      loads.add(async.getOrLoad(1_000 + i, (key, context) -> never));
    }
    assertThat(loads.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(50);
  }

  @Test
  void loadAllGoesOnWhereWaitsAreForbiddenAndNotOneInTheOther() {
    NearsideCache<Integer, String> cache = cache(LoadSettings.UNBOUNDED, null);
    assertThat(loadAll(cache.async(), 5_000)).succeedsWithin(Duration.ofSeconds(60));
    assertThat(cache.containsKey(1)).isTrue();
    Queue<String> threads = new ConcurrentLinkedQueue<>();
    CompletableFuture<Void> dependent =
        cache
            .async()
            .loadAll(Set.of(-1), true)
            .thenRun(() -> threads.add(Thread.currentThread().getName()));
    assertThat(dependent).succeedsWithin(Duration.ofSeconds(20));
    assertThat(threads)
        .allMatch(name ->
            name.equals(Thread.currentThread().getName())
                || name.matches("nearside-\\d+-reply-.*"));
  }

  private static CompletableFuture<Void> loadAll(
      NearsideAsyncCache<Integer, String> cache, int left) {
    return left == 0
        ? CompletableFuture.completedFuture(null)
        : cache.loadAll(Set.of(left), true).thenCompose(done -> loadAll(cache, left - 1));
  }

  @Test
  void closingEndsThreadsThatWaitForAStage() {
    NearsideCache<Integer, String> cache = cache(BOUNDED, null);
    CompletableFuture<String> load =
        cache.async().getOrLoad(1, (key, context) -> new CompletableFuture<>());
    await().until(() -> TestCaches.statistics(cache).getCacheMisses() == 1);
    caches.manager().close();
    assertThat(load).isCompletedExceptionally();
    await().until(() -> asyncThreads() == 0);
  }

  /** What is to store it may be queued behind threads that are all at work. */
  @Test
  void closingLandsALoadThatAThreadWaitsFor() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    NearsideCache<Integer, String> cache =
        cache(
            (key, context) -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return "never";
            },
            LoadSettings.UNBOUNDED,
            null);
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> leader =
        cache
            .async()
            .getOrLoad(
                0,
                (key, context) -> {
                  begun.countDown();
                  return source;
                });
    begun.await();
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread waiter =
        new Thread(() -> seen.complete(cache.getOrLoad(0, (key, context) -> "its own")));
    waiter.start();
    IntStream.rangeClosed(1, MOST_THREADS).forEach(key -> cache.async().get(key));
    await().until(() -> TestCaches.statistics(cache).getCacheMisses() == 2 + MOST_THREADS);
    await().until(() -> waiter.getState().name().endsWith("WAITING"));
    source.complete("loaded");
    caches.manager().close();
    assertThat(seen).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("loaded");
    assertThat(leader).isDone();
  }
}
