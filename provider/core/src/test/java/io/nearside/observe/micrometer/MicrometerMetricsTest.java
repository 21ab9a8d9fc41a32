package io.nearside.observe.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nearside.Nearside;
import io.nearside.config.NearsideConfiguration;
import io.nearside.observe.ServerFigures;
import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Meters of local caches, and how meters come and go. */
@Tag("any-jdk")
class MicrometerMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private CacheManager manager() {
    return Nearside.builder().meterRegistry(registry).build();
  }

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  @Test
  void aRegistryIsEnoughForCounts() {
    try (CacheManager manager = manager()) {
      Cache<String, String> cache =
          manager.createCache(
              "orders",
              NearsideConfiguration.builder(String.class, String.class).statistics(false).build());
      cache.put("a", "1");
      cache.get("a");
      cache.get("b");
      cache.remove("a");
      assertThat(counter("cache.gets", "cache", "orders", "name", "orders", "result", "hit"))
          .isEqualTo(1);
      assertThat(counter("cache.gets", "result", "miss")).isEqualTo(1);
      assertThat(counter("cache.puts", "cache.manager", manager.getURI().toString())).isEqualTo(1);
      assertThat(counter("cache.removals")).isEqualTo(1);
      assertThat(counter("nearside.hits", "tier", "local")).isEqualTo(1);
    }
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void metersGoWithTheirCache() {
    try (CacheManager manager = manager()) {
      for (int i = 0; i < 2; i++) {
        Cache<Object, Object> cache = manager.createCache("orders", new MutableConfiguration<>());
        manager.createCache("others", new MutableConfiguration<>());
        cache.put("a", "1");
        assertThat(counter("cache.puts", "cache", "orders")).isEqualTo(1);
        manager.destroyCache("orders");
        assertThat(registry.find("cache.puts").tag("cache", "orders").meters()).isEmpty();
        assertThat(registry.find("cache.puts").tag("cache", "others").meters()).hasSize(1);
        manager.getCache("others").close();
      }
      assertThat(registry.getMeters())
          .extracting(meter -> meter.getId().getName())
          .containsOnly("nearside.caches");
    }
  }

  @Test
  void managersOfOneUriHaveMetersOfTheirOwn() {
    MicrometerMetrics first = new MicrometerMetrics(registry, "nearside:x");
    MicrometerMetrics second = new MicrometerMetrics(registry, "nearside:x");
    second.close();
    assertThat(registry.get("nearside.caches").meters())
        .singleElement()
        .extracting(meter -> meter.getId().getTag("cache.manager"))
        .isEqualTo("nearside:x");
    first.close();
    new MicrometerMetrics(registry, "nearside:x").close();
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void cachesBeyondTheMostHaveNone() {
    try (MicrometerMetrics metrics = new MicrometerMetrics(registry, "nearside:x")) {
      for (int i = 0; i < MicrometerMetrics.MAXIMUM_CACHES; i++) {
        assertThat(metrics.enter("cache" + i)).isTrue();
      }
      assertThat(metrics.enter("onemore")).isFalse();
      metrics.leave("cache0");
      assertThat(metrics.enter("onemore")).isTrue();
    }
  }

  @Test
  void serversComeAndGo() {
    try (MicrometerMetrics metrics = new MicrometerMetrics(registry, "nearside:x")) {
      metrics.servers(
          List.of(new ServerFigures("a:1", 10, 0, 3, 2), new ServerFigures("b:1", 20, 40, 0, 1)));
      metrics.servers(List.of(new ServerFigures("a:1", 11, 0, 4, 2)));
      assertThat(registry.get("nearside.server.memory.used").gauges())
          .singleElement()
          .satisfies(gauge -> {
            assertThat(gauge.getId().getTag("server")).isEqualTo("a:1");
            assertThat(gauge.value()).isEqualTo(11);
          });
      assertThat(registry.get("nearside.server.memory.max").gauge().value()).isNaN();
      assertThat(counter("nearside.server.evictions")).isEqualTo(4);
      metrics.servers(List.of());
      assertThat(registry.find("nearside.server.clients").meters()).isEmpty();
    }
  }

  @Test
  void theGlobalRegistryIsTakenWhereThatIsSaid() {
    io.micrometer.core.instrument.Metrics.addRegistry(registry);
    try (CacheManager manager = Nearside.builder().set("metrics.registry", "global").build()) {
      manager.createCache("orders", new MutableConfiguration<>()).put("a", "1");
      assertThat(counter("cache.puts")).isEqualTo(1);
    } finally {
      io.micrometer.core.instrument.Metrics.removeRegistry(registry);
    }
  }
}
