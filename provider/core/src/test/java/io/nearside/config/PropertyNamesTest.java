package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Properties;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "products",
        "com.shop.Product",
        "com.shop.Product$Part",
        "Product##NaturalId",
        "a:b",
        "it's",
        "with space",
        "a\"b",
        "[x]",
        "ünï",
        "local",
        "a.b.",
        "..",
        "default",
        "nearside"
      })
  void aCachesNameMayHoldDotsAndSigns(String name) {
    Given given = Given.nothing().property("nearside.caches." + name + ".timeToLive", "1h");
    assertThat(given.load().declaredCaches()).containsExactly(name);
    assertThat(given.bare(name).expiry().timeToLive()).hasHours(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.local", "local.timeToLive", "\"", "a\"b", "\"a\".b", "x\"", "a.b c"})
  void aQuotedNameMayEndAsItLikes(String name) {
    String quoted = '"' + name.replace("\"", "\"\"") + '"';
    Given given = Given.nothing().property("nearside.caches." + quoted + ".timeToLive", "1h");
    assertThat(given.load().declaredCaches()).containsExactly(name);
    assertThat(given.bare(name).expiry().timeToLive()).hasHours(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Product$Part",
        "Product##NaturalId",
        "a:b",
        "it's",
        "with space",
        "a.b",
        "a\\\"b",
        "* ?"
      })
  void aFileTakesTheSameNames(String escaped) {
    String name = escaped.replace("\\", "");
    Given given = Given.file("caches:", "  \"" + escaped + "\": { timeToLive: 1h }");
    assertThat(given.bare(name).expiry().timeToLive()).hasHours(1);
  }

  @Test
  void theLongestSettingIsTaken() {
    Given given = Given.nothing().property("nearside.caches.a.local.maximumSize", "7");
    assertThat(given.load().declaredCaches()).containsExactly("a");
    assertThat(given.bare("a").local().maximumSize()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nearside.namespase | property nearside.namespase: unknown name,"
            + " did you mean \"nearside.namespace\"?",
        "nearside.default.topology | property nearside.default.topology: unknown name,"
            + " did you mean \"nearside.defaults.topology\"?",
        "nearside.caches.shop.timeToLife | property nearside.caches.shop.timeToLife: ends in no"
            + " known setting, did you mean \"timeToLive\"?",
        "nearside.caches.shop | property nearside.caches.shop: ends in no known setting,",
        "nearside.caches..timeToLive | property nearside.caches..timeToLive: a cache's name can't"
            + " be empty",
        "nearside.caches.\"shop.timeToLive | property nearside.caches.\"shop.timeToLive: must be"
            + " written nearside.caches.\"name\".setting",
        "nearside.caches.\"shop\".ttl | property nearside.caches.\"shop\".ttl: ends in no known"
            + " setting, did you mean \"timeToLive\"?",
        "nearside.remote.address | property nearside.remote.address: remote.address must be"
            + " redis://host:port[/db], redis+sentinel://host:port,…/master or"
            + " redis+cluster://host:port,… (with TLS: rediss), was \"x\"",
        "nearside.coherence.bound | property nearside.coherence.bound: coherence.bound must be a"
            + " duration such as 250ms, 10s, 5m, 1h, 7d or PT5M, was \"x\"",
        "nearside.meterRegistry | property nearside.meterRegistry: meterRegistry must be a"
            + " io.micrometer.core.instrument.MeterRegistry, handed over as the property"
            + " nearside.meterRegistry (metrics.registry: global takes Micrometer's own), was a"
            + " java.lang.String",
        "nearside.observationRegistry | property nearside.observationRegistry: observationRegistry"
            + " must be a io.micrometer.observation.ObservationRegistry, handed over as the property"
            + " nearside.observationRegistry, was a java.lang.String",
        "nearside.clock | property nearside.clock: clock must be a java.time.InstantSource, handed"
            + " over as the property nearside.clock, was a java.lang.String",
        "nearside.beans | property nearside.beans: beans must be a io.nearside.Beans, handed over as"
            + " the property nearside.beans, was a java.lang.String",
        "nearside.redisson | property nearside.redisson: redisson must be a"
            + " org.redisson.api.RedissonClient, handed over as the property nearside.redisson (a"
            + " file's name goes under remote.redisson), was a java.lang.String",
        "nearside.defaults.timeToLive | property nearside.defaults.timeToLive: defaults: timeToLive"
            + " must be a duration such as 250ms, 10s, 5m, 1h, 7d or PT5M, was \"x\"",
        "nearside.caches.a.timeToLive | property nearside.caches.a.timeToLive: cache \"a\":"
            + " timeToLive must be a duration such as",
      })
  void aWrongPropertyIsRefusedWithTheNearestName(String name, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.nothing().property(name, "x").load())
        .withMessageStartingWith(message);
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.nothing().systemProperty(name, "x").load())
        .withMessageStartingWith("system " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NEARSIDE_NAMESPASE | unknown name, did you mean \"NEARSIDE_NAMESPACE\"?",
        "NEARSIDE_CACHES_A_TIME_TO_LIVE | unknown name, ",
        "NEARSIDE_DEFAULTS_LOCAL_PROMOTE_AFTER | defaults: local.promoteAfter must be a",
        "NEARSIDE_REMOTE_TIMEOUT | remote.timeout must be a duration such as",
        "NEARSIDE_REDISSON | redisson must be a org.redisson.api.RedissonClient,",
        "NEARSIDE_DEFAULTS_TOPOLOGY | defaults: topology must be local, remote or two-tier,",
      })
  void aWrongVariableIsRefused(String name, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.nothing().variable(name, "x").load())
        .withMessageStartingWith("environment variable " + name + ": " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NEARSIDE_SERVICE_HOST",
        "NEARSIDE_SERVICE_PORT",
        "NEARSIDE_SERVICE_PORT_HTTP",
        "NEARSIDE_PORT",
        "NEARSIDE_DEMO_PORT_6379_TCP",
        "NEARSIDE_PORT_80_TCP_ADDR",
        "PATH"
      })
  void whatKubernetesAddsIsNoMistake(String name) {
    assertThatCode(() -> Given.nothing().variable(name, "tcp://10.0.0.1:80").load())
        .doesNotThrowAnyException();
  }

  @Test
  void noSettingLooksLikeWhatKubernetesAdds() {
    PropertyReader.variables()
        .forEach((variable, known) ->
            assertThat(List.of("?", ""))
                .as(variable)
                .anySatisfy(value ->
                    assertThatExceptionOfType(CacheException.class)
                        .isThrownBy(() -> Given.nothing().variable(variable, value).load())));
  }

  @Test
  void everySettingHasAVariableOfItsOwn() {
    int settings = Schema.MANAGER.paths().size() + Schema.DEFAULTS.paths().size();
    assertThat(PropertyReader.variables()).hasSize(settings);
    assertThat(PropertyReader.variables())
        .containsKeys("NEARSIDE_NAMESPACE", "NEARSIDE_DEFAULTS_EXPIRY_ADAPTIVE_MINIMUM");
  }

  @Test
  void otherPropertiesAreNobodysBusiness() {
    assertThatCode(() ->
            Given.nothing()
                .property("hibernate.cache.region", new Object())
                .property("nearsidex", "1")
                .systemProperty("test.seed", "42")
                .load())
        .doesNotThrowAnyException();
  }

  @Test
  void numbersAndBooleansAreValuesAndOtherObjectsAreNot() {
    Given given =
        Given.nothing()
            .property("nearside.defaults.local.maximumSize", 12)
            .property("nearside.defaults.statistics", true);
    assertThat(given.bare("a").local().maximumSize()).isEqualTo(12);
    assertThat(given.bare("a").statisticsEnabled()).isTrue();
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.nothing().property("nearside.namespace", new Object()).load())
        .withMessage(
            "property nearside.namespace: namespace must be a String, was a java.lang.Object");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.nothing().property("nearside.redisson", new Object()).load())
        .withMessageEndingWith("was a java.lang.Object");
  }

  @Test
  void propertiesMayHaveDefaults() {
    Given given = Given.nothing();
    Properties defaults = new Properties();
    defaults.setProperty("nearside.namespace", "shop");
    Properties properties = new Properties(defaults);
    ManagerConfiguration configuration =
        new ManagerConfiguration(
            Sections.EMPTY,
            new ConfigurationFile("none", ""),
            getClass().getClassLoader(),
            properties,
            given.ambient());
    assertThat(configuration.namespace()).isEqualTo("shop");
  }
}
