package io.nearside.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.cache.CacheManager;
import io.micronaut.cache.SyncCache;
import io.micronaut.cache.interceptor.ParametersKey;
import io.micronaut.cache.jcache.metrics.JCacheMetricsBinder;
import io.micronaut.context.ApplicationContext;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthResult;
import io.nearside.NearsideManager;
import io.nearside.Operations;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What Micronaut makes of the manager: annotations, health, meters. */
@Tag("any-jdk")
class AnnotationsTest {
  private static ApplicationContext context;
  private static Prices prices;

  @BeforeAll
  static void start() {
    context = ApplicationContext.run(Map.of("micronaut.metrics.enabled", true), "shop");
    prices = context.getBean(Prices.class);
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @BeforeEach
  void clear() {
    context.getBean(NearsideManager.class).getCache("products").clear();
  }

  @Test
  void annotationsReadChangeAndRemove() {
    String first = prices.find(1);
    assertThat(prices.find(1)).isEqualTo(first);
    prices.change(1, "new");
    assertThat(prices.find(1)).isEqualTo("new");
    prices.remove(1);
    assertThat(prices.find(1)).isNotEqualTo("new").isNotEqualTo(first);
    assertThat(prices.find(1, "EUR")).isEqualTo(prices.find(1, "EUR"));
  }

  @Test
  void callersOfAnAtomicMethodShareOneLoad() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    List<CompletableFuture<String>> crowd =
        Stream.generate(() ->
                CompletableFuture.supplyAsync(
                    () ->
                        prices.once(
                            "crowd",
                            () -> {
                              go.join();
                              return "price " + prices.calls.incrementAndGet();
                            }),
                    task -> new Thread(task).start()))
            .limit(8)
            .toList();
    go.complete(null);
    String price = crowd.get(0).join();
    assertThat(crowd).allSatisfy(each -> assertThat(each.join()).isEqualTo(price));
  }

  /** A change while a load is under way is not overwritten by what was read before it. */
  @Test
  void aChangeMeanwhileIsKept() {
    String read =
        prices.once(
            "fenced",
            () -> {
              context.getBean(CacheManager.class).getCache("products").put("fenced", "changed");
              return "old";
            });
    assertThat(List.of("old", "changed")).contains(read);
    assertThat(prices.once("fenced", () -> "loaded again")).isEqualTo("changed");
  }

  @Test
  void whatAMethodThrowsIsThrownAsItIs() {
    IllegalStateException thrown = new IllegalStateException("no database");
    assertThatThrownBy(() ->
            prices.once(
                "failing",
                () -> {
                  throw thrown;
                }))
        .isSameAs(thrown);
    assertThat(prices.once("failing", () -> "again")).isEqualTo("again");
  }

  @Test
  void optionalsAreCachedByWhatTheyHold() {
    assertThat(prices.perhaps("some")).isPresent().isEqualTo(prices.perhaps("some"));
    assertThat(prices.perhaps("")).isEmpty();
  }

  @Test
  void whatComesIsCachedChangedAndRemoved() {
    assertThat(prices.later("a", CompletableFuture.completedFuture("first")).join())
        .isEqualTo("first");
    int calls = prices.calls.get();
    assertThat(prices.later("a", CompletableFuture.failedFuture(new AssertionError())))
        .isCompletedWithValue("first");
    assertThat(prices.calls).hasValue(calls);
    assertThat(prices.mono("a").block()).as("of the same key").isEqualTo("first");
    prices.changeLater("a", "changed").join();
    assertThat(prices.mono("a").block()).isEqualTo("changed");
    prices.removeAllLater().join();
    assertThat(prices.mono("a").block()).startsWith("a").isEqualTo(prices.mono("a").block());
    assertThat(prices.later("none", CompletableFuture.completedFuture(null)).join()).isNull();
    IllegalStateException thrown = new IllegalStateException("no database");
    assertThatThrownBy(prices.later("failing", CompletableFuture.failedFuture(thrown))::join)
        .hasRootCause(thrown);
  }

  @Test
  void putIfAbsentIsOneStep() {
    SyncCache<?> cache = context.getBean(CacheManager.class).getCache("products");
    assertThat(cache.putIfAbsent("a", "first")).isEmpty();
    assertThat(cache.putIfAbsent("a", "second")).contains("first");
  }

  @Test
  void keysOfSeveralParametersHaveACanonicalForm() {
    ParametersKeyForm form = new ParametersKeyForm();
    for (ParametersKey key :
        List.of(new ParametersKey(1L, null, "a"), ParametersKey.ZERO_ARG_KEY)) {
      assertThat(form.key(form.parts(key))).isEqualTo(key);
    }
    assertThat(form.parts(new ParametersKey(1L, null))).isEqualTo(Arrays.asList(1L, null));
  }

  @Test
  void degradedIsUpAndSaysWhatIsTheMatter() {
    assertThat(details()).isEqualTo(Map.of("caches", "UP"));
    Operations operations = context.getBean(NearsideManager.class).operations();
    operations.mode(Operations.Mode.BYPASS, Operations.Scope.NODE, "test");
    try {
      await()
          .untilAsserted(() ->
              assertThat(details().toString())
                  .contains("caches=DEGRADED", "SWITCHED of cache \"products\"", "next: "));
    } finally {
      operations.mode(null, Operations.Scope.NODE, "test");
    }
  }

  private static Object details() {
    HealthResult result =
        Mono.from(context.getBean(NearsideHealthIndicator.class).getResult()).block();
    assertThat(result.getName()).isEqualTo("nearside");
    assertThat(result.getStatus()).isEqualTo(HealthStatus.UP);
    return result.getDetails();
  }

  @Test
  void metersAreMadeOnceInTheApplicationsRegistry() {
    MeterRegistry registry = context.getBean(MeterRegistry.class);
    prices.find(1);
    assertThat(registry.get("nearside.hits").tag("cache", "products").meters()).isNotEmpty();
    assertThat(registry.find("cache.gets").meters()).isNotEmpty();
    assertThat(context.containsBean(JCacheMetricsBinder.class)).as("Micronaut's own").isFalse();
  }
}
