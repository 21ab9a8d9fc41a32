package io.nearside.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.context.exceptions.BeanInstantiationException;
import io.nearside.LoadContext;
import io.nearside.Nearside;
import io.nearside.NearsideLoader;
import io.nearside.NearsideManager;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
class NearsideFactoryTest {

  @Test
  void theConfigurationMakesTheManagerAndTheContextClosesIt() {
    CacheManager manager;
    try (ApplicationContext context = ApplicationContext.run("shop")) {
      manager = context.getBean(CacheManager.class);
      assertThat(manager).isSameAs(context.getBean(NearsideManager.class));
      assertThat(manager.getClassLoader()).isSameAs(context.getClassLoader());
      assertThat(manager.getCacheNames()).containsExactlyInAnyOrder("products", "prices.of-today");
      assertThat(manager.getProperties())
          .containsEntry("nearside.application.name", "shop")
          .containsEntry("nearside.defaults.timeToLive", "1h")
          .containsEntry("nearside.defaults.allowedTypes", "com.shop.Product,com.shop.model.*");
    }
    assertThat(manager.isClosed()).isTrue();
  }

  @Test
  void theNearestSourceDecides() {
    Map<String, Object> nearest =
        Map.of("nearside.namespace", "other", "nearside.defaults.timeToLive", "2h");
    try (ApplicationContext context = ApplicationContext.run(nearest, "shop")) {
      assertThat(context.getBean(CacheManager.class).getProperties())
          .containsEntry("nearside.namespace", "other")
          .containsEntry("nearside.defaults.timeToLive", "2h");
    }
  }

  @Singleton
  @Named("prices")
  @Requires(property = "nearside.caches.named.loader")
  static class Prices implements NearsideLoader<Long, String> {
    private final ApplicationContext context;

    Prices(ApplicationContext context) {
      this.context = context;
    }

    @Override
    public String load(Long key, LoadContext load) {
      return context.getRequiredProperty("currency", String.class) + key;
    }
  }

  @Test
  void loadersMayBeBeansByTheirNameOrClass() {
    Map<String, Object> settings =
        Map.of(
            "currency",
            "EUR",
            "nearside.caches.named.loader",
            "prices",
            "nearside.caches.of-class.loader",
            Prices.class.getName());
    try (ApplicationContext context = ApplicationContext.run(settings)) {
      CacheManager manager = context.getBean(CacheManager.class);
      for (String cache : manager.getCacheNames()) {
        assertThat(manager.<Long, String>getCache(cache).get(7L)).isEqualTo("EUR7");
      }
    }
    assertThatThrownBy(
            () -> ApplicationContext.run(Map.of("nearside.caches.none.loader", "prices")).close())
        .rootCause()
        .hasMessageContaining("prices");
  }

  interface Link {}

  @Singleton
  @Named("first")
  @Requires(property = "nearside.caches.orders.writer")
  static class First implements Link {}

  /**
   * Writes as long as it is open. Micronaut destroys first what needs another of its kind, as
   * decorators do.
   */
  @Singleton
  @Named("order-sink")
  @Requires(property = "nearside.caches.orders.writer")
  static class Sink implements Link, CacheWriter<Long, String> {
    private final Map<Long, String> written = new ConcurrentHashMap<>();
    private boolean closed;

    Sink(@Named("first") Link decorated) {
      assertThat(decorated).isNotNull();
    }

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

    @PreDestroy
    void close() {
      closed = true;
    }
  }

  /** Uses a cache until the end. */
  @Singleton
  @Requires(property = "nearside.caches.orders.writer")
  static class Last implements ApplicationEventListener<ShutdownEvent> {
    private final CacheManager manager;

    Last(CacheManager manager) {
      this.manager = manager;
    }

