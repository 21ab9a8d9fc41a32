package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import io.nearside.spi.NearsideCachingProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

@Tag("any-jdk")
class AutoConfigurationTest {

  private static Map<String, String> read(String yaml) throws IOException {
    Map<String, String> read = new HashMap<>();
    settings(yaml).forEach(read::put);
    return read;
  }

  private static SpringSettings settings(String yaml) throws IOException {
    StandardEnvironment environment = new StandardEnvironment();
    List<PropertySource<?>> sources =
        new YamlPropertySourceLoader().load("application", new ByteArrayResource(yaml.getBytes()));
    sources.forEach(source -> environment.getPropertySources().addLast(source));
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("nearer", Map.of("nearside.remote.timeout", "2s")));
    return SpringSettings.of(environment);
  }

  @Test
  void theManagersOfJCacheAndSpringHaveTheSameCaches() {
    Runs.products()
        .withPropertyValues("nearside.caches.products.time-to-live=5m")
        .run(context -> {
          var manager = context.getBean(javax.cache.CacheManager.class);
          assertThat(manager.getCachingProvider()).isInstanceOf(NearsideCachingProvider.class);
          var spring = context.getBean(CacheManager.class);
          spring.getCache("products").put(1L, "tea");
          spring.getCache("made").put(1L, "milk");
          assertThat(manager.getCache("products").get(1L)).isEqualTo("tea");
          assertThat(manager.getCache("made").get(1L)).isEqualTo("milk");
          assertThat(spring.getCacheNames()).containsExactlyInAnyOrder("products", "made");
          assertThat(spring.getCache("products")).isSameAs(spring.getCache("products"));
          assertThat(minutes(manager, "products")).isEqualTo(5);
          assertThat(minutes(manager, "made")).isEqualTo(60);
          manager.destroyCache("made");
          assertThat(spring.getCache("made").get(1L)).isNull();
        });
  }

  static class Prices implements NearsideLoader<Long, String> {
    @Override
    public String load(Long key, LoadContext context) {
      return "price of " + key;
    }
  }

  @Test
  void loadersMayBeBeansByTheirNameOrClass() {
    Runs.products()
        .withBean("prices", Prices.class)
        .withPropertyValues(
            "nearside.caches.named.loader=prices",
            "nearside.caches.of-class.loader=" + Prices.class.getName())
        .run(context -> {
          var manager = context.getBean(javax.cache.CacheManager.class);
          for (String cache : List.of("named", "of-class")) {
            assertThat(manager.getCache(cache).get(7L)).isEqualTo("price of 7");
          }
        });
    Runs.products()
        .withPropertyValues("nearside.caches.named.loader=products")
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining(
                    "loader must be a javax.cache.integration.CacheLoader, was the bean"));
  }

  /** Writes as long as it is open. */
  static class Sink implements CacheWriter<Long, String>, AutoCloseable {
    private final Map<Long, String> written = new ConcurrentHashMap<>();
    private boolean closed;

    @Override
    public void write(Cache.Entry<? extends Long, ? extends String> entry) {
      assertThat(closed).isFalse();
      written.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Long, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}

    @Override
    public void close() {
      closed = true;
    }
  }

  /** A bean that is made after the manager would be destroyed before it. */
  @ParameterizedTest
  @ValueSource(strings = {"order-sink", "io.nearside.spring.AutoConfigurationTest$Sink"})
  void theManagerIsClosedBeforeTheBeansItUses(String writer) {
    Sink sink = new Sink();
    Runs.products()
        .withBean("order-sink", Sink.class, () -> sink, bean -> bean.setLazyInit(true))
        .withPropertyValues(
            "nearside.caches[orders-*].writer=" + writer,
            "nearside.caches[orders-*].write-behind.flush-interval=1h")
        .run(context -> {
          var spring = context.getBean(CacheManager.class);
          for (long id = 0; id < 100; id++) {
            spring.getCache("orders-" + id % 2).put(id, "order " + id);
          }
          assertThat(sink.written).isEmpty();
        });
    assertThat(sink.closed).isTrue();
    assertThat(sink.written).hasSize(100);
  }

  static class Circle extends Prices {
    Circle(javax.cache.CacheManager manager) {
      assertThat(manager).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @ExtendWith(OutputCaptureExtension.class)
  void aLoaderThatNeedsTheManagerIsRefused(boolean lazy, CapturedOutput output) {
    SpringApplication application = new SpringApplication(NearsideAutoConfiguration.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.addInitializers(context ->
        ((GenericApplicationContext) context)
            .registerBean("circle", Circle.class, bean -> bean.setLazyInit(lazy)));
    assertThatThrownBy(() -> application.run("--nearside.caches.prices.loader=circle"))
        .hasStackTraceContaining("BadSettingsException");
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains(
            "property nearside.caches.prices.loader: cache \"prices\": loader can't be had from the"
                + " framework: the bean circle failed with"
                + " org.springframework.beans.factory.BeanCurrentlyInCreationException: ")
        .contains("Correct that setting");
    List<FailureAnalyzer> asked = Arrays.asList(e -> null, new BadSettingsAnalyzer());
    AnnotationAwareOrderComparator.sort(asked);
    assertThat(asked.get(0)).isInstanceOf(BadSettingsAnalyzer.class);
  }

  private static long minutes(javax.cache.CacheManager manager, String cache) {
    return manager
                .getCache(cache)
                .getConfiguration(CompleteConfiguration.class)
                .getExpiryPolicyFactory()
                .create()
            instanceof javax.cache.expiry.ExpiryPolicy policy
        ? policy
            .getExpiryForCreation()
            .getTimeUnit()
            .toMinutes(policy.getExpiryForCreation().getDurationAmount())
        : -1;
  }

  @Test
  void namesMayBeWrittenInAnyWayOfSpring() throws IOException {
    assertThat(
            read(
                """
                nearside:
                  remote: { timeout: 1s, circuit-breaker: { minimum_calls: 30 } }
                  spring: { transaction-aware: false }
                  defaults:
                    TimeToLive: ${life:30m}
                    allowed-types: [ "com.shop.*", "com.Money" ]
                  caches:
                    products: { time-to-live: 5m, local: { maximumSize: 10_000 } }
                    "[com.shop.Product##NaturalId]": { eternal: true }
                    "[billing.local]": { time-to-live: 1m }
                    "[hibernate.*]": { statistics: true }
                """))
        .isEqualTo(
            Map.of(
                "remote.timeout", "2s",
                "remote.circuitBreaker.minimumCalls", "30",
                "defaults.timeToLive", "30m",
                "defaults.allowedTypes", "com.shop.*,com.Money",
                "caches.products.timeToLive", "5m",
                "caches.products.local.maximumSize", "10000",
                "caches.\"com.shop.Product##NaturalId\".eternal", "true",
                "caches.\"billing.local\".timeToLive", "1m",
                "caches.\"hibernate.*\".statistics", "true"));
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() throws IOException {
    SpringSettings settings =
        settings("nearside:\n  defaults:\n    time-to-live: soon\n  namespase: x\n");
    assertThat(settings.origin("property nearside.defaults.timeToLive: defaults: must be"))
        .hasToString("Byte array resource [resource loaded from byte array] - 3:19");
    Runs.runner()
        .withPropertyValues("nearside.namespase=shop")
        .run(context -> {
          var failure = context.getStartupFailure();
          var analysis = new BadSettingsAnalyzer().analyze(failure);
          assertThat(analysis.getDescription())
              .isEqualTo(
                  "property nearside.namespase: unknown name, did you mean \"nearside.namespace\"?");
          assertThat(analysis.getAction()).isEqualTo("Correct that setting.");
        });
  }

  @Test
  void whoHasChosenAnotherCacheHasChosen() {
    Runs.products()
        .withPropertyValues("spring.cache.type=simple")
        .run(context ->
            assertThat(context.getBean(CacheManager.class))
                .isInstanceOf(ConcurrentMapCacheManager.class));
    Runs.products()
        .withBean(CacheManager.class, ConcurrentMapCacheManager::new)
        .run(context -> {
          assertThat(context).hasSingleBean(CacheManager.class);
          assertThat(context).hasSingleBean(javax.cache.CacheManager.class);
        });
    Runs.products()
        .withPropertyValues("nearside.spring.enabled=false", "spring.cache.type=simple")
        .run(context -> assertThat(context).doesNotHaveBean(javax.cache.CacheManager.class));
  }

  @Test
  void namesThatAreListedAreAllThereIs() {
    Runs.products()
        .withPropertyValues("spring.cache.cache-names=products, later")
        .run(context -> {
          CacheManager manager = context.getBean(CacheManager.class);
          assertThat(manager.getCacheNames()).containsExactlyInAnyOrder("products", "later");
          assertThat(manager.getCache("other")).isNull();
          assertThat(context.getBean(javax.cache.CacheManager.class).getCacheNames())
              .containsExactlyInAnyOrder("products", "later");
        });
  }

  @Test
  void contextsDoNotMeetAndCloseTheirManager() {
    Runs.products()
        .withPropertyValues("spring.application.name=My shop")
        .run(one ->
            Runs.products()
                .withPropertyValues("spring.application.name=My shop")
                .run(two -> {
                  var first = one.getBean(javax.cache.CacheManager.class);
                  var second = two.getBean(javax.cache.CacheManager.class);
                  assertThat(first.getURI()).isNotEqualTo(second.getURI());
                  assertThat(first.getProperties())
                      .containsEntry("nearside.application.name", "My-shop");
                  ((ConfigurableApplicationContext) two.getSourceApplicationContext()).close();
                  assertThat(second.isClosed()).isTrue();
                  assertThat(first.isClosed()).isFalse();
                }));
  }

  @Test
  void customizersHaveTheLastWord() {
    NearsideCustomizer customizer = manager -> manager.set("defaults.timeToLive", "7m");
    Runs.products()
        .withBean(NearsideCustomizer.class, () -> customizer)
        .run(context -> {
          context.getBean(CacheManager.class).getCache("products");
          assertThat(minutes(context.getBean(javax.cache.CacheManager.class), "products"))
              .isEqualTo(7);
        });
  }

  @Test
  void twoCopiesOfRedissonAreNamed(@TempDir Path folder) throws IOException {
    Path copy = folder.resolve("org/redisson/Redisson.class");
    Files.createDirectories(copy.getParent());
    Files.write(copy, new byte[0]);
    URL[] more = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(more, getClass().getClassLoader())) {
      Runs.runner()
          .withClassLoader(loader)
          .run(context ->
              assertThat(
                      new BadSettingsAnalyzer()
                          .analyze(context.getStartupFailure())
                          .getDescription())
                  .startsWith("Redisson is on the class path 2 times: ")
                  .contains("redisson-4", folder.getFileName().toString()));
    }
  }
}
