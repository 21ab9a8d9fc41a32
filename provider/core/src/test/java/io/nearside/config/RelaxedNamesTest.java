package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("any-jdk")
class RelaxedNamesTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "nearside.namespace, nearside.namespace",
        "nearside.remote.circuit-breaker.minimum_calls, nearside.remote.circuitBreaker.minimumCalls",
        "nearside.defaults.TIME-TO-LIVE, nearside.defaults.timeToLive",
        "nearside.caches.My-Products.time-to-live, nearside.caches.My-Products.timeToLive",
        "nearside.caches.a.b.local.maximum-size, nearside.caches.a.b.local.maximumSize",
        "nearside.caches.\"a.local\".time-to-live, nearside.caches.\"a.local\".timeToLive",
        "nearside.caches.products.time-to-life, nearside.caches.products.time-to-life",
        "nearside.time-to-live, nearside.time-to-live",
        "server.port, server.port",
      })
  void namesAreFoundHoweverTheyAreWritten(String written, String meant) {
    assertThat(PropertyNames.canonical(written)).isEqualTo(meant);
  }

  @Test
  void whatAFrameworkKnowsOfTheApplicationIsHeededLast() {
    Given given =
        Given.file(
                "remote: { address: redis://127.0.0.1 }",
                "caches: { products: { allowedTypes: [ com.Money ] } }")
            .property("nearside.application.name", "shop")
            .property("nearside.application.packages", "com.shop.**,profile:spring");
    ManagerConfiguration configuration = given.load();
    assertThat(configuration.namespace()).isEqualTo("shop");
    assertThat(configuration.remote().namespace()).isEqualTo("shop");
    assertThat(configuration.declared("products").remote().allowedTypes())
        .containsExactly("com.Money", "com.shop.**", "profile:spring");
    assertThat(given.property("nearside.namespace", "own").load().remote().namespace())
        .isEqualTo("own");
  }

  @Test
  void whatIsSaidToAFrameworkIsLeftAlone() {
    Given.nothing()
        .property("nearside.spring.tracing", "true")
        .systemProperty("nearside.spring.tracing", "true")
        .variable("NEARSIDE_SPRING_TRACING", "true")
        .load();
    assertThatThrownBy(() -> Given.nothing().property("nearside.sprung", "true").load())
        .hasMessageContaining("unknown name");
  }
}
