package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearside.Beans;
import io.nearside.Nearside;
import java.io.Closeable;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | names a class that the manager's class loader can't load: none",
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
