package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.GeneratedCacheKey;
import javax.cache.configuration.MutableConfiguration;
import org.awaitility.Awaitility;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheResultTest {
  private static WeldContainer container;
  private static Prices prices;
  private static CacheManager manager;

  @BeforeAll
  static void start() {
    container = Containers.of(Prices.class, Shelves.class, Upper.class);
    prices = container.select(Prices.class).get();
    manager = container.select(CacheManager.class).get();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void forget() {
    manager.getCacheNames().forEach(name -> manager.getCache(name).clear());
    CALLS.set(0);
  }

  private static final AtomicInteger CALLS = new AtomicInteger();

  /** What the slow methods wait for. */
  private static volatile CountDownLatch open = new CountDownLatch(0);

  @ApplicationScoped
  static class Prices {
    @CacheResult
    String plain(long id, String shop) {
      return "price " + CALLS.incrementAndGet();
    }

    @CacheResult(cacheName = "keyed")
    String keyed(@CacheKey long id, String untold, @CacheKey int[] sizes) {
      return "price " + CALLS.incrementAndGet();
    }

    @CacheResult(cacheName = "skipped", skipGet = true)
    String skipping(long id) {
      return "price " + CALLS.incrementAndGet();
    }

    @CacheResult(cacheName = "skipped")
    String reading(long id) {
      return "read " + CALLS.incrementAndGet();
    }

    @CacheResult(cacheName = "nothing")
    String nothing(long id) {
      CALLS.incrementAndGet();
      return null;
    }

    @CacheResult(cacheName = "knowing")
    String knowing(@CacheKey long id, Exception failure) throws Exception {
      CALLS.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
      return null;
    }

    @CacheResult(cacheName = "failing")
    String failing(Exception failure) throws Exception {
      CALLS.incrementAndGet();
      throw failure;
    }

    @CacheResult(cacheName = "failing")
    String erring(long id) {
      throw new StackOverflowError("on purpose");
    }

    @CacheResult(cacheName = "slow")
    String slow(long id) throws InterruptedException {
      CALLS.incrementAndGet();
      open.await();
      return "slow";
    }

    @CacheResult(cacheName = "slow")
    String slowFailure(long id) throws Exception {
      CALLS.incrementAndGet();
      open.await();
      throw new IOException("gone");
    }

    @CacheResult(cacheName = "kept", exceptionCacheName = "failures")
    String kept(long id, @CacheKey String kind) throws Exception {
      CALLS.incrementAndGet();
      throw failure(kind);
    }

    @CacheResult(
        cacheName = "kept",
        exceptionCacheName = "failures",
        cachedExceptions = IOException.class)
    String keptListed(String kind) throws Exception {
      CALLS.incrementAndGet();
      throw failure(kind);
    }

    @CacheResult(
        cacheName = "kept",
        exceptionCacheName = "failures",
        nonCachedExceptions = IOException.class)
    String keptUnlisted(String kind) throws Exception {
      CALLS.incrementAndGet();
      throw failure(kind);
    }

    @CacheResult(
        cacheName = "kept",
        exceptionCacheName = "failures",
        cachedExceptions = Exception.class,
        nonCachedExceptions = IOException.class)
    String keptBoth(String kind) throws Exception {
      CALLS.incrementAndGet();
      throw failure(kind);
    }

    @CacheResult(cacheName = "kept", exceptionCacheName = "failures", skipGet = true)
    String keptSkipping(String kind) throws Exception {
      CALLS.incrementAndGet();
      throw failure(kind);
    }

    private static Exception failure(String kind) {
      return kind.equals("io") ? new IOException(kind) : new IllegalStateException(kind);
    }

    @CacheResult(cacheName = "upper", cacheKeyGenerator = Upper.class)
    String upper(String name) {
      return name + CALLS.incrementAndGet();
    }

    @CacheResult(cacheName = "foreign", cacheResolverFactory = Foreign.class)
    String foreign(long id) {
      return (id < 0) ? null : "foreign " + CALLS.incrementAndGet();
    }

    @CacheResult(
        cacheName = "foreignLater",
        cacheResolverFactory = Foreign.class,
        exceptionCacheName = "failures")
    CompletionStage<String> foreignLater(long id) {
      int call = CALLS.incrementAndGet();
      return id < 0
          ? CompletableFuture.failedStage(new IOException("none"))
          : CompletableFuture.completedStage("later " + call);
    }

    @CacheResult(
        cacheName = "foreign",
        cacheResolverFactory = Foreign.class,
        exceptionCacheName = "failures")
    String foreignFailure(String kind) throws Exception {
      CALLS.incrementAndGet();
      throw failure(kind);
    }

    @CacheResult(cacheName = "tiny")
    int primitive(int number) {
      return CALLS.addAndGet(number);
    }
  }

  @ApplicationScoped
  @CacheDefaults(cacheName = "shelves", cacheKeyGenerator = Upper.class)
  static class Shelves {
    @CacheResult
    String one(String name) {
      return "one " + CALLS.incrementAndGet();
    }

    @CacheResult(cacheName = "others")
    String other(String name) {
      return "other " + CALLS.incrementAndGet();
    }
  }

  record UpperKey(String name) implements GeneratedCacheKey {}

  /** A bean. */
  @ApplicationScoped
  static class Upper implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(CacheKeyInvocationContext<? extends Annotation> c) {
      return new UpperKey(c.getKeyParameters()[0].getValue().toString().toUpperCase());
    }
  }

  /** Not a bean; caches of it have nothing of Nearside's own. */
  static class Foreign implements CacheResolverFactory {
    static final AtomicInteger MADE = new AtomicInteger();

    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> method) {
      MADE.incrementAndGet();
      return resolver(method.getCacheName());
    }

    @Override
    public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> method) {
      return resolver(method.getCacheAnnotation().exceptionCacheName());
    }

    private static CacheResolver resolver(String name) {
      Cache<?, ?> own =
          manager.getCache(name) == null
              ? manager.createCache(name, new MutableConfiguration<>())
              : manager.getCache(name);
      Cache<?, ?> plain =
          (Cache<?, ?>)
              Proxy.newProxyInstance(
                  Foreign.class.getClassLoader(),
                  new Class<?>[] {Cache.class},
                  (proxy, method, args) -> method.invoke(own, args));
      return new CacheResolver() {
        @Override
        @SuppressWarnings("unchecked")
        public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> c) {
          return (Cache<K, V>) plain;
        }
      };
    }
  }

  @Test
  void theSecondCallIsAnsweredFromTheCacheThatIsNamedAfterTheMethod() {
    assertThat(prices.plain(1, "a")).isEqualTo("price 1");
    assertThat(prices.plain(1, "a")).isEqualTo("price 1");
    assertThat(prices.plain(1, "b")).isEqualTo("price 2");
    assertThat(prices.plain(2, null)).isEqualTo(prices.plain(2, null)).isEqualTo("price 3");
    Cache<Object, Object> cache =
        manager.getCache("io.nearside.cdi.CacheResultTest$Prices.plain(long,java.lang.String)");
    assertThat(cache.get(CallKey.of(1L, "a"))).isEqualTo("price 1");
  }

  @Test
  void onlyMarkedParametersAreInTheKeyAndArraysCountByTheirElements() {
    assertThat(prices.keyed(1, "x", new int[] {1, 2})).isEqualTo("price 1");
    assertThat(prices.keyed(1, "y", new int[] {1, 2})).isEqualTo("price 1");
    assertThat(prices.keyed(1, "x", new int[] {2, 1})).isEqualTo("price 2");
  }

  @Test
  void skipGetAlwaysCallsAndStores() {
    prices.skipping(1);
    assertThat(prices.skipping(1)).isEqualTo("price 2");
    assertThat(prices.reading(1)).isEqualTo("price 2");
  }

  @Test
  void nothingIsNotStored() {
    assertThat(prices.nothing(1)).isNull();
    assertThat(prices.nothing(1)).isNull();
    assertThat(CALLS).hasValue(2);
  }

  @Test
  void aCacheThatKnowsWhatIsNotThereTakesNoFailureForThat() throws Exception {
    manager.createCache(
        "knowing",
        NearsideConfiguration.builder(Object.class, Object.class)
            .loader((NearsideLoader<Object, Object>) (key, context) -> null)
            .notFoundTimeToLive(Duration.ofMinutes(1))
            .notFoundExceptions(NoSuchElementException.class)
            .build());
    Exception failure = new NoSuchElementException("gone");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> prices.knowing(1, failure)).isSameAs(failure);
    }
    assertThat(prices.knowing(2, null)).isNull();
    assertThat(prices.knowing(2, null)).isNull();
    assertThat(CALLS).hasValue(3);
  }

  @Test
  void whatTheMethodThrowsIsThrownAsItIsAndNotKept() {
    for (Exception failure : List.of(new IOException("gone"), new IllegalStateException("odd"))) {
      assertThatThrownBy(() -> prices.failing(failure)).isSameAs(failure);
      assertThatThrownBy(() -> prices.failing(failure)).isSameAs(failure);
    }
    assertThat(CALLS).hasValue(4);
    assertThatThrownBy(() -> prices.erring(1)).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void aCrowdThatMissesTheSameKeyMakesOneCall() throws Exception {
    open = new CountDownLatch(1);
    assertThat(crowd(() -> prices.slow(1))).containsOnly("slow").hasSize(8);
    assertThat(CALLS).hasValue(1);
  }

  @Test
  void aCrowdSharesTheFailureOfItsCall() throws Exception {
    open = new CountDownLatch(1);
    List<Object> answers = crowd(() -> prices.slowFailure(1));
    assertThat(answers)
        .hasSize(8)
        .allSatisfy(a ->
            assertThat(a).isInstanceOf(IOException.class).hasToString("java.io.IOException: gone"));
    assertThat(CALLS).hasValue(1);
  }

  private interface Call {
    Object get() throws Exception;
  }

  private static boolean waitsForTheLoad(Thread thread) {
    return (thread.getState() == Thread.State.WAITING
            || thread.getState() == Thread.State.TIMED_WAITING)
        && Arrays.stream(thread.getStackTrace())
            .anyMatch(frame -> frame.getClassName().startsWith("io.nearside.load."));
  }

  /** Opens the door when one is inside and the others wait for it. */
  private static List<Object> crowd(Call call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Thread> inside = new ArrayList<>();
    try {
      List<Future<Object>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(
            threads.submit(() -> {
              synchronized (inside) {
                inside.add(Thread.currentThread());
              }
              try {
                return call.get();
              } catch (Exception e) {
                return e;
              }
            }));
      }
      Awaitility.await()
          .until(() -> {
            synchronized (inside) {
              return inside.size() == 8
                  && inside.stream().allMatch(CacheResultTest::waitsForTheLoad);
            }
          });
      open.countDown();
      List<Object> all = new ArrayList<>();
      for (Future<Object> answer : answers) {
        all.add(answer.get());
      }
      return all;
    } finally {
      open.countDown();
      threads.shutdown();
    }
  }

  @Test
  void failuresAreKeptWhereACacheForThemIsNamed() {
    assertThatThrownBy(() -> prices.kept(1, "io")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> prices.kept(2, "io")).isInstanceOf(IOException.class).hasMessage("io");
    assertThat(CALLS).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theListsSayWhichFailuresAreKept(boolean io) {
    String kind = io ? "io" : "odd";
    assertThat(calls(() -> prices.keptListed(kind))).isEqualTo(io ? 1 : 2);
    forget();
    assertThat(calls(() -> prices.keptUnlisted(kind))).isEqualTo(io ? 2 : 1);
    forget();
    assertThat(calls(() -> prices.keptBoth(kind))).isEqualTo(io ? 2 : 1);
    forget();
    assertThat(calls(() -> prices.keptSkipping(kind))).isEqualTo(2);
    assertThat(calls(() -> prices.keptListed(kind))).as("kept by the one that skips").isEqualTo(2);
    forget();
    assertThat(calls(() -> prices.foreignFailure(kind))).isEqualTo(1);
  }

  /** That two of them make. */
  private static int calls(Call call) {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(call::get).isInstanceOf(Exception.class);
    }
    return CALLS.get();
  }

  @Test
  void aKeyGeneratorMayBeABean() {
    assertThat(prices.upper("a")).isEqualTo("a1");
    assertThat(prices.upper("A")).isEqualTo("a1");
    assertThat(prices.upper("b")).isEqualTo("b2");
  }

  @Test
  void classesSayDefaults() {
    Shelves shelves = container.select(Shelves.class).get();
    assertThat(shelves.one("a")).isEqualTo(shelves.one("A"));
    assertThat(shelves.other("a")).isEqualTo("other 2");
    assertThat(manager.getCache("shelves").containsKey(new UpperKey("A"))).isTrue();
    assertThat(manager.getCache("others").containsKey(new UpperKey("A"))).isTrue();
  }

  @Test
  void cachesOfOtherProvidersAreAskedAndFilled() {
    assertThat(prices.foreign(1)).isEqualTo("foreign 1");
    assertThat(prices.foreign(1)).isEqualTo("foreign 1");
    assertThat(prices.foreign(-1)).isNull();
    CALLS.set(0);
    assertThat(prices.foreignLater(1)).isCompletedWithValue("later 1");
    assertThat(prices.foreignLater(1)).isCompletedWithValue("later 1");
    assertThat(prices.foreignLater(-1)).isCompletedExceptionally();
    assertThat(prices.foreignLater(-1)).isCompletedExceptionally();
    assertThat(CALLS).hasValue(2);
    int made = Foreign.MADE.get();
    prices.foreign(2);
    assertThat(Foreign.MADE).as("once for each method").hasValue(made);
  }

  @Test
  void aCacheThatIsNotThereIsMadeFromTheTemplateOfItsName() {
    for (int i = 0; i < 50; i++) {
      prices.primitive(i);
    }
    Awaitility.await()
        .untilAsserted(() -> assertThat(manager.getCache("tiny")).hasSizeLessThanOrEqualTo(3));
    manager.destroyCache("tiny");
    CALLS.set(0);
    assertThat(prices.primitive(7)).isEqualTo(7);
    assertThat(prices.primitive(7)).isEqualTo(7);
  }
}
