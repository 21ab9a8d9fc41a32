package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideAsyncCache;
import io.nearside.config.NearsideConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AsynchronousTest {
  /** Of the calls that have been made, the oldest first. */
  private static final BlockingQueue<CompletableFuture<Object>> STAGES =
      new LinkedBlockingQueue<>();

  private static WeldContainer container;
  private static Source source;
  private static CacheManager manager;
  private static Cache<Object, Object> cache;

  @BeforeAll
  static void start() throws Exception {
    container = Containers.of(Source.class);
    source = container.select(Source.class).get();
    source.find(1);
    call().complete(null);
    manager = container.select(CacheManager.class).get();
    cache = manager.getCache("later");
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  /** Of the next call, which a thread of the manager's makes. */
  private static CompletableFuture<Object> call() throws InterruptedException {
    CompletableFuture<Object> stage = STAGES.poll(10, TimeUnit.SECONDS);
    assertThat(stage).as("a call").isNotNull();
    return stage;
  }

  private static Object seen(CompletionStage<Object> found) throws Exception {
    return found.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** As dependents see it. */
  private static Throwable failure(CompletionStage<Object> found) throws Exception {
    return found.handle((value, thrown) -> thrown).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void forget() {
    cache.clear(); // who comes later does not join what is under way
    STAGES.clear();
  }

  @ApplicationScoped
  @CacheDefaults(cacheName = "later")
  static class Source {
    private static CompletableFuture<Object> stage() {
      CompletableFuture<Object> stage = new CompletableFuture<>();
      STAGES.add(stage);
      return stage;
    }

    @CacheResult
    CompletionStage<Object> find(long id) {
      return stage();
    }

    @CacheResult
    Object findNow(long id) {
      return stage().join();
    }

    @CacheResult
    CompletionStage<Object> throwing(long id) throws IOException {
      throw new IOException("at once");
    }

    @CacheResult(skipGet = true)
    CompletableFuture<Object> findAnew(long id) {
      return stage();
    }

    @CacheResult(exceptionCacheName = "laterFailures")
    CompletableFuture<Object> failing(long id) {
      return stage();
    }

    @CacheResult(exceptionCacheName = "slowFailures")
    CompletableFuture<Object> failingSlowly(long id) {
      return stage();
    }

    @CachePut(cacheFor = IOException.class)
    CompletionStage<Object> put(long id, @CacheValue Object value) {
      return stage();
    }

    @CacheRemove
    CompletableFuture<Object> remove(long id) {
      return stage();
    }

    @CacheRemoveAll
    CompletionStage<Object> clear() {
      return stage();
    }
  }

  /** Writes when it is let. */
  private record SlowWriter(CountDownLatch open) implements CacheWriter<Object, Object> {
    @Override
    public void write(Cache.Entry<?, ?> entry) {
      try {
        assertThat(open.await(10, TimeUnit.SECONDS)).as("it is let").isTrue();
      } catch (InterruptedException e) {
        throw new CacheWriterException(e);
      }
    }

    @Override
    public void writeAll(Collection<Cache.Entry<?, ?>> entries) {
      throw new AssertionError("of several");
    }

    @Override
    public void delete(Object key) {
      throw new AssertionError("a removal");
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      throw new AssertionError("a removal");
    }
  }

  @Test
  void whatComesIsStoredWhenItComes() throws Exception {
    CompletionStage<Object> found = source.find(1);
    CompletableFuture<Object> stage = call();
    assertThat(cache).isEmpty();
    stage.complete("a");
    assertThat(seen(found)).isEqualTo("a");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("a");
    assertThat(source.find(1)).isCompletedWithValue("a");
    assertThat(STAGES).isEmpty();
  }

  @Test
  void aCrowdSharesOneCallButNotOneObject() throws Exception {
    List<CompletionStage<Object>> crowd = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      crowd.add(source.find(1));
    }
    crowd.remove(0).toCompletableFuture().cancel(true);
    call().complete(new ArrayList<>(List.of("a")));
    Set<Object> objects = Collections.newSetFromMap(new IdentityHashMap<>());
    for (CompletionStage<Object> found : crowd) {
      assertThat(seen(found)).isEqualTo(List.of("a"));
      objects.add(seen(found));
    }
    assertThat(objects).hasSameSizeAs(crowd);
    assertThat(STAGES).isEmpty();
  }

  @Test
  void whoWaitsAndWhoDoesNotShareACall() throws Exception {
    CompletionStage<Object> found = source.find(1);
    CompletableFuture<Object> stage = call();
    CompletableFuture<Object> waited = new CompletableFuture<>();
    Thread thread = new Thread(() -> waited.complete(source.findNow(1)));
    thread.start();
    await().until(() -> thread.getState().name().endsWith("WAITING"));
    stage.complete("a");
    assertThat(seen(found)).isEqualTo("a");
    assertThat(seen(waited)).isEqualTo("a");
    assertThat(STAGES).isEmpty();
  }

  @Test
  void failuresAreNotKeptAndComeAsTheyAre() throws Exception {
    IOException failure = new IOException("gone");
    CompletionStage<Object> found = source.find(1);
    CompletionStage<Object> joined = source.find(1);
    call().completeExceptionally(failure);
    assertThat(failure(found)).isSameAs(failure);
    await()
        .until(() -> {
          STAGES.forEach(late -> late.completeExceptionally(failure)); // if it did not join
          return joined.toCompletableFuture().isDone();
        });
    assertThat(failure(joined)).isSameAs(failure);
    STAGES.clear();
    source.find(1);
    call().complete(null);
  }

  @Test
  void whatAMethodThrowsAtOnceIsWhatItsStageFailsWith() throws Exception {
    assertThat(failure(source.throwing(1))).isInstanceOf(IOException.class).hasMessage("at once");
  }

  @Test
  void failuresAreKeptWhereACacheForThemIsNamed() throws Exception {
    CompletionStage<Object> found = source.failing(1);
    call().completeExceptionally(new IOException("gone"));
    assertThat(failure(found)).isInstanceOf(IOException.class);
    assertThat(failure(source.failing(1))).isInstanceOf(IOException.class).hasMessage("gone");
    assertThat(STAGES).isEmpty();
  }

  @Test
  void nothingIsNotStored() throws Exception {
    CompletionStage<Object> found = source.find(1);
    call().complete(null);
    assertThat(seen(found)).isNull();
    source.find(1);
    call().complete(null);
  }

  @Test
  void aRemovalMeanwhileKeepsOutWhatWasReadBefore() throws Exception {
    CompletionStage<Object> found = source.find(1);
    CompletableFuture<Object> old = call();
    cache.remove(CallKey.of(1L));
    CompletionStage<Object> later = source.find(1);
    CompletableFuture<Object> young = call();
    old.complete("old");
    assertThat(seen(found)).isEqualTo("old");
    assertThat(cache).isEmpty();
    young.complete("new");
    assertThat(seen(later)).isEqualTo("new");
    assertThat(source.find(1)).isCompletedWithValue("new");
  }

  @Test
  void whoGivesUpHasTheCacheGiveUpToo() throws Exception {
    for (int i = 0; i <= NearsideAsyncCache.MOST_CALLS; i++) { // more are refused at once
      CompletionStage<Object> found = source.find(1);
      assertThat(found.toCompletableFuture().cancel(true)).isTrue();
    }
    CompletionStage<Object> found = source.find(1);
    await()
        .until(() -> {
          STAGES.forEach(begun -> begun.complete("a"));
          return found.toCompletableFuture().isDone();
        });
    assertThat(seen(found)).isEqualTo("a");
  }

  @Test
  void whoSkipsTheCacheAndGivesUpHasTheMethodGiveUp() throws Exception {
    source.findAnew(1).cancel(true);
    assertThat(call()).isCancelled();
  }

  @Test
  void aFailureIsToldBeforeItIsKept() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    manager.createCache(
        "slowFailures",
        NearsideConfiguration.builder(Object.class, Object.class)
            .writer(new SlowWriter(open))
            .writeThrough(true)
            .build());
    try {
      CompletionStage<Object> found = source.failingSlowly(1);
      call().completeExceptionally(new IOException("gone"));
      assertThat(failure(found)).isInstanceOf(IOException.class);
      assertThat(open.getCount()).isOne();
    } finally {
      open.countDown();
    }
    await()
        .until(() -> manager.getCache("slowFailures").get(CallKey.of(1L)) instanceof IOException);
  }

  @Test
  void skipGetAlwaysCalls() throws Exception {
    cache.put(CallKey.of(1L), "a");
    CompletionStage<Object> found = source.findAnew(1);
    call().complete("b");
    assertThat(seen(found)).isEqualTo("b");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("b");
  }

  @Test
  void changesAreMadeWhenTheCallHasEnded() throws Exception {
    CompletionStage<Object> put = source.put(1, "a");
    assertThat(cache).isEmpty();
    call().complete("done");
    assertThat(seen(put)).isEqualTo("done");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("a");

    assertThat(failure(failed(source.put(1, "b"), new IllegalStateException()))).isNotNull();
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("a");
    assertThat(failure(failed(source.put(1, "c"), new IOException("listed")))).isNotNull();
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("c");

    assertThat(failure(failed(source.remove(1), new IOException("gone")))).isNotNull();
    assertThat(cache).isNotEmpty();
    CompletionStage<Object> removed = source.remove(1);
    call().complete(null);
    assertThat(seen(removed)).isNull();
    assertThat(cache).isEmpty();

    cache.put(CallKey.of(1L), "a");
    CompletionStage<Object> cleared = source.clear();
    call().complete(null);
    assertThat(seen(cleared)).isNull();
    assertThat(cache).isEmpty();
  }

  private static CompletionStage<Object> failed(CompletionStage<Object> change, Exception e)
      throws Exception {
    call().completeExceptionally(e);
    return change;
  }
}