    @Override
    public void onApplicationEvent(ShutdownEvent event) {
      manager.<Long, String>getCache("orders").put(-1L, "last");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"order-sink", "io.nearside.micronaut.NearsideFactoryTest$Sink"})
  void theManagerIsClosedBeforeTheBeansItUses(String writer) {
    Map<String, Object> settings =
        Map.of(
            "nearside.caches.orders.writer",
            writer,
            "nearside.caches.orders.writeBehind.flushInterval",
            "1h");
    Sink sink;
    try (ApplicationContext context = ApplicationContext.run(settings)) {
      sink = context.getBean(Sink.class);
      CacheManager manager = context.getBean(CacheManager.class);
      for (long id = 0; id < 50; id++) {
        manager.<Long, String>getCache("orders").put(id, "order " + id);
      }
      assertThat(sink.written).isEmpty();
    }
    assertThat(sink.closed).isTrue();
    assertThat(sink.written).hasSize(51).containsEntry(-1L, "last");
  }

  @Singleton
  @Named("circle")
  @Requires(property = "nearside.caches.circle.loader")
  static class Circle implements NearsideLoader<Long, String> {
    private final CacheManager manager;

    Circle(CacheManager manager) {
      this.manager = manager;
    }

    @Override
    public String load(Long key, LoadContext load) {
      return manager.getURI() + "#" + key;
    }
  }

  /** It asks for the manager before the manager asks for it. */
  @Context
  @Requires(property = "eager")
  record Eager(Circle circle) {}

  @ParameterizedTest
  @ValueSource(strings = {"nearside.namespace", "eager"})
  void aLoaderThatNeedsTheManagerIsRefused(String setting) {
    Map<String, Object> settings = Map.of("nearside.caches.circle.loader", "circle", setting, "x");
    assertThatThrownBy(() -> ApplicationContext.run(settings).close())
        .isInstanceOf(BeanInstantiationException.class)
        .hasStackTraceContaining(
            "CacheException: property nearside.caches.circle.loader: cache \"circle\": loader can't be"
                + " had from the framework: the bean circle failed with"
                + " java.lang.IllegalStateException: a loader or writer needs the cache manager");
  }

  @Test
  void whatIsUnknownIsRefusedAtTheStartInTheLibrarysWords() {
    Map<String, Object> wrong = Map.of("nearside.caches.products.time-to-live", "1h");
    assertThatThrownBy(() -> ApplicationContext.run(wrong).close())
        .isInstanceOf(BeanInstantiationException.class)
        .rootCause()
        .hasMessageContaining("property nearside.caches.products.time-to-live")
        .hasMessageContaining("did you mean \"timeToLive\"?");
  }

  @Test
  void aFileOfTheLibraryIsReadToo(@TempDir Path directory) throws Exception {
    Files.writeString(
        directory.resolve("nearside.yaml"),
        "namespace: file\ncaches: { orders: { eternal: true } }");
    ClassLoader parent = getClass().getClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, parent);
        ApplicationContext context =
            ApplicationContext.builder("shop").classLoader(loader).start()) {
      CacheManager manager = context.getBean(CacheManager.class);
      assertThat(manager.getCacheNames()).contains("orders", "products");
      assertThat(manager.getProperties())
          .containsEntry("nearside.application.name", "shop")
          .doesNotContainKey("nearside.namespace");
    }
  }

  @Test
  void anApplicationMayHaveAManagerOfItsOwn() {
    try (CacheManager own = Nearside.builder().build();
        ApplicationContext context = ApplicationContext.builder().singletons(own).start()) {
      assertThat(context.getBean(CacheManager.class)).isSameAs(own);
    }
  }

  @Test
  void itsHealthIsShownUnlessSaidOtherwise() {
    try (ApplicationContext context = ApplicationContext.run("shop")) {
      assertThat(context.containsBean(NearsideHealthIndicator.class)).isTrue();
    }
    Map<String, Object> off = Map.of("endpoints.health.nearside.enabled", false);
    try (ApplicationContext context = ApplicationContext.run(off, "shop")) {
      assertThat(context.containsBean(NearsideHealthIndicator.class)).isFalse();
    }
  }

  @Test
  void aCustomizerHasTheLastWord() {
    NearsideCustomizer customizer = manager -> manager.set("defaults.timeToLive", "3h");
    try (ApplicationContext context =
        ApplicationContext.builder("shop").singletons(customizer).start()) {
      assertThat(context.getBean(CacheManager.class).getProperties())
          .containsEntry("nearside.defaults.timeToLive", "3h");
    }
  }
}
