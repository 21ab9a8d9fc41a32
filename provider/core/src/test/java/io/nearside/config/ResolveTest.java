package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearside.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of JSR-107's configurations, presets, caps and warnings. */
class ResolveTest {
  private static final JitterSettings TENTH = new JitterSettings(0.1, JitterSettings.Mode.SUBTRACT);

  @Test
  void aBareConfigurationIsWhatTheStandardSays() {
    CacheSettings<Object, Object> settings = Given.nothing().bare("any");
    assertThat(settings)
        .isEqualTo(
            new CacheSettings<>(
                "any",
                Object.class,
                Object.class,
                Topology.LOCAL,
                true,
                false,
                false,
                false,
                false,
                ExpirySettings.ETERNAL,
                new LocalSettings(10_000, LocalSettings.UNBOUNDED),
                RemoteCacheSettings.DEFAULT,
                null,
                LoadSettings.DEFAULT,
                null,
                List.of(),
                10_000,
                null,
                null));
  }

  @Test
  void whatAMutableConfigurationSaysCounts() {
    MutableConfiguration<Long, String> code =
        new MutableConfiguration<Long, String>()
            .setTypes(Long.class, String.class)
            .setStoreByValue(false)
            .setStatisticsEnabled(true)
            .setManagementEnabled(true)
            .setReadThrough(true)
            .setWriteThrough(true)
            .setCacheLoaderFactory(Products.Loader::new)
            .setCacheWriterFactory(Products.Writer::new)
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(minute()))
            .addCacheEntryListenerConfiguration(
                new MutableCacheEntryListenerConfiguration<>(() -> null, null, true, false));
    CacheSettings<Long, String> settings = Given.nothing().load().resolve("products", code);
    assertThat(settings.keyType()).isEqualTo(Long.class);
    assertThat(settings.valueType()).isEqualTo(String.class);
    assertThat(settings.storeByValue()).isFalse();
    assertThat(settings.statisticsEnabled()).isTrue();
    assertThat(settings.managementEnabled()).isTrue();
    assertThat(settings.readThrough()).isTrue();
    assertThat(settings.writeThrough()).isTrue();
    assertThat(settings.loader()).isSameAs(code.getCacheLoaderFactory());
    assertThat(settings.writer()).isSameAs(code.getCacheWriterFactory());
    assertThat(settings.listeners())
        .containsExactlyElementsOf(code.getCacheEntryListenerConfigurations());
    assertThat(settings.expiry())
        .isEqualTo(
            new ExpirySettings(
                code.getExpiryPolicyFactory(), null, null, null, null, JitterSettings.NONE));
  }

  @Test
  void readThroughWithoutALoaderIsTheStandardsBusiness() {
    MutableConfiguration<Long, String> code = new MutableConfiguration<>();
    assertThat(Given.nothing().load().resolve("a", code.setReadThrough(true)).readThrough())
        .isTrue();
  }

  @Test
  void theTemplateSaysWhatABareConfigurationLeavesOpen() {
    CacheSettings<Object, Object> settings =
        Given.file(
                "caches:",
                "  'hibernate.*':",
                "    { timeToLive: 1h, statistics: true, management: true, storeByValue: false }")
            .bare("hibernate.Product##NaturalId");
    assertThat(settings.expiry())
        .isEqualTo(new ExpirySettings(null, Duration.ofHours(1), null, null, null, TENTH));
    assertThat(settings.statisticsEnabled()).isTrue();
    assertThat(settings.managementEnabled()).isTrue();
    assertThat(settings.storeByValue()).isFalse();
  }

  @Test
  void aPolicyOfCodeBeatsTheTemplateAndGetsNoJitterUnlessAskedInTheSameCache() {
    Factory<ExpiryPolicy> policy = CreatedExpiryPolicy.factoryOf(minute());
    MutableConfiguration<Object, Object> code =
        new MutableConfiguration<>().setExpiryPolicyFactory(policy);
    Given given = Given.file("defaults: { jitter: 50% }", "caches: { a: { timeToLive: 1h } }");
    ExpirySettings expiry = given.load().resolve("a", code).expiry();
    assertThat(expiry)
        .isEqualTo(new ExpirySettings(policy, null, null, null, null, JitterSettings.NONE));

    Given asked = Given.file("caches: { a: { jitter: { ratio: 20%, mode: both } } }");
    assertThat(asked.load().resolve("a", code).expiry().jitter())
        .isEqualTo(new JitterSettings(0.2, JitterSettings.Mode.BOTH));
  }

  @Test
  void theDefaultPolicyIsRecognisedHoweverItIsMade() {
    Given given = Given.file("caches: { a: { timeToLive: 1h } }");
    MutableConfiguration<Object, Object> code = new MutableConfiguration<>();
    code.setExpiryPolicyFactory(EternalExpiryPolicy.factoryOf());
    assertThat(given.load().resolve("a", code).expiry().timeToLive()).hasHours(1);
  }

  @Test
  void aConfigurationThatIsNotCompleteWillDo() {
    Configuration<Long, String> code =
        new Configuration<>() {
          @Override
          public Class<Long> getKeyType() {
            return Long.class;
          }

          @Override
          public Class<String> getValueType() {
            return String.class;
          }

          @Override
          public boolean isStoreByValue() {
            return false;
          }
        };
    CacheSettings<Long, String> settings = Given.nothing().load().resolve("a", code);
    assertThat(settings.keyType()).isEqualTo(Long.class);
    assertThat(settings.storeByValue()).isFalse();
    assertThat(settings.expiry()).isEqualTo(ExpirySettings.ETERNAL);
  }

  @ParameterizedTest
  @CsvSource({
    "cart, PT5M", "user-profile, PT1H", "search, PT10M", "catalog, PT4H", "reference-list, PT12H",
    "config, PT24H", "reference, P7D", "static, P30D", "api-response, PT10M", "live, PT30S"
  })
  void presetsHaveATimeToLiveAndJitter(String preset, Duration timeToLive) {
    assertThat(Given.file("caches: { a: { preset: " + preset + " } }").bare("a").expiry())
        .isEqualTo(new ExpirySettings(null, timeToLive, null, null, null, TENTH));
  }

  @Test
  void sessionsSlideAndTheImmutableStays() {
    assertThat(Given.file("caches: { a: { preset: session } }").bare("a").expiry())
        .isEqualTo(new ExpirySettings(null, null, Duration.ofMinutes(30), null, null, TENTH));
    Given immutable = Given.file("caches: { a: { preset: immutable } }");
    assertThat(immutable.bare("a").expiry()).isEqualTo(ExpirySettings.ETERNAL);
    assertThat(immutable.warnings).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jitter: 0", "jitter: 0%", "jitter: { ratio: 0, mode: both }"})
  void jitterCanBeTurnedOff(String jitter) {
    Given given = Given.file("defaults: { " + jitter + " }", "caches: { a: { preset: cart } }");
    assertThat(given.bare("a").expiry().jitter()).isEqualTo(JitterSettings.NONE);
  }

  @Test
  void aCapWeighsEveryCacheThatSaysNothing() {
    Given given = Given.file("local: { maximumWeight: 1MiB }");
    assertThat(given.bare("a").local())
        .isEqualTo(new LocalSettings(LocalSettings.UNBOUNDED, 1 << 20));
    Given smaller =
        Given.file(
            "local: { maximumWeight: 1MiB }", "caches: { a: { local: { maximumWeight: 1KiB } } }");
    assertThat(smaller.bare("a").local())
        .isEqualTo(new LocalSettings(LocalSettings.UNBOUNDED, 1024));
  }

  @Test
  void aCapCantCountEntries() {
    Given given =
        Given.file(
            "local: { maximumWeight: 1MiB }", "caches:", "  a: { local: { maximumSize: 5 } }");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> given.bare("a"))
        .withMessage(
            "nearside.yaml, line 3: cache \"a\": local.maximumSize can't stand beside the manager's"
                + " local.maximumWeight, which counts bytes: give local.maximumWeight instead");
    Given ofCode = Given.file("local: { maximumWeight: 1MiB }");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() ->
            ofCode.code(
                NearsideConfiguration.builder(Long.class, String.class)
                    .local(local -> local.maximumSize(5))))
        .withMessageStartingWith("cache \"products\": local.maximumSize can't stand beside");
  }

  @Test
  void noCacheMayOutgrowTheCap() {
    Given given =
        Given.file(
            "local: { maximumWeight: 1KiB }", "caches:", "  a: { local: { maximumWeight: 1MiB } }");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> given.bare("a"))
        .withMessage(
            "nearside.yaml, line 3: cache \"a\": local.maximumWeight must be at most the manager's"
                + " local.maximumWeight 1024, was 1048576");
  }

  @Test
  void aCacheWithoutExpiryIsWarnedOfWithTheRemedy() {
    Given given = Given.nothing();
    given.bare("forgotten");
    assertThat(given.warnings)
        .containsExactly(
            "cache \"forgotten\": entries never expire:"
                + " set timeToLive, or eternal: true if that is meant");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"timeToLive: 1h", "eternal: true", "expiry: { sliding: 1h }", "preset: cart"})
  void aCacheThatSaysHowLongIsNotWarnedOf(String setting) {
    Given given = Given.file("caches: { a: { " + setting + " } }");
    given.bare("a");
    assertThat(given.warnings).isEmpty();
  }

  @Test
  void weightsOverAQuarterOfTheHeapAreWarnedOfOnce() {
    Given given =
        Given.file("defaults: { eternal: true, local: { maximumWeight: 10MiB } }")
            .heapBytes(80 << 20);
    ManagerConfiguration configuration = given.load();
    configuration.resolve("a", new MutableConfiguration<>());
    configuration.resolve("a", new MutableConfiguration<>());
    configuration.resolve("b", new MutableConfiguration<>());
    assertThat(given.warnings).isEmpty();
    configuration.released("b");
    configuration.resolve("c", new MutableConfiguration<>());
    assertThat(given.warnings).isEmpty();
    configuration.resolve("d", new MutableConfiguration<>());
    configuration.resolve("e", new MutableConfiguration<>());
    assertThat(given.warnings)
        .containsExactly(
            "local.maximumWeight of all caches can reach 31457280 bytes, over a quarter of the heap"
                + " (20971520): lower it, set the manager's local.maximumWeight, or raise -Xmx");
  }

  @Test
  void aCapOverAQuarterOfTheHeapIsWarnedOfAtTheStart() {
    Given given = Given.file("local: { maximumWeight: 21MiB }").heapBytes(80 << 20);
    given.load();
    assertThat(given.warnings).singleElement().asString().contains("22020096 bytes");
  }

  private static javax.cache.expiry.Duration minute() {
    return new javax.cache.expiry.Duration(TimeUnit.MINUTES, 1);
  }
}
