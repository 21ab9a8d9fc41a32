package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplatesTest {
  @ParameterizedTest
  @CsvSource({
    "hibernate.*, hibernate.Product$Part, true",
    "hibernate.*, hibernate., true",
    "hibernate.*, hibernateXProduct, false",
    "*, '', true",
    "*##NaturalId, Product##NaturalId, true",
    "*##NaturalId, Product##NaturalIds, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "a*b*c, aXbYbZc, true",
    "a*b*c, aXcYb, false",
    "'', a, false",
    "[a-z]*, b, false",
  })
  void aPatternMatchesTheWholeName(String pattern, String name, boolean expected) {
    assertThat(NamePattern.matches(pattern, name)).isEqualTo(expected);
  }

  @Test
  @Timeout(5)
  void aHostilePatternTakesNoLongTime() {
    assertThat(NamePattern.matches("a*".repeat(500) + "b", "a".repeat(20_000))).isFalse();
  }

  @Test
  void theFirstMatchCountsAndExactNamesComeFirst() {
    Given given =
        Given.file(
            "caches:",
            "  'shop.*': { timeToLive: 1h, statistics: true }",
            "  '*': { timeToLive: 2h }",
            "  shop.exact: { timeToLive: 3h }");
    assertThat(given.bare("shop.a").expiry().timeToLive()).hasHours(1);
    assertThat(given.bare("other").expiry().timeToLive()).hasHours(2);
    assertThat(given.bare("shop.exact").expiry().timeToLive()).hasHours(3);
    assertThat(given.bare("shop.exact").statisticsEnabled()).isFalse();
  }

  @Test
  void amongPatternsOfPropertiesTheMorePreciseComesFirst() {
    Given given =
        Given.nothing()
            .property("nearside.caches.*.timeToLive", "1h")
            .property("nearside.caches.shop.*.timeToLive", "2h");
    assertThat(given.bare("shop.a").expiry().timeToLive()).hasHours(2);
    assertThat(given.bare("x").expiry().timeToLive()).hasHours(1);
  }

  @Test
  void declaredAreTheExactNamesOfFileAndProperties() {
    Given given =
        Given.file("caches:", "  zebra:", "  'p*': {}", "  apple: { eternal: true }")
            .property("nearside.caches.late.eternal", "true")
            .property("nearside.caches.apple.statistics", "true")
            .systemProperty("nearside.caches.override.eternal", "true");
    assertThat(given.load().declaredCaches()).containsExactly("zebra", "apple", "late");
    assertThat(given.load().declared("apple").statisticsEnabled()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> given.load().declared("pear"))
        .withMessage("cache \"pear\" is not declared");
  }

  @Test
  void aDeclaredCacheHasItsTypesLoaderAndWriter() {
    CacheSettings<?, ?> settings =
        Given.file(
                "caches:",
                "  products:",
                "    keyType: java.lang.Long",
                "    valueType: java.lang.String",
                "    loader: io.nearside.config.Products$Loader",
                "    writer: io.nearside.config.Products$Writer",
                "    expiryPolicy: io.nearside.config.Products$Policy",
                "    storeByValue: false",
                "    events: { maximumQueued: 5 }")
            .load()
            .declared("products");
    assertThat(settings.keyType()).isEqualTo(Long.class);
    assertThat(settings.valueType()).isEqualTo(String.class);
    assertThat(settings.readThrough()).isTrue();
    assertThat(settings.writeThrough()).isTrue();
    assertThat(settings.storeByValue()).isFalse();
    assertThat(settings.maximumQueuedEvents()).isEqualTo(5);
    assertThat(settings.loader().create()).isInstanceOf(Products.Loader.class);
    assertThat(settings.writer().create()).isInstanceOf(Products.Writer.class);
    assertThat(settings.expiry().policy().create()).isInstanceOf(Products.Policy.class);
    assertThat(settings.expiry().jitter()).isEqualTo(JitterSettings.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keyType: com.shop.Missing | keyType names a class that the manager's class loader can't"
            + " load: com.shop.Missing",
        "loader: com.shop.Missing | loader names a class that the manager's class loader can't"
            + " load: com.shop.Missing",
        "loader: java.lang.String | loader must be a javax.cache.integration.CacheLoader, was"
            + " java.lang.String",
        "loader: io.nearside.config.Products$PrivateLoader | loader must be a public class with a"
            + " public constructor without parameters, was"
            + " io.nearside.config.Products$PrivateLoader",
        "expiryPolicy: javax.cache.expiry.ExpiryPolicy | expiryPolicy must be a public class",
        "writer: java.lang.String | writer must be a javax.cache.integration.CacheWriter,",
        "expiryPolicy: java.lang.String | expiryPolicy must be a"
            + " javax.cache.expiry.ExpiryPolicy,",
        "readThrough: true | readThrough needs a loader: give one",
        "writeThrough: true | writeThrough needs a writer: give one",
        "expiry: { maximumLife: 1h } | expiry.maximumLife needs expiry.sliding, which it caps",
      })
  void aDeclaredCacheThatCantBeMadeIsRefused(String setting, String message) {
    ManagerConfiguration configuration =
        Given.file("caches:", "  products:", "    " + setting).load();
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> configuration.declared("products"))
        .withMessageStartingWith("nearside.yaml, line 3: cache \"products\": " + message);
  }

  @Test
  void aConstructorThatFailsIsNamedWithItsCause() {
    var loader =
        Given.file("caches: { a: { loader: io.nearside.config.Products$FailingLoader } }")
            .load()
            .declared("a")
            .loader();
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(loader::create)
        .withMessage("the constructor of io.nearside.config.Products$FailingLoader failed")
        .havingRootCause()
        .withMessage("no database");
  }

  @Test
  void aLoaderOfTheFileIsUsedByCodeThatHasNone() {
    Given given =
        Given.file("caches: { products: { loader: io.nearside.config.Products$Loader } }");
    MutableConfiguration<Long, String> code = new MutableConfiguration<>();
    assertThat(given.load().resolve("products", code).readThrough()).isTrue();
    code.setCacheLoaderFactory(Products.Loader::new);
    CacheSettings<Long, String> own = given.load().resolve("products", code);
    assertThat(own.loader()).isSameAs(code.getCacheLoaderFactory());
    assertThat(own.readThrough()).isFalse();
  }

  @Test
  void adaptiveLifeNeedsBothEndsAndAnOrder() {
    Given missing = Given.file("caches: { a: { expiry: { adaptive: { minimum: 5m } } } }");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> missing.bare("a"))
        .withMessage(
            "cache \"a\": expiry.adaptive.maximum is missing: expiry.adaptive needs a minimum and"
                + " a maximum");
    Given order =
        Given.file(
            "caches: { a: { expiry: { adaptive: { minimum: 5m, maximum: 1h, popular: 200 } } } }");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> order.bare("a"))
        .withMessageContaining("expiry.adaptive.hot must be >= expiry.adaptive.popular 200");
    Given good =
        Given.file("caches: { a: { expiry: { adaptive: { minimum: 5m, maximum: 1h } } } }");
    assertThat(good.bare("a").expiry().adaptive())
        .isEqualTo(
            new ExpirySettings.Adaptive(Duration.ofMinutes(5), Duration.ofHours(1), 10, 100));
  }

  @Test
  void anOverriddenCapIsNoMistake() {
    Given given =
        Given.file("caches: { a: { expiry: { sliding: 30m, maximumLife: 12h } } }")
            .property("nearside.caches.a.timeToLive", "1h");
    assertThat(given.bare("a").expiry().timeToLive()).hasHours(1);
    assertThat(given.bare("a").expiry().maximumLife()).isNull();
  }

  @Test
  void aCapOfOneLayerMeetsTheSlidingOfAnother() {
    Given given =
        Given.file(
            "defaults: { expiry: { maximumLife: 10m } }", "caches: { a: { preset: session } }");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> given.bare("a"))
        .withMessageContaining(
            "defaults: expiry.maximumLife must be >= expiry.sliding PT30M, was PT10M");
    assertThat(given.bare("b").expiry()).isEqualTo(ExpirySettings.ETERNAL);
  }
}
