package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.spring.Runs.Product;
import io.nearside.spring.Runs.Products;
import io.nearside.testserver.RedisServer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

class RemoteTest {
  private static RedisServer redis;

  /** The package of this class is what may be read from Redis. */
  @AutoConfigurationPackage
  static class Application {}

  @BeforeAll
  static void start() throws Exception {
    redis = RedisServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    redis.close();
  }

  private static ApplicationContextRunner node() {
    return Runs.products()
        .withUserConfiguration(Application.class)
        .withPropertyValues(
            "spring.application.name=shop",
            "nearside.remote.address=" + redis.address(),
            "nearside.remote.timeout=10s");
  }

  private static Cache cache(AssertableApplicationContext context, String name) {
    return context.getBean(CacheManager.class).getCache(name);
  }

  private static void connected(
      AssertableApplicationContext one, AssertableApplicationContext two) {
    await()
        .until(() -> {
          cache(one, "probe").put("key", "value");
          return cache(two, "probe").get("key") != null;
        });
  }

  @Test
  void nodesShareWhatTheirMethodsGive() {
    node()
        .run(one ->
            node()
                .run(two -> {
                  connected(one, two);
                  Products first = one.getBean(Products.class);
                  Products second = two.getBean(Products.class);
                  assertThat(first.find(1)).isEqualTo(second.find(1));
                  assertThat(second.calls()).as("calls by find").hasValue(0);
                  assertThat(first.find(1, "tea")).isEqualTo(second.find(1, "tea"));
                  assertThat(second.calls()).as("calls by find of two").hasValue(0);
                  assertThat(first.none(2)).isNull();
                  assertThat(second.none(2)).isNull();
                  assertThat(second.calls()).hasValue(0);
                  second.delete(1);
                  await().until(() -> cache(one, "products").get(1L) == null);
                  first.source(CompletableFuture.completedFuture(new Product(3, "later")));
                  assertThat(first.together(3).join()).isEqualTo(new Product(3, "later"));
                  assertThat(second.later(3).join()).isEqualTo(new Product(3, "later"));
                  assertThat(second.mono(3).block()).isEqualTo(new Product(3, "later"));
                  assertThat(second.calls()).hasValue(0);
                  CompletableFuture<Product> source = new CompletableFuture<>();
                  first.source(source);
                  int before = first.calls().get();
                  CompletableFuture<Product> asked = first.together(4);
                  await().until(() -> first.calls().get() > before);
                  CompletableFuture<Product> askedToo = second.together(4);
                  source.complete(new Product(4, "one call"));
                  assertThat(asked.join()).isEqualTo(new Product(4, "one call"));
                  assertThat(askedToo.join()).isEqualTo(new Product(4, "one call"));
                  assertThat(second.calls()).as("calls by together").hasValue(0);
                  assertThat(redis.keys("*{shop:*")).isNotEmpty();
                }));
  }
}
