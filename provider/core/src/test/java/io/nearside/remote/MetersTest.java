package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.Nearside;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The meters that a registry shows of caches of each topology. */
@Timeout(120)
@org.junit.jupiter.api.Tag("any-jdk")
class MetersTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "../../docs/features/metrics.md");
  private static final String SECRET = "s3cretKey";

  private static final PrometheusMeterRegistry REGISTRY =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private static final List<String> REFUSED = new CopyOnWriteArrayList<>();
  private static final String NAMESPACE = "m" + UUID.randomUUID();

  private static RedisServer server;
  private static CacheManager manager;

  /** Loads all but what is called bad. */
  static final class Loader implements CacheLoader<String, String> {
    @Override
    public String load(String key) {
      if (key.startsWith("bad")) {
        throw new CacheLoaderException("no " + key.length());
      }
      return "loaded " + key;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }

  /** Takes whatever comes. */
  static final class Writer implements CacheWriter<String, String> {
    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {}

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {}

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }

  @BeforeAll
  static void start() throws Exception {
    REGISTRY.config().onMeterRegistrationFailed((id, why) -> REFUSED.add(id + ": " + why));
    server = RedisServer.start();
    manager = node(REGISTRY);
    use(manager.createCache("near", configuration(Topology.LOCAL).loader(Loader::new).build()));
    use(manager.createCache("far", configuration(Topology.REMOTE).loader(Loader::new).build()));
    use(manager.createCache("both", configuration(Topology.TWO_TIER).loader(Loader::new).build()));
    use(
        manager.createCache(
            "behind",
            configuration(Topology.TWO_TIER)
                .loader(Loader::new)
                .writer(Writer::new)
                .writeBehind(queue -> queue.flushInterval(Duration.ofMillis(50)))
                .build()));
  }

  private static CacheManager node(Object registry) {
    return Nearside.builder()
        .address(server.address())
        .namespace(NAMESPACE)
        .set("remote.timeout", "2s")
        .set("metrics.server", "1s")
        .meterRegistry(registry)
        .build();
  }

  private static NearsideConfigurationBuilder<String, String> configuration(Topology topology) {
    return NearsideConfiguration.builder(String.class, String.class)
        .topology(topology)
        .timeToLive(Duration.ofHours(1));
  }

  private static void use(Cache<String, String> cache) {
    for (int i = 0; i < 500; i++) {
      cache.put(SECRET + i % 10, "value");
      cache.get(SECRET + i % 10);
    }
    for (int i = 0; i < 100; i++) {
      cache.get(SECRET + "loaded");
    }
    cache.remove(SECRET + 1);
    try {
      cache.get("bad" + SECRET);
    } catch (CacheLoaderException e) {
      // counted
    }
  }

  @AfterAll
  static void stop() throws Exception {
    manager.close();
    server.close();
  }

  private static double value(String name, String... tags) {
    Meter meter = REGISTRY.get(name).tags(tags).meter();
    return meter.measure().iterator().next().getValue();
  }

  @Test
  void thePageAndTheRegistryHaveTheSameMeters() throws IOException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !REGISTRY.find("nearside.server.memory.used").meters().isEmpty());
    Map<String, Set<String>> shown = new TreeMap<>();
    for (Meter meter : REGISTRY.getMeters()) {
      Meter.Id id = meter.getId();
      String row =
          id.getName()
              + " "
              + kind(id.getType())
              + " "
              + (id.getBaseUnit() == null ? "" : id.getBaseUnit());
      shown.computeIfAbsent(row, absent -> new TreeSet<>()).addAll(tags(id.getTags()));
    }
    Map<String, Set<String>> documented = documented();
    // no call of this test has to wait
    documented.keySet().removeIf(row -> row.startsWith("nearside.remote.queue "));
    shown.keySet().removeIf(row -> row.startsWith("nearside.remote.queue "));
    assertThat(shown).isEqualTo(documented);
  }

  private static String kind(Meter.Type type) {
    return type.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** With the values of those that have one of a few. */
  private static Set<String> tags(List<Tag> tags) {
    return tags.stream()
        .map(tag ->
            Set.of("cache", "cache.manager", "name", "server", "call").contains(tag.getKey())
                ? tag.getKey()
                : tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.toSet());
  }

  private static Map<String, Set<String>> documented() throws IOException {
    Map<String, Set<String>> meters = new TreeMap<>();
    Files.readAllLines(PAGE).stream()
        .filter(line -> line.matches("\\| `(cache|nearside)\\.(?!step).*"))
        .map(line -> line.split("\\|"))
        .forEach(cells -> {
          Set<String> tags = new TreeSet<>();
          for (String tag : cells[4].split(", (?=`)")) {
            String[] parts = tag.strip().split(" \\(");
            String name = parts[0].replace("`", "");
            if (parts.length == 1 || name.equals("call")) {
              tags.add(name);
            } else {
              Arrays.stream(parts[1].replace(")", "").split(", "))
                  .forEach(value -> tags.add(name + "=" + value));
            }
          }
          meters.put(
              cells[1].strip().replace("`", "") + " " + cells[2].strip() + " " + cells[3].strip(),
              tags);
        });
    return meters;
  }

  @Test
  void aScrapeHoldsEachMeterByItsNameAndUnit() {
    assertThat(REFUSED).isEmpty();
    assertThat(REGISTRY.scrape())
        .contains(
            "cache_gets_total{",
            "cache_evictions_total{cache=\"near\"",
            "nearside_operations_seconds_bucket{cache=\"both\"",
            "nearside_loads_seconds_count{",
            "nearside_entry_bytes_total{",
            "nearside_write_lag_seconds{",
            "nearside_coherence_proof_age_seconds{",
            "nearside_breakers{",
            "nearside_remote_calls_seconds_count{")
        .doesNotContain(SECRET);
  }

  @Test
  void theFiguresAreThoseOfWhatWasDone() {
    assertThat(value("cache.puts", "cache", "far")).isEqualTo(500);
    assertThat(value("cache.gets", "cache", "far", "result", "hit")).isEqualTo(599);
    assertThat(value("cache.gets", "cache", "far", "result", "miss")).isEqualTo(2);
    assertThat(value("nearside.hits", "cache", "far", "tier", "remote")).isEqualTo(599);
    await() // until copies are proved fresh for the first time
        .until(() -> {
          manager.getCache("both").get(SECRET + "loaded");
          return value("nearside.hits", "cache", "both", "tier", "local") > 0;
        });
    assertThat(value("nearside.loads", "cache", "far", "result", "ok")).isEqualTo(1);
    assertThat(value("nearside.loads", "cache", "far", "result", "failed")).isEqualTo(1);
    assertThat(value("nearside.entry.bytes", "cache", "far", "direction", "in")).isPositive();
    assertThat(value("nearside.entry.bytes", "cache", "far", "direction", "out"))
        .isBetween(501.0 * 5, 501.0 * 100);
    assertThat(value("nearside.invalidations", "cache", "both", "direction", "sent"))
        .isBetween(501.0, 502.0);
    assertThat(value("nearside.codec", "cache", "far", "operation", "encode")).isBetween(1.0, 10.0);
    assertThat(value("nearside.breakers", "state", "closed")).isEqualTo(1);
    assertThat(value("nearside.breakers", "state", "open")).isZero();
    assertThat(value("nearside.remote.connections.max")).isEqualTo(16);
    assertThat(value("nearside.remote.connections", "state", "used")).isBetween(0.0, 16.0);
    assertThat(value("nearside.coherence.proof.age")).isBetween(0.0, 30.0);
    assertThat(value("nearside.remote.calls", "call", "change", "result", "ok")).isPositive();
    assertThat(value("cache.size", "cache", "near")).isEqualTo(10);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            value("nearside.writes", "cache", "behind", "result", "written") > 0
                && value("nearside.write.depth", "cache", "behind") == 0);
    assertThat(value("nearside.write.parked", "cache", "behind")).isZero();
  }

  @Test
  void oneNodeOfANamespaceAsksTheServer() {
    PrometheusMeterRegistry other = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !REGISTRY.find("nearside.server.memory.used").meters().isEmpty());
    try (CacheManager second = node(other)) {
      Cache<String, String> cache =
          second.createCache("far", configuration(Topology.REMOTE).build());
      cache.put("a", "1");
      assertThat(value("nearside.server.memory.used")).isGreaterThan(100_000);
      assertThat(value("nearside.server.clients")).isPositive();
      assertThat(other.find("nearside.server.memory.used").meters()).isEmpty();
    }
    assertThat(other.getMeters()).isEmpty();
  }
}
