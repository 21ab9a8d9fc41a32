package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationTextPublisher;
import io.nearside.spring.Runs.Products;
import io.nearside.testserver.RedisServer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

@Tag("any-jdk")
class ObservabilityTest {
  private static ApplicationContextRunner runner() {
    return Runs.products()
        .withConfiguration(AutoConfigurations.of(NearsideHealthAutoConfiguration.class));
  }

  @Test
  void metersAreThoseOfTheApplicationsRegistry() {
    runner()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(context -> {
          Products products = context.getBean(Products.class);
          products.find(1);
          products.find(1);
          MeterRegistry registry = context.getBean(MeterRegistry.class);
          assertThat(registry.get("cache.gets").tag("cache", "products").functionCounters())
              .isNotEmpty();
        });
  }

  @Test
  void healthIsUpAndSaysWhatIsDegraded() throws Exception {
    try (RedisServer redis = RedisServer.start()) {
      runner()
          .withUserConfiguration(RemoteTest.Application.class)
          .withPropertyValues(
              "spring.application.name=shop", "nearside.remote.address=" + redis.address())
          .run(context -> {
            HealthIndicator indicator = context.getBean(HealthIndicator.class);
            context.getBean(Products.class).find(1);
            await().until(() -> "up".equals(indicator.health().getDetails().get("caches")));
            redis.kill();
            await()
                .until(() -> {
                  context.getBean(Products.class).find(2);
                  return "degraded".equals(indicator.health().getDetails().get("caches"));
                });
            Health health = indicator.health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat((List<?>) health.getDetails().get("problems"))
                .first()
                .asString()
                .contains("REMOTE", String.valueOf(redis.port()));
          });
    }
  }

  @Test
  void spansAreMadeWhereTheyAreAskedFor() {
    Queue<String> spans = new ConcurrentLinkedQueue<>();
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new ObservationTextPublisher(spans::add, all -> true, Observation.Context::getName));
    runner()
        .withBean(ObservationRegistry.class, () -> registry)
        .run(context -> {
          context.getBean(Products.class).find(1);
          assertThat(spans).isEmpty();
        });
    runner()
        .withBean(ObservationRegistry.class, () -> registry)
        .withPropertyValues("nearside.spring.tracing=true")
        .run(context -> {
          context.getBean(Products.class).find(1);
          assertThat(spans).contains("START - nearside.step.loader");
        });
  }

  @Test
  void neitherIsNeeded() {
    runner()
        .withPropertyValues("management.health.nearside.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    Runs.runner()
        .withClassLoader(
            new FilteredClassLoader("io.micrometer", "org.springframework.transaction"))
        .run(context -> {
          Cache cache = context.getBean(CacheManager.class).getCache("products");
          cache.put(1L, "tea");
          assertThat(cache.get(1L).get()).isEqualTo("tea");
        });
  }
}
