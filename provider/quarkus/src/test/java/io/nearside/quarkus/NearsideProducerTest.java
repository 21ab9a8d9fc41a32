package io.nearside.quarkus;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class NearsideProducerTest {
  private static final Config CONFIG =
      new SmallRyeConfigBuilder()
          .withDefaultValue("nearside.caches.products.loader", "price-loader")
          .build();

  private static final String FAILED =
      "cache \"products\": loader can't be had from the framework: the bean price-loader failed with ";

  private final NearsideProducer producer = new NearsideProducer();

  /** No container lets a test start an application that can't start. */
  @Test
  void aLoaderThatNeedsTheManagerIsRefused() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(this::open)
        .withMessageContaining(
            FAILED + "java.lang.IllegalStateException: a loader or writer needs the cache manager");
    assertThatExceptionOfType(CacheException.class).as("each time").isThrownBy(this::open);
  }

  @Test
  void aLoaderThatCanNotBeMadeIsNamed() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() ->
            open(() -> {
              throw new IllegalArgumentException("no such table");
            }))
        .withMessageContaining(FAILED + "java.lang.IllegalArgumentException: no such table");
  }

  /** As the manager is made before the application's own start, nothing of that runs then. */
  @Test
  void whatIsUnknownIsRefusedInTheLibrarysWords() {
    Config config =
        new SmallRyeConfigBuilder()
            .withDefaultValue("nearside.caches.products.time-to-live", "1h")
            .build();
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> open(config, List.of()))
        .withMessageContaining("property nearside.caches.products.time-to-live")
        .withMessageContaining("did you mean \"timeToLive\"?");
  }

  private Object open() {
    return open(this::open);
  }

  private Object open(Supplier<Object> loader) {
    return open(CONFIG, List.of(handle(loader)));
  }

  private Object open(Config config, List<Instance.Handle<?>> loaders) {
    Instance<?> none = all(List.of());
    return producer.manager(config, cast(all(loaders)), cast(none), cast(none), cast(none));
  }

  private static Instance.Handle<?> handle(Supplier<Object> bean) {
    return fake(Instance.Handle.class, Map.of("get", bean));
  }

  private static Instance<?> all(List<Instance.Handle<?>> handles) {
    Instance<?>[] itself = new Instance<?>[1];
    itself[0] = fake(Instance.class, Map.of("select", () -> itself[0], "handles", () -> handles));
    return itself[0];
  }

  private static <T> T fake(Class<T> type, Map<String, Supplier<Object>> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                answers.getOrDefault(method.getName(), () -> null).get()));
  }

  @SuppressWarnings("unchecked")
  private static <T> Instance<T> cast(Instance<?> instance) {
    return (Instance<T>) instance;
  }
}
