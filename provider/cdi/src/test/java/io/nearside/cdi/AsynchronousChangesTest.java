package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.config.NearsideConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheValue;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes by methods that answer later, which the kit has none of. */
class AsynchronousChangesTest {
  private static final Exception IO = new IOException("gone");
  private static final Exception ODD = new IllegalStateException("odd");

  private static WeldContainer container;
  private static Shop shop;
  private static Cache<Object, Object> cache;
  private static final Gate GATE = new Gate();

  /** What the methods return. */
  private static CompletableFuture<Object> stage;

  @BeforeAll
  static void start() {
    container = Containers.of(Shop.class);
    shop = container.select(Shop.class).get();
    CacheManager manager = container.select(CacheManager.class).get();
    cache =
        manager.createCache(
            "asynchronousShop",
            NearsideConfiguration.builder(Object.class, Object.class)
                .writer(GATE)
                .writeThrough(true)
                .build());
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void fill() {
    GATE.open = new CountDownLatch(0);
    GATE.failure = null;
    cache.put(CallKey.of(1L), "old");
    stage = new CompletableFuture<>();
  }

  /** A writer that has changes wait, or fail. */
  private static final class Gate implements CacheWriter<Object, Object> {
    volatile CountDownLatch open = new CountDownLatch(0);
    volatile RuntimeException failure;

    private void pass() {
      try {
        assertThat(open.await(10, TimeUnit.SECONDS)).as("the gate is opened").isTrue();
      } catch (InterruptedException e) {
        throw new CacheWriterException(e);
      }
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public void write(Cache.Entry<?, ?> entry) {
      pass();
    }

    @Override
    public void writeAll(Collection<Cache.Entry<?, ?>> entries) {
      pass();
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      pass();
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      pass();
      keys.clear();
    }
  }

  @ApplicationScoped
  @CacheDefaults(cacheName = "asynchronousShop")
  static class Shop {
    /** What the cache had when the method was called. */
    static Object seen;

    private static CompletableFuture<Object> begun(Exception atOnce) throws Exception {
      seen = cache.get(CallKey.of(1L));
      if (atOnce != null) {
        throw atOnce;
      }
      return stage;
    }

    @CachePut
    CompletableFuture<Object> put(@CacheKey long id, @CacheValue Object value, Exception atOnce)
        throws Exception {
      return begun(atOnce);
    }

    @CachePut(afterInvocation = false)
    CompletionStage<Object> putBefore(long id, @CacheValue Object value) throws Exception {
      return begun(null);
    }

    @CachePut(cacheFor = IOException.class)
    CompletionStage<Object> putFor(@CacheKey long id, @CacheValue Object value, Exception atOnce)
        throws Exception {
      return begun(atOnce);
    }

    @CachePut(noCacheFor = IOException.class)
    CompletionStage<Object> putNotFor(long id, @CacheValue Object value) throws Exception {
      return begun(null);
    }

    @CacheRemove
    CompletableFuture<Object> remove(long id) throws Exception {
      return begun(null);
    }

    @CacheRemove(afterInvocation = false)
    CompletionStage<Object> removeBefore(long id) throws Exception {
      return begun(null);
    }

    @CacheRemove(evictFor = IOException.class)
    CompletionStage<Object> removeFor(long id) throws Exception {
      return begun(null);
    }

    @CacheRemove(evictFor = Exception.class, noEvictFor = IOException.class)
    CompletionStage<Object> removeForBoth(long id) throws Exception {
      return begun(null);
    }

    @CacheRemoveAll(afterInvocation = false)
    CompletionStage<Object> clearBefore() throws Exception {
      return begun(null);
    }

    @CacheRemoveAll(noEvictFor = IOException.class)
    CompletionStage<Object> clearNotFor() throws Exception {
      return begun(null);
    }
  }

  private interface Change {
    CompletionStage<Object> begin() throws Exception;
  }

  /** How a change has ended. */
  private record Ended(Object value, Throwable failure) {
    static Ended of(CompletionStage<Object> stage) throws Exception {
      return stage.handle(Ended::new).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  /** What the cache has after a change whose stage fails so. */
  private Object after(Change change, Exception failure) throws Exception {
    fill();
    CompletionStage<Object> changed = change.begin();
    assertThat(cache.get(CallKey.of(1L))).as("while it lasts").isEqualTo("old");
    stage.completeExceptionally(failure);
    assertThat(Ended.of(changed).failure()).isSameAs(failure);
    return cache.get(CallKey.of(1L));
  }

  @Test
  void whatIsChangedBeforeTheCallIsChangedWhateverComes() throws Exception {
    CompletionStage<Object> put = shop.putBefore(1, "new");
    assertThat(Shop.seen).isEqualTo("new");
    stage.completeExceptionally(IO);
    assertThat(Ended.of(put).failure()).isSameAs(IO);
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("new");

    for (Change change : new Change[] {() -> shop.removeBefore(1), shop::clearBefore}) {
      fill();
      CompletionStage<Object> removed = change.begin();
      assertThat(Shop.seen).isNull();
      stage.complete("done");
      assertThat(Ended.of(removed)).isEqualTo(new Ended("done", null));
    }
  }

  @Test
  void failuresOfAStagePreventPutsUnlessTheyAreListed() throws Exception {
    assertThat(after(() -> shop.put(1, "new", null), IO)).isEqualTo("old");
    assertThat(after(() -> shop.putFor(1, "new", null), IO)).isEqualTo("new");
    assertThat(after(() -> shop.putFor(1, "new", null), ODD)).isEqualTo("old");
    assertThat(after(() -> shop.putNotFor(1, "new"), IO)).isEqualTo("old");
    assertThat(after(() -> shop.putNotFor(1, "new"), ODD)).isEqualTo("new");
  }

  @Test
  void failuresOfAStagePreventRemovalsUnlessTheyAreListed() throws Exception {
    assertThat(after(() -> shop.remove(1), IO)).isEqualTo("old");
    assertThat(after(() -> shop.removeFor(1), IO)).isNull();
    assertThat(after(() -> shop.removeFor(1), ODD)).isEqualTo("old");
    assertThat(after(() -> shop.removeForBoth(1), IO)).isEqualTo("old");
    assertThat(after(() -> shop.removeForBoth(1), ODD)).isNull();
    assertThat(after(shop::clearNotFor, IO)).isEqualTo("old");
    assertThat(after(shop::clearNotFor, ODD)).isNull();
  }

  @Test
  void aFailureCountsWithoutTheExceptionsThatStagesPutAroundIt() throws Exception {
    CompletionStage<Object> changed = shop.putFor(1, "new", null);
    stage.completeExceptionally(new CompletionException(IO));
    assertThat(Ended.of(changed).failure()).isSameAs(IO);
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("new");
  }

  @Test
  void whatIsThrownAtOnceCountsLikeAnyFailure() {
    assertThatThrownBy(() -> shop.put(1, "new", IO)).isSameAs(IO);
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("old");
    assertThatThrownBy(() -> shop.putFor(1, "new", IO)).isSameAs(IO);
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("new");
  }

  @Test
  void aMethodThatReturnsNoStageHasEnded() throws Exception {
    stage = null;
    assertThat(shop.put(1, "new", null)).isNull();
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("new");
    assertThat(shop.remove(1)).isNull();
    assertThat(cache).isEmpty();
  }

  @Test
  void theCallersStageEndsAfterTheChange() throws Exception {
    GATE.open = new CountDownLatch(1);
    CompletableFuture<Object> put = shop.put(1, "new", null);
    stage.complete("done");
    assertThat(put).isNotDone();
    GATE.open.countDown();
    assertThat(Ended.of(put)).isEqualTo(new Ended("done", null));
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("new");
  }

  @Test
  void aChangeThatFailsIsTold() throws Exception {
    GATE.failure = new CacheWriterException("full");
    CompletableFuture<Object> put = shop.put(1, "new", null);
    stage.complete("done");
    assertThat(Ended.of(put).failure()).isInstanceOf(CacheWriterException.class).hasMessage("full");

    stage = new CompletableFuture<>();
    CompletionStage<Object> listed = shop.putFor(1, "new", null);
    Exception gone = new IOException("gone");
    stage.completeExceptionally(gone);
    assertThat(Ended.of(listed).failure()).isSameAs(gone);
    assertThat(gone.getSuppressed()).singleElement().isSameAs(GATE.failure);
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("old");
  }

  @Test
  void whoGivesUpHasTheMethodGiveUp() throws Exception {
    for (Change change : new Change[] {() -> shop.put(1, "new", null), () -> shop.remove(1)}) {
      stage = new CompletableFuture<>();
      change.begin().toCompletableFuture().cancel(true);
      assertThat(stage).isCancelled();
      assertThat(cache.get(CallKey.of(1L))).isEqualTo("old");
    }
  }
}
