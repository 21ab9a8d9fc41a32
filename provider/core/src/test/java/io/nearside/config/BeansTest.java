package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearside.Beans;
import io.nearside.Nearside;
import io.nearside.NearsideCache;
import io.nearside.Operations;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loaders and writers of a framework, by the names of settings. */
@Tag("any-jdk")
class BeansTest {

  static final class Source extends Products.Loader implements Closeable {
    boolean closed;

    @Override
    public String load(Long key) {
      return "bean " + key;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final Beans WRONG =
      (name, type) -> {
        if (name.equals("several")) {
          throw new IllegalArgumentException("is the class of several beans: one, two");
        }
        return name.equals("text") ? "text" : null;
      };

  private static CacheManager manager(Beans beans, String setting, String name) {
    return Nearside.builder().beans(beans).set("caches.products." + setting, name).build();
  }

  @Test
  void aBeanIsTheLoaderAndStaysOpen() {
    Map<String, Source> beans = Map.of("source", new Source());
    try (CacheManager manager = manager((name, type) -> beans.get(name), "loader", "source")) {
      Cache<Long, String> products = manager.getCache("products");
      assertThat(products.get(1L)).as("implies read-through").isEqualTo("bean 1");
    }
    assertThat(beans.get("source").closed).isFalse();
  }

  @Test
  void theTypeThatIsWantedIsTold() {
    Products.Writer bean = new Products.Writer();
    Beans beans = (name, type) -> type.isInstance(bean) ? bean : null;
    try (CacheManager manager = manager(beans, "writer", "sink")) {
      assertThat(manager.getCache("products")).isNotNull();
    }
  }

  @Test
  void whatIsNoBeanIsAClass() {
    String name = Products.Loader.class.getName();
    try (CacheManager manager = manager((n, type) -> null, "loader", name)) {
      Cache<Long, String> products = manager.getCache("products");
      assertThat(products.get(1L)).isEqualTo("1");
    }
  }

  /** Frameworks have their own rules for names. */
  @ParameterizedTest
  @ValueSource(strings = {"price-loader", "prices.v2", "2nd", "com.shop.Prices#0"})
  void namesOfBeansAreNotThoseOfClasses(String name) {
    Map<String, Source> beans = Map.of(name, new Source());
    try (CacheManager manager = manager((n, type) -> beans.get(n), "loader", name)) {
      assertThat(manager.<Long, String>getCache("products").get(1L)).isEqualTo("bean 1");
    }
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Nearside.builder().set("caches.products.loader", name).build())
        .withMessage(
            "property nearside.caches.products.loader: cache \"products\": loader names a class"
                + " that the manager's class loader can't load: "
                + name);
  }

  @Test
  void eachSettingsBeanIsLookedForOnce() {
    List<String> asked = new ArrayList<>();
    Source source = new Source();
    Beans beans =
        (name, type) -> {
          asked.add(name);
          return name.equals("source") ? source : null;
        };
    try (CacheManager manager =
        Nearside.builder()
            .beans(beans)
            .set("caches.products.loader", "source")
            .set("caches.products.writer", Products.Writer.class.getName())
            .build()) {
      NearsideCache<?, ?> products = manager.getCache("products").unwrap(NearsideCache.class);
      products.operations().set("timeToLive", "1m", Operations.Scope.NODE, "test");
      products.operations().set("timeToLive", null, Operations.Scope.NODE, "test");
      assertThat(asked).containsExactly("source", Products.Writer.class.getName());
    }
  }

  @Test
  void whyABeanCanNotBeHadIsToldWithItsSetting() {
    IllegalStateException failure =
        new IllegalStateException(
            "can't make price-loader", new UnsupportedOperationException("it needs the manager"));
    Beans beans =
        (name, type) -> {
          throw failure;
        };
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> manager(beans, "loader", "price-loader"))
        .withMessage(
            "property nearside.caches.products.loader: cache \"products\": loader can't be had from"
                + " the framework: the bean price-loader failed with"
                + " java.lang.UnsupportedOperationException: it needs the manager")
        .withCause(failure);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | names neither a bean nor a class that the manager's class loader can load: none",
        "text | must be a javax.cache.integration.CacheLoader, was the bean text of"
            + " java.lang.String",
        "several | is the class of several beans: one, two"
      })
  void whatCanNotBeTheLoaderIsRefused(String name, String problem) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> manager(WRONG, "loader", name))
        .withMessage(
            "property nearside.caches.products.loader: cache \"products\": loader " + problem);
  }
}
