package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AsynchronousTest {
  /** Of the calls that have been made, the oldest first. */
  private static final Deque<CompletableFuture<Object>> STAGES = new ArrayDeque<>();

  private static WeldContainer container;
  private static Source source;
  private static Cache<Object, Object> cache;

  @BeforeAll
  static void start() {
    container = Containers.of(Source.class);
    source = container.select(Source.class).get();
    source.find(1);
    cache = container.select(CacheManager.class).get().getCache("later");
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void forget() {
    STAGES.forEach(stage -> stage.complete(null));
    STAGES.clear();
    cache.clear();
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

    @CacheResult(skipGet = true)
    CompletableFuture<Object> findAnew(long id) {
      return stage();
    }

    @CacheResult(exceptionCacheName = "laterFailures")
    CompletableFuture<Object> failing(long id) {
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

  @Test
  void whatComesIsStoredWhenItComes() {
    CompletionStage<Object> found = source.find(1);
    assertThat(cache).isEmpty();
    STAGES.remove().complete("a");
    assertThat(found).isCompletedWithValue("a");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("a");
    assertThat(source.find(1)).isCompletedWithValue("a");
    assertThat(STAGES).isEmpty();
  }

  @Test
  void aCrowdSharesOneCallButNotOneObject() {
    List<CompletionStage<Object>> crowd = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      crowd.add(source.find(1));
    }
    assertThat(STAGES).hasSize(1);
    crowd.remove(0).toCompletableFuture().cancel(true);
    List<String> value = new ArrayList<>(List.of("a"));
    STAGES.remove().complete(value);
    assertThat(crowd).allSatisfy(stage -> assertThat(stage).isCompletedWithValue(List.of("a")));
    assertThat(
            crowd.stream()
                .map(stage -> System.identityHashCode(stage.toCompletableFuture().join())))
        .doesNotHaveDuplicates();
  }

  @Test
  void failuresAreNotKeptAndComeAsTheyAre() {
    IOException failure = new IOException("gone");
    CompletionStage<Object> found = source.find(1);
    CompletionStage<Object> joined = source.find(1);
    AtomicReference<Throwable> seen = new AtomicReference<>();
    joined.whenComplete((value, thrown) -> seen.set(thrown));
    STAGES.remove().completeExceptionally(failure);
    assertThat(found.toCompletableFuture()).isCompletedExceptionally();
    assertThat(seen.get()).isSameAs(failure);
    source.find(1);
    assertThat(STAGES).hasSize(1);
  }

  @Test
  void failuresAreKeptWhereACacheForThemIsNamed() {
    source.failing(1);
    STAGES.remove().completeExceptionally(new IOException("gone"));
    AtomicReference<Throwable> seen = new AtomicReference<>();
    source.failing(1).whenComplete((value, thrown) -> seen.set(thrown));
    assertThat(seen.get()).isInstanceOf(IOException.class).hasMessage("gone");
    assertThat(STAGES).isEmpty();
  }

  @Test
  void nothingIsNotStored() {
    CompletionStage<Object> found = source.find(1);
    STAGES.remove().complete(null);
    assertThat(found).isCompletedWithValue(null);
    source.find(1);
    assertThat(STAGES).hasSize(1);
  }

  @Test
  void aRemovalMeanwhileKeepsOutWhatWasReadBefore() {
    CompletionStage<Object> found = source.find(1);
    CompletableFuture<Object> old = STAGES.remove();
    source.remove(1);
    STAGES.remove().complete(null);
    CompletionStage<Object> later = source.find(1);
    old.complete("old");
    assertThat(found).isCompletedWithValue("old");
    assertThat(cache).isEmpty();
    STAGES.remove().complete("new");
    assertThat(later).isCompletedWithValue("new");
    assertThat(source.find(1)).isCompletedWithValue("new");
  }

  @Test
  void whoMissedTheKeyBeforeACallEndedAsksTheCacheAgain() throws Exception {
    Flights flights = new Flights();
    long seen = flights.landings();
    flights.join(cache, "key", seen, () -> CompletableFuture.completedFuture("a"));
    Flights.Take second =
        () -> {
          throw new AssertionError("a second call");
        };
    assertThat(flights.join(cache, "key", seen, second)).isCompletedWithValue("a");
  }

  @Test
  void skipGetAlwaysCalls() {
    cache.put(CallKey.of(1L), "a");
    source.findAnew(1);
    STAGES.remove().complete("b");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("b");
  }

  @Test
  void changesAreMadeWhenTheCallHasEnded() {
    CompletionStage<Object> put = source.put(1, "a");
    assertThat(cache).isEmpty();
    STAGES.remove().complete("done");
    assertThat(put).isCompletedWithValue("done");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("a");

    source.put(1, "b");
    STAGES.remove().completeExceptionally(new IllegalStateException("odd"));
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("a");
    source.put(1, "c");
    STAGES.remove().completeExceptionally(new IOException("listed"));
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("c");

    source.remove(1);
    STAGES.remove().completeExceptionally(new IOException("gone"));
    assertThat(cache).isNotEmpty();
    source.remove(1);
    STAGES.remove().complete(null);
    assertThat(cache).isEmpty();

    source.put(1, "a");
    STAGES.remove().complete(null);
    source.clear();
    STAGES.remove().complete(null);
    assertThat(cache).isEmpty();
  }
}
