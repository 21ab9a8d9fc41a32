package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of all layers the nearest counts; each layer beats all that come after it. */
class PrecedenceTest {

  /** Nearest first; each gives its own time to live to the cache "products". */
  enum Layer {
    SYSTEM_PROPERTY("1s"),
    PROPERTY("2s"),
    CODE("3s"),
    FILE("4s"),
    PRESET("5m"),
    SYSTEM_DEFAULT("6s"),
    VARIABLE("7s"),
    PROPERTY_DEFAULT("8s"),
    FILE_DEFAULT("9s");

    final String timeToLive;

    Layer(String timeToLive) {
      this.timeToLive = timeToLive;
    }

    boolean in(Layer nearest) {
      return compareTo(nearest) >= 0;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNearestLayerCounts(Layer nearest) {
    assertThat(resolve(nearest).expiry().timeToLive())
        .isEqualTo(Units.duration(nearest.timeToLive));
  }

  private static CacheSettings<Long, String> resolve(Layer nearest) {
    String preset = Layer.PRESET.in(nearest) ? "{ preset: cart" : "{ statistics: true";
    String ownTime = Layer.FILE.in(nearest) ? ", timeToLive: 4s }" : " }";
    Given given =
        Given.file("defaults: { timeToLive: 9s }", "caches:", "  products: " + preset + ownTime);
    if (Layer.PROPERTY_DEFAULT.in(nearest)) {
      given.property("nearside.defaults.timeToLive", "8s");
    }
    if (Layer.VARIABLE.in(nearest)) {
      given.variable("NEARSIDE_DEFAULTS_TIME_TO_LIVE", "7s");
    }
    if (Layer.SYSTEM_DEFAULT.in(nearest)) {
      given.systemProperty("nearside.defaults.timeToLive", "6s");
    }
    if (Layer.PROPERTY.in(nearest)) {
      given.property("nearside.caches.products.timeToLive", "2s");
    }
    if (Layer.SYSTEM_PROPERTY.in(nearest)) {
      given.systemProperty("nearside.caches.products.timeToLive", "1s");
    }
    var code = NearsideConfiguration.builder(Long.class, String.class);
    return given.code(Layer.CODE.in(nearest) ? code.timeToLive(Duration.ofSeconds(3)) : code);
  }

  @Test
  void aNearerLifeOverridesAnotherKindOfLife() {
    Given given = Given.file("defaults: { eternal: true }", "caches: { 'p*': { timeToLive: 1h } }");
    assertThat(given.bare("products").expiry().timeToLive()).hasHours(1);
    assertThat(given.bare("orders").expiry()).isEqualTo(ExpirySettings.ETERNAL);

    given.systemProperty("nearside.caches.products.expiry.sliding", "5m");
    ExpirySettings expiry = given.bare("products").expiry();
    assertThat(expiry.timeToLive()).isNull();
    assertThat(expiry.sliding()).hasMinutes(5);

    given.systemProperties.clear();
    given.systemProperty("nearside.caches.products.eternal", "true");
    assertThat(given.bare("products").expiry()).isEqualTo(ExpirySettings.ETERNAL);
  }

  @Test
  void timesOfOneSourceStandTogetherAndThoseOfTwoDoNot() {
    ExpirySettings both =
        Given.file("caches: { a: { timeToLive: 1h, expiry: { sliding: 5m, maximumLife: 2h } } }")
            .bare("a")
            .expiry();
    assertThat(both.timeToLive()).hasHours(1);
    assertThat(both.sliding()).hasMinutes(5);
    assertThat(both.maximumLife()).hasHours(2);

    ExpirySettings nearer =
        Given.file("defaults: { timeToLive: 1h }", "caches: { a: { preset: session } }")
            .bare("a")
            .expiry();
    assertThat(nearer.timeToLive()).isNull();
    assertThat(nearer.sliding()).hasMinutes(30);
  }

  @Test
  void notEternalTakesEternalBackAndUncoversWhatIsFarther() {
    Given given =
        Given.file("defaults: { timeToLive: 1h }", "caches: { products: { eternal: true } }")
            .property("nearside.caches.products.eternal", "false");
    assertThat(given.bare("products").expiry().timeToLive()).hasHours(1);
  }

  @Test
  void aNearerBoundOverridesTheOtherKindOfBound() {
    Given given =
        Given.file(
            "defaults: { local: { maximumSize: 5 } }",
            "caches: { heavy: { local: { maximumWeight: 1KiB } } }");
    assertThat(given.bare("heavy").local())
        .isEqualTo(new LocalSettings(LocalSettings.UNBOUNDED, 1024));
    assertThat(given.bare("light").local())
        .isEqualTo(new LocalSettings(5, LocalSettings.UNBOUNDED));
  }

  @Test
  void settingsThatDoNotExcludeEachOtherAreMerged() {
    CacheSettings<Long, String> settings =
        Given.file("defaults: { statistics: true }", "caches: { products: { timeToLive: 1h } }")
            .property("nearside.caches.products.management", "true")
            .code(NearsideConfiguration.builder(Long.class, String.class).jitter(0.5));
    assertThat(settings.statisticsEnabled()).isTrue();
    assertThat(settings.managementEnabled()).isTrue();
    assertThat(settings.expiry().timeToLive()).hasHours(1);
    assertThat(settings.expiry().jitter())
        .isEqualTo(new JitterSettings(0.5, JitterSettings.Mode.SUBTRACT));
  }

  @Test
  void aPresetOfTheDefaultsLiesUnderTheDefaults() {
    Given given = Given.file("defaults: { preset: session }");
    assertThat(given.bare("a").expiry().sliding()).hasMinutes(30);
    Given overridden = Given.file("defaults: { preset: session, timeToLive: 1h }");
    assertThat(overridden.bare("a").expiry().sliding()).isNull();
    assertThat(overridden.bare("a").expiry().timeToLive()).hasHours(1);
  }

  @Test
  void theManagersSettingsFollowTheSameOrder() {
    Given given = Given.file("namespace: file", "local: { maximumWeight: 1KiB }");
    assertThat(given.load().namespace()).isEqualTo("file");
    given.property("nearside.namespace", "property");
    assertThat(given.load().namespace()).isEqualTo("property");
    given.variable("NEARSIDE_NAMESPACE", "variable");
    assertThat(given.load().namespace()).isEqualTo("variable");
    given.systemProperty("nearside.namespace", "system");
    assertThat(given.load().namespace()).isEqualTo("system");
    given.variable("NEARSIDE_LOCAL_MAXIMUM_WEIGHT", "2KiB");
    assertThat(given.load().localMaximumWeight()).isEqualTo(2048);
  }
}
