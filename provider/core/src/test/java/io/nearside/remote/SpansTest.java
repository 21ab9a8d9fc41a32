package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.nearside.Nearside;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spans that OpenTelemetry gets of caches over Redis. */
@Timeout(120)
@Tag("any-jdk")
class SpansTest {
  private static final String SECRET = "s3cretKey";
  private static final InMemorySpanExporter EXPORTER = InMemorySpanExporter.create();

  private static final AttributeKey<String> CACHE = AttributeKey.stringKey("nearside.cache");

  private static RedisServer server;
  private static CacheManager manager;

  @BeforeAll
  static void start() throws Exception {
    server = RedisServer.start();
    manager =
        Nearside.builder()
            .address(server.address())
            .namespace("s" + UUID.randomUUID())
            .set("remote.timeout", "2s")
            .observationRegistry(registry())
            .build();
    Cache<String, String> first =
        manager.createCache("first", configuration(Topology.REMOTE).build());
    await()
        .ignoreExceptions()
        .untilAsserted(() -> {
          first.put("k", "v"); // connects, and learns the server's clock
          assertThat(first.get("k")).isEqualTo("v");
        });
  }

  private static ObservationRegistry registry() {
    SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(EXPORTER)).build();
    OtelTracer tracer =
        new OtelTracer(provider.get("test"), new OtelCurrentTraceContext(), event -> {});
    ObservationRegistry registry = ObservationRegistry.create();
    registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
    return registry;
  }

  @AfterAll
  static void stop() throws Exception {
    manager.close();
    server.close();
  }

  @BeforeEach
  void forget() {
    EXPORTER.reset();
  }

  private static NearsideConfigurationBuilder<String, String> configuration(Topology topology) {
    return NearsideConfiguration.builder(String.class, String.class)
        .topology(topology)
        .timeToLive(Duration.ofHours(1));
  }

  private static Cache<String, String> loading(String name, Topology topology) {
    return manager.createCache(
        name, configuration(topology).loader(MetersTest.Loader::new).build());
  }

  /** Of operations on the cache, and their parts. */
  private static List<SpanData> spans(String cache) {
    List<SpanData> all = EXPORTER.getFinishedSpanItems();
    List<String> wholes =
        all.stream()
            .filter(span -> cache.equals(span.getAttributes().get(CACHE)))
            .map(SpanData::getSpanId)
            .toList();
    return all.stream()
        .filter(
            span -> wholes.contains(span.getSpanId()) || wholes.contains(span.getParentSpanId()))
        .toList();
  }

  private static SpanData root(String cache) {
    return spans(cache).stream()
        .filter(span -> span.getName().startsWith("nearside operation"))
        .reduce((one, other) -> {
          throw new AssertionError("two operations: " + one + other);
        })
        .orElseThrow();
  }

  private static List<String> children(SpanData parent) {
    return EXPORTER.getFinishedSpanItems().stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
        .map(SpanData::getName)
        .toList();
  }

  @Test
  void aReadThroughMissIsOneSpanWithItsParts() {
    Cache<String, String> cache = loading("loading", Topology.REMOTE);
    cache.get(SECRET + "warm");
    EXPORTER.reset();
    cache.get(SECRET);
    SpanData root = root("loading");
    assertThat(children(root))
        .contains(
            "nearside network read-or-reserve",
            "nearside loader load",
            "nearside codec encode",
            "nearside network fill");
    EXPORTER.reset();
    cache.get(SECRET);
    assertThat(children(root("loading")))
        .containsExactlyInAnyOrder("nearside network read-or-reserve", "nearside codec decode");
    assertThat(EXPORTER.getFinishedSpanItems().toString()).doesNotContain(SECRET);
  }

  @Test
  void aPutIsOneSpan() {
    Cache<String, String> cache =
        manager.createCache("plain", configuration(Topology.REMOTE).build());
    cache.put(SECRET, "value");
    EXPORTER.reset();
    cache.put(SECRET, "other");
    assertThat(root("plain").getName()).isEqualTo("nearside operation change");
    assertThat(children(root("plain")))
        .containsExactlyInAnyOrder("nearside codec encode", "nearside network change");
  }

  @Test
  void aHitOfACopyIsNone() {
    Cache<String, String> cache =
        manager.createCache("copied", configuration(Topology.TWO_TIER).build());
    cache.put(SECRET, "value");
    await()
        .until(() -> {
          EXPORTER.reset();
          cache.get(SECRET);
          return spans("copied").isEmpty();
        });
  }

  @Test
  void aFailureShowsByItsClassOnly() {
    Cache<String, String> cache = loading("failing", Topology.REMOTE);
    assertThatThrownBy(() -> cache.get("bad" + SECRET)).isInstanceOf(CacheLoaderException.class);
    SpanData loader =
        spans("failing").stream()
            .filter(span -> span.getName().equals("nearside loader load"))
            .findFirst()
            .orElseThrow();
    assertThat(loader.getStatus()).isNotEqualTo(StatusData.unset());
    assertThat(EXPORTER.getFinishedSpanItems().toString()).doesNotContain(SECRET);
  }

  @Test
  void readsThatWaitForTheirBatchShowTheirWaiting() throws Exception {
    Cache<String, String> cache =
        manager.createCache("busy", configuration(Topology.REMOTE).build());
    cache.put("k", "v");
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      await()
          .until(() -> {
            List<Future<String>> reads =
                IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> cache.get("k")))
                    .toList();
            for (Future<String> read : reads) {
              read.get();
            }
            return spans("busy").stream()
                .anyMatch(span -> span.getName().equals("nearside queue batch"));
          });
    } finally {
      threads.shutdownNow();
    }
  }
}
