package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.instanceOf;

import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.spring.Runs.Product;
import io.nearside.spring.Runs.Products;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

class SpringCacheTest {
  private static final Product TEA = new Product(1, "tea");

  private static Cache cache(AssertableApplicationContext context, String name) {
    return context.getBean(CacheManager.class).getCache(name);
  }

  @Test
  void annotationsCachePutAndEvict() {
    Runs.products()
        .run(context -> {
          Products products = context.getBean(Products.class);
          assertThat(products.find(1)).isEqualTo(products.find(1));
          assertThat(products.calls()).hasValue(1);
          products.save(TEA);
          assertThat(products.find(1)).isEqualTo(TEA);
          products.delete(1);
          assertThat(products.find(1).name()).isEqualTo("product 1");
          assertThat(products.calls()).hasValue(2);
          assertThat(products.none(7)).isNull();
          assertThat(products.none(7)).isNull();
          assertThat(products.calls()).hasValue(3);
          assertThatThrownBy(() -> products.failing(8))
              .isInstanceOf(IOException.class)
              .hasMessage("no database for 8");
        });
  }

  @Test
  void aCrowdMakesOneCall() {
    Runs.products()
        .run(context -> {
          Cache cache = cache(context, "products");
          CountDownLatch called = new CountDownLatch(1);
          CountDownLatch answer = new CountDownLatch(1);
          Callable<String> slow =
              () -> {
                called.countDown();
                answer.await();
                return "tea";
              };
          List<CompletableFuture<String>> crowd = new ArrayList<>();
          crowd.add(CompletableFuture.supplyAsync(() -> cache.get(1L, slow)));
          assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
          for (int i = 0; i < 4; i++) {
            crowd.add(CompletableFuture.supplyAsync(() -> cache.get(1L, () -> "another call")));
          }
          answer.countDown();
          assertThat(crowd).allSatisfy(one -> assertThat(one.join()).isEqualTo("tea"));
        });
  }

  @Test
  void putIfAbsentAnswersWhatIsThere() {
    Runs.products()
        .run(context -> {
          Cache cache = cache(context, "products");
          assertThat(cache.putIfAbsent(1L, "tea")).isNull();
          assertThat(cache.putIfAbsent(1L, "milk").get()).isEqualTo("tea");
          assertThat(cache.evictIfPresent(1L)).isTrue();
          assertThat(cache.evictIfPresent(1L)).isFalse();
          cache.put(1L, null);
          assertThat(cache.get(1L).get()).isNull();
          cache.clear();
          assertThat(cache.get(1L)).isNull();
        });
  }

  @Test
  void aCacheOfATypeTakesNoNull() {
    Runs.products()
        .withPropertyValues(
            "nearside.caches.names.key-type=java.lang.Long",
            "nearside.caches.names.value-type=java.lang.String")
        .run(context -> {
          Cache cache = cache(context, "names");
          cache.put(1L, "tea");
          cache.put(1L, null);
          assertThat(cache.get(1L)).isNull();
          assertThat(cache.get(1L, () -> (String) null)).isNull();
          assertThat(cache.get(1L, () -> "milk")).isEqualTo("milk");
        });
  }

  @Test
  void resultsToComeAreCachedWhenTheyCome() {
    Runs.products()
        .run(context -> {
          Products products = context.getBean(Products.class);
          CompletableFuture<Product> source = new CompletableFuture<>();
          products.source(source);
          CompletableFuture<Product> one = products.together(1);
          CompletableFuture<Product> two = products.together(1);
          assertThat(one).isNotDone();
          source.complete(TEA);
          assertThat(one.join()).isEqualTo(two.join()).isEqualTo(TEA);
          assertThat(products.later(1).join()).isEqualTo(TEA);
          assertThat(products.calls()).hasValue(1);
          assertThat(products.mono(2).block()).isEqualTo(products.mono(2).block());
          assertThat(products.calls()).hasValue(2);
          products.source(CompletableFuture.failedFuture(new IOException("no database")));
          assertThatThrownBy(() -> products.together(3).join())
              .isInstanceOf(CompletionException.class)
              .cause()
              .isInstanceOf(IOException.class)
              .hasMessage("no database");
          products.source(CompletableFuture.completedFuture(TEA));
          assertThat(products.together(3).join()).isEqualTo(TEA);
        });
  }

