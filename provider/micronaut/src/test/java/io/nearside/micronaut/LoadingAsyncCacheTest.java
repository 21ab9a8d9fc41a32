package io.nearside.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.cache.CacheManager;
import io.micronaut.cache.SyncCache;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.type.Argument;
import io.nearside.NearsideAsyncCache;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of answers that are not there at once. */
@Tag("any-jdk")
@SuppressWarnings("rawtypes") // as Micronaut has it
class LoadingAsyncCacheTest {
  private static final Argument<String> TEXT = Argument.of(String.class);

  private static ApplicationContext context;

  /** What the cache's own view answers with. */
  private final CompletableFuture<Object> answer = new CompletableFuture<>();

  @BeforeAll
  static void start() {
    context = ApplicationContext.run("shop");
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private LoadingAsyncCache cache(ExecutorService executor) {
    @SuppressWarnings("unchecked") // answers all calls alike
    NearsideAsyncCache<Object, Object> view =
        (NearsideAsyncCache<Object, Object>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {NearsideAsyncCache.class},
                (proxy, method, args) -> answer);
    @SuppressWarnings("unchecked") // as above
    SyncCache<Cache> cache = (SyncCache) context.getBean(CacheManager.class).getCache("products");
    return new LoadingAsyncCache(cache, view, ConversionService.SHARED, executor);
  }

  /** Takes tasks as it is told to. */
  private static final class Tasks extends AbstractExecutorService {
    private final Error refusal;

    Tasks(Error refusal) {
      this.refusal = refusal;
    }

    @Override
    public void execute(Runnable task) {
      if (refusal != null) {
        throw refusal;
      }
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }

  @Test
  void whoGivesUpHasTheCacheGiveUpToo() {
    CompletableFuture<Optional<String>> told = cache(new Tasks(null)).get("a", TEXT);
    told.cancel(true);
    assertThat(answer).isCancelled();
  }

  @Test
  void anExecutorThatCanNotLosesNoAnswer() {
    Error full = new OutOfMemoryError("no thread");
    CompletableFuture<Optional<String>> told = cache(new Tasks(full)).get("a", TEXT);
    answer.complete("tea");
    assertThatThrownBy(() -> told.get(10, TimeUnit.SECONDS)).hasCause(full);
  }

  private static final class Unprintable {
    static final Error BROKEN = new NoClassDefFoundError("a class of the value's");

    @Override
    public String toString() {
      throw BROKEN;
    }
  }

  @Test
  void aValueThatCanNotBeConvertedLosesNoAnswer() {
    CompletableFuture<Optional<String>> told = cache(new Tasks(null)).get("a", TEXT);
    answer.complete(new Unprintable());
    assertThatThrownBy(() -> told.get(10, TimeUnit.SECONDS)).hasCause(Unprintable.BROKEN);
  }
}
