package io.nearside.samples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.nearside.Nearside;
import io.nearside.NearsideHealth;
import io.nearside.NearsideManager;
import io.nearside.cdi.CallKey;
import io.nearside.quarkus.CacheNamed;
import io.nearside.testserver.RedisServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(Redis.class)
@Timeout(120)
class SampleTest {
  private static final AtomicLong IDS = new AtomicLong();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  RedisServer redis;

  @TestHTTPResource("/")
  URI application;

  @ConfigProperty(name = "nearside.remote.address")
  String address;

  @Inject CacheManager manager;
  @Inject NearsideManager nearside;
  @Inject Database database;
  @Inject AtStart atStart;

  @CacheNamed("products")
  Cache<Object, Product> products;

  private final String path = "products/" + IDS.incrementAndGet();
  private final CallKey key = CallKey.of(IDS.get());

  @BeforeEach
  void awaitRedis() {
    await().until(() -> nearside.health().status() == NearsideHealth.Status.UP);
  }

  @Test
  void theConfigurationMakesTheManager() throws Exception {
    assertThat(manager.unwrap(NearsideManager.class)).isSameAs(nearside);
    assertThat(manager.getCacheNames()).contains("products", "products-by-price");
    assertThat(manager.getProperties())
        .containsEntry("nearside.application.name", "shop")
        .containsEntry("nearside.defaults.timeToLive", "1h");
    assertThat(manager.getClassLoader()).isSameAs(Products.class.getClassLoader());
    assertThat(products.getCacheManager()).isSameAs(nearside);
    assertThat(get("cache").body()).contains("\"products\"", "\"products-by-price\"");
    assertThat(get("cache/health").body()).isEqualTo("UP");
    assertThat(get("cache/" + path).body()).isEqualTo("false");
    put(499);
    assertThat(get("cache/" + path).body()).isEqualTo("true");
  }

  @Test
  void loadersMayBeBeansByTheirNameOrClass() {
    for (String cache : List.of("stock", "stock-of-class")) {
      assertThat(manager.<Long, String>getCache(cache).get(7L)).isEqualTo("shop has 7");
    }
  }

  @Test
  void loadersMayBeBeansOfProducersAndWithoutTypeArguments() {
    assertThat(manager.<Long, String>getCache("stock-raw").get(7L)).isEqualTo("raw has 7");
    assertThat(manager.<Long, String>getCache("stock-produced").get(7L))
        .isEqualTo("produced has 7");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> manager.createCache("stock-wrong", new MutableConfiguration<>()))
        .withMessageContaining("loader must be a javax.cache.integration.CacheLoader, was ")
        .withMessageContaining(StockProducers.class.getName());
  }

  /** The other node is a manager of the same namespace. */
  @Test
  @Tag("any-jdk")
  void whatOneNodeChangesTheOtherOneSees() throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
    put(499);
    long asked = database.queries();
    assertThat(get(path).body()).contains("499");
    assertThat(database.queries()).as("found in the cache").isEqualTo(asked);
    String cheap = "products?lowest=0&highest=500";
    assertThat(get(cheap).body()).contains("499").isEqualTo(get(cheap).body());
    assertThat(database.queries()).isEqualTo(asked + 1);
    try (CacheManager other =
        Nearside.builder()
            .classLoader(Products.class.getClassLoader())
            .namespace("shop")
            .address(address)
            .set("remote.timeout", "2s")
            .set("defaults.allowedTypes", "io.nearside.samples.quarkus.*")
            .set("caches.products.timeToLive", "1h")
            .build()) {
      Cache<Object, Product> there = other.getCache("products");
      await().untilAsserted(() -> assertThat(there.get(key)).isNotNull());
      Product product = there.get(key);
      there.put(key, new Product(product.id(), product.name(), 599));
      await().untilAsserted(() -> assertThat(get(path).body()).contains("599"));
      assertThat(database.queries()).isEqualTo(asked + 1);
      put(699);
      await().untilAsserted(() -> assertThat(there.get(key).price()).isEqualTo(699));
    }
  }

  @Test
  @Tag("any-jdk")
  void whatIsDeletedIsGoneAndListsAreMadeAnew() throws Exception {
    put(8_100);
    String dear = "products?lowest=8000&highest=9000";
    assertThat(get(dear).body()).contains("8100");
    put(8_200);
    assertThat(get(dear).body()).contains("8200").doesNotContain("8100");
    assertThat(get(path).body()).contains("8200");
    assertThat(send(path, HttpRequest.newBuilder().DELETE()).statusCode()).isEqualTo(204);
    assertThat(products.containsKey(key)).isFalse();
    assertThat(get(path).statusCode()).isEqualTo(404);
    assertThat(get(dear).body()).doesNotContain("8200");
  }

  /** Whoever starts the application's own things may use caches by then, in any thread. */
  @Test
  void theManagerIsOpenWhenTheApplicationStarts() throws Exception {
    assertThat(atStart.managerWasOpen()).isTrue();
    put(499);
    ForkJoinPool others = new ForkJoinPool(1, Foreign::new, null, false);
    try { // with a class loader that knows nothing of the application
      assertThat(others.submit(() -> products.get(key)).get(30, TimeUnit.SECONDS).price())
          .isEqualTo(499);
    } finally {
      others.shutdown();
    }
  }

  private static final class Foreign extends ForkJoinWorkerThread {
    Foreign(ForkJoinPool pool) {
      super(pool);
      setContextClassLoader(ClassLoader.getPlatformClassLoader());
    }
  }

  @Test
  @Tag("any-jdk")
  void aCrowdThatWaitsForNothingAsksTheDatabaseOnce() throws Exception {
    database.store(new Product(IDS.get(), "Tea", 7_000));
    long asked = database.queries();
    List<CompletableFuture<HttpResponse<String>>> crowd = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      URI uri = application.resolve("products/later/" + IDS.get());
      crowd.add(HTTP.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> each : crowd) {
      assertThat(each.get(30, TimeUnit.SECONDS).body()).contains("7000");
    }
    assertThat(get(path).body()).as("to who waits").contains("7000");
    assertThat(database.queries()).isEqualTo(asked + 1);
    assertThat(get("products/later/-1").statusCode()).isEqualTo(404);
  }

  @Test
  @Tag("any-jdk")
  void whileRedisIsAwayRequestsAreAnsweredAndHealthSaysSo() throws Exception {
    put(499);
    assertThat(get("q/health/ready").body()).contains("\"caches\": \"UP\"");
    redis.stop();
    try {
      HttpResponse<String> ready;
      do { // no answer may be an error, not even the first ones
        assertThat(put(599).statusCode()).isEqualTo(200);
        assertThat(get(path).statusCode()).isEqualTo(200);
        ready = get("q/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
      } while (!ready.body().contains("\"caches\": \"DEGRADED\""));
      assertThat(ready.body()).contains("REMOTE_UNAVAILABLE");
      HttpResponse<String> health = get("q/health");
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body()).contains("\"status\": \"UP\"").doesNotContain("DOWN");
    } finally {
      redis.restart();
    }
    await().until(() -> nearside.health().status() == NearsideHealth.Status.UP);
    assertThat(get(path).body()).contains("599");
  }

  private HttpResponse<String> get(String to) throws Exception {
    return send(to, HttpRequest.newBuilder());
  }

  private HttpResponse<String> put(long price) throws Exception {
    return send(
        path,
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"name\":\"Tea\",\"price\":" + price + "}")));
  }

  private HttpResponse<String> send(String to, HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.uri(application.resolve(to)).build(), BodyHandlers.ofString());
  }
}