  @Test
  void resultsToComeThatAreNullAreCachedUnlessTheCacheHasAType() {
    AtomicInteger calls = new AtomicInteger();
    Supplier<CompletableFuture<String>> none =
        () -> {
          calls.incrementAndGet();
          return CompletableFuture.completedFuture(null);
        };
    Runs.products()
        .withPropertyValues(
            "nearside.caches.names.key-type=java.lang.Long",
            "nearside.caches.names.value-type=java.lang.String")
        .run(context -> {
          Cache any = cache(context, "products");
          assertThat(any.retrieve(1L)).isNull();
          assertThat(any.retrieve(1L, none).join()).isNull();
          assertThat(any.retrieve(1L, none).join()).isNull();
          assertThat(calls).hasValue(1);
          assertThat(any.retrieve(1L).join())
              .isInstanceOfSatisfying(
                  Cache.ValueWrapper.class, nothing -> assertThat(nothing.get()).isNull());
          Cache typed = cache(context, "names");
          assertThat(typed.retrieve(1L, none).join()).isNull();
          assertThat(typed.retrieve(1L, none).join()).isNull();
          assertThat(calls).hasValue(3);
          assertThat(typed.retrieve(1L)).isNull();
        });
  }

  /** Spring hands failures of the cache to a handler; those of the method are the method's. */
  @Test
  void whatAMethodFailsWithLaterIsNotTakenForAFailureOfTheCache() {
    Runs.products()
        .run(context -> {
          Cache cache = cache(context, "products");
          CompletableFuture<String> failing =
              cache.retrieve(
                  1L, () -> CompletableFuture.failedFuture(new IOException("no database")));
          AtomicReference<Throwable> told = new AtomicReference<>();
          failing.exceptionally(failure -> {
            told.set(failure);
            return "";
          });
          await().untilAtomic(told, instanceOf(IOException.class));
        });
  }

  @Test
  void aChangeKeepsOutWhatWasCalledForBefore() {
    Runs.products()
        .run(context -> {
          Products products = context.getBean(Products.class);
          CompletableFuture<Product> old = new CompletableFuture<>();
          products.source(old);
          CompletableFuture<Product> before = products.together(1);
          await().until(() -> products.calls().get() == 1);
          products.deleteLater(1);
          products.source(CompletableFuture.completedFuture(TEA));
          assertThat(products.together(1).join()).isEqualTo(TEA);
          old.complete(new Product(1, "old"));
          assertThat(before.join()).as("what is there by now").isEqualTo(TEA);
          assertThat(cache(context, "later").get(1L).get()).isEqualTo(TEA);
        });
  }

  @Test
  void whoGivesUpHasTheCacheGiveUpToo() {
    Runs.products()
        .run(context -> {
          Cache cache = cache(context, "products");
          CompletableFuture<String> never = new CompletableFuture<>();
          for (int i = 0; i <= NearsideAsyncCache.MOST_CALLS; i++) { // more are refused at once
            assertThat(cache.retrieve(1L, () -> never).cancel(true)).isTrue();
          }
          CompletableFuture<String> waiting = cache.retrieve(1L, () -> never);
          never.complete("tea");
          assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("tea");
        });
  }

  @Test
  void errorsLoseNoAnswer() {
    Runs.products()
        .run(context -> {
          @SuppressWarnings("unchecked") // of any types
          NearsideCache<Object, Object> own =
              (NearsideCache<Object, Object>) cache(context, "products").getNativeCache();
          Error full = new OutOfMemoryError("no thread");
          Cache cache =
              new NearsideSpringCache(
                  own,
                  task -> {
                    throw full;
                  });
          CompletableFuture<String> source = new CompletableFuture<>();
          CompletableFuture<String> told = cache.retrieve(1L, () -> source);
          source.complete("tea");
          assertThatThrownBy(() -> told.get(10, TimeUnit.SECONDS)).hasCause(full);

          Error broken = new NoClassDefFoundError("a class of the method's");
          CompletableFuture<String> failing =
              cache(context, "products")
                  .retrieve(
                      2L,
                      () -> {
                        throw broken;
                      });
          assertThatThrownBy(() -> failing.get(10, TimeUnit.SECONDS)).hasCause(broken);
        });
  }
}
