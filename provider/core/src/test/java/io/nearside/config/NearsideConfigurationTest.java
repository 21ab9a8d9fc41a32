package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.nearside.Topology;
import io.nearside.config.RemoteCacheSettings.Compression;
import io.nearside.config.RemoteCacheSettings.Compression.Algorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NearsideConfigurationTest {

  private static NearsideConfigurationBuilder<Long, String> builder() {
    return NearsideConfiguration.builder(Long.class, String.class);
  }

  @Test
  void whatCodeSaysIsResolved() {
    Products.Loader loader = new Products.Loader();
    Products.Writer writer = new Products.Writer();
    CacheEntryListenerConfiguration<Long, String> listener =
        new MutableCacheEntryListenerConfiguration<>(() -> null, null, false, false);
    CacheSettings<Long, String> settings =
        Given.nothing()
            .code(
                builder()
                    .topology(Topology.LOCAL)
                    .timeToLive(Duration.ofHours(1))
                    .jitter(new JitterSettings(0.2, JitterSettings.Mode.BOTH))
                    .local(local -> local.maximumSize(7))
                    .loader(loader)
                    .writer(writer)
                    .statistics(true)
                    .management(true)
                    .byReference()
                    .listener(listener)
                    .maximumQueuedEvents(3));
    assertThat(settings.keyType()).isEqualTo(Long.class);
    assertThat(settings.expiry())
        .isEqualTo(
            new ExpirySettings(
                null,
                Duration.ofHours(1),
                null,
                null,
                null,
                new JitterSettings(0.2, JitterSettings.Mode.BOTH)));
    assertThat(settings.local()).isEqualTo(new LocalSettings(7, LocalSettings.UNBOUNDED));
    assertThat(settings.loader().create()).isSameAs(loader);
    assertThat(settings.writer().create()).isSameAs(writer);
    assertThat(settings.readThrough()).isTrue();
    assertThat(settings.writeThrough()).isTrue();
    assertThat(settings.statisticsEnabled()).isTrue();
    assertThat(settings.managementEnabled()).isTrue();
    assertThat(settings.storeByValue()).isFalse();
    assertThat(settings.listeners()).containsExactly(listener);
    assertThat(settings.maximumQueuedEvents()).isEqualTo(3);
  }

  @Test
  void whatCodeSaysOfTheRemoteTierIsResolved() {
    Given given = Given.uri("redis://localhost?namespace=shop");
    CacheSettings<Long, String> settings =
        given.code(
            builder()
                .topology(Topology.REMOTE)
                .schemaVersion(3)
                .codec("kryo")
                .compression(new Compression(Algorithm.DEFLATE, 7))
                .remote(remote -> remote.maximumValueBytes(8 << 20))
                .allowedTypes("com.shop.Product", "com.shop.part.*")
                .failFast()
                .clusterEvents());
    assertThat(settings.topology()).isEqualTo(Topology.REMOTE);
    assertThat(settings.local()).isEqualTo(LocalSettings.NONE);
    assertThat(settings.remote())
        .isEqualTo(
            new RemoteCacheSettings(
                3,
                "kryo",
                new Compression(Algorithm.DEFLATE, 7),
                8 << 20,
                List.of("com.shop.Product", "com.shop.part.*"),
                false,
                true,
                false));
    CacheSettings<Long, String> unsaid = given.code(builder().failSafe().localEvents());
    assertThat(unsaid.topology()).isEqualTo(Topology.TWO_TIER);
    assertThat(unsaid.remote()).isEqualTo(RemoteCacheSettings.DEFAULT);
  }

  @Test
  void whatCodeSaysOfTwoTiersIsResolved() {
    Given given = Given.uri("redis://localhost?namespace=shop");
    CacheSettings<Long, String> settings =
        given.code(
            builder()
                .topology(Topology.TWO_TIER)
                .codec("kryo")
                .local(local ->
                    local
                        .maximumWeight(1 << 20)
                        .timeToLive(Duration.ofMinutes(1))
                        .maximumValueBytes(100)
                        .promoteAfter(3))
                .staleReads(Duration.ofSeconds(7)));
    assertThat(settings.topology()).isEqualTo(Topology.TWO_TIER);
    assertThat(settings.remote().codec()).isEqualTo("kryo");
    assertThat(settings.local())
        .isEqualTo(
            new LocalSettings(
                LocalSettings.UNBOUNDED,
                1 << 20,
                new CopySettings(Duration.ofMinutes(1), 100, 3, Duration.ofSeconds(7))));
  }

  @Test
  void theStandardsMethodsSayTheSame() {
    NearsideConfiguration<Long, String> configuration =
        builder().loader(Products.Loader::new).statistics(true).storeByValue(false).build();
    assertThat(configuration.isReadThrough()).isTrue();
    assertThat(configuration.isWriteThrough()).isFalse();
    assertThat(configuration.isStatisticsEnabled()).isTrue();
    assertThat(configuration.isManagementEnabled()).isFalse();
    assertThat(configuration.isStoreByValue()).isFalse();
    assertThat(configuration.getCacheLoaderFactory().create()).isInstanceOf(Products.Loader.class);
    assertThat(configuration.getCacheWriterFactory()).isNull();
    assertThat(configuration.getCacheEntryListenerConfigurations()).isEmpty();
  }

  @Test
  void explicitDefaultsOfTheBuilderBeatTheFile() {
    CacheSettings<Long, String> settings =
        Given.file("defaults: { statistics: true, storeByValue: false, timeToLive: 1h }")
            .code(builder().statistics(false).storeByValue(true).eternal());
    assertThat(settings.statisticsEnabled()).isFalse();
    assertThat(settings.storeByValue()).isTrue();
    assertThat(settings.expiry()).isEqualTo(ExpirySettings.ETERNAL);
  }

  @Test
  void aLoaderMayServeLoadAllOnly() {
    CacheSettings<Long, String> settings =
        Given.nothing().code(builder().loader(Products.Loader::new).readThrough(false));
    assertThat(settings.loader()).isNotNull();
    assertThat(settings.readThrough()).isFalse();
  }

  @Test
  void aPresetOfCodeLiesUnderTheFilesSingleSettings() {
    Given given = Given.file("defaults: { timeToLive: 9h }");
    assertThat(given.code(builder().preset("cart")).expiry().timeToLive()).hasMinutes(5);
    Given single = Given.file("caches: { products: { timeToLive: 2h } }");
    assertThat(single.code(builder().preset("cart")).expiry().timeToLive()).hasHours(2);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(b -> b.timeToLive(Duration.ZERO), "timeToLive must be > 0, was PT0S"),
        mistake(b -> b.sliding(Duration.ofDays(-1)), "expiry.sliding must be > 0, was PT-24H"),
        mistake(
            b -> b.jitter(1.5),
            "jitter.ratio must be a ratio from 0 to 1, such as 0.1 or 10%, was 1.5"),
        mistake(b -> b.local(l -> l.maximumSize(0)), "local.maximumSize must be > 0, was 0"),
        mistake(b -> b.local(l -> l.maximumWeight(-1)), "local.maximumWeight must be > 0, was -1"),
        mistake(b -> b.maximumQueuedEvents(0), "events.maximumQueued must be > 0, was 0"),
        mistake(
            b -> b.preset("sesion"),
            "preset names no preset: was \"sesion\", did you mean \"session\"?"),
        mistake(
            b -> b.local(l -> l.timeToLive(Duration.ZERO)),
            "local.timeToLive must be > 0, was PT0S"),
        mistake(
            b -> b.local(l -> l.maximumValueBytes(0)),
            "local.maximumValueBytes must be > 0, was 0"),
        mistake(b -> b.local(l -> l.promoteAfter(0)), "local.promoteAfter must be > 0, was 0"),
        mistake(
            b -> b.local(l -> l.promoteAfter(16)), "local.promoteAfter must be at most 15, was 16"),
        mistake(
            b -> b.staleReads(Duration.ofMinutes(61)),
            "degraded.maximumStaleness must be at most PT1H, was PT1H1M"),
        mistake(
            b -> b.failFast().staleReads(Duration.ofMinutes(1)),
            "degraded.reads has no effect with degraded.mode fail-fast: take one of them out"),
        mistake(
            b -> b.topology(Topology.REMOTE).staleReads(Duration.ofMinutes(1)),
            "degraded.reads has no effect with topology remote: take one of them out"),
        mistake(
            b -> b.topology(Topology.LOCAL).local(l -> l.promoteAfter(1)),
            "local.promoteAfter has no effect with topology local: take one of them out"),
        mistake(b -> b.schemaVersion(0), "schemaVersion must be > 0, was 0"),
        mistake(
            b -> b.codec("Fory"),
            "codec must be a codec's name (fory, fst, java, jackson-json, jackson-cbor,"
                + " jackson-msgpack, kryo, string, bytes), was \"Fory\""),
        mistake(
            b -> b.compression(new Compression(Algorithm.ZSTD, 0)),
            "compression.threshold must be > 0, was 0"),
        mistake(
            b -> b.allowedTypes("com.shop.**", "*"),
            "allowedTypes must name classes such as com.shop.Product, com.shop.* or com.shop.**,"
                + " was \"*\""),
        mistake(
            b -> b.remote(r -> r.maximumValueBytes((512L << 20) + 1)),
            "remote.maximumValueBytes must be at most 536870912, was 536870913"),
        mistake(
            b -> b.topology(Topology.LOCAL).codec("kryo"),
            "codec has no effect with topology local: take one of them out"),
        mistake(
            b -> b.topology(Topology.REMOTE).local(l -> l.maximumSize(1)),
            "local.maximumSize has no effect with topology remote: take one of them out"),
        mistake(
            b -> b.eternal().timeToLive(Duration.ofHours(1)),
            "eternal true can't stand beside timeToLive: take one of them out"),
        mistake(
            b -> b.local(l -> l.maximumSize(1).maximumWeight(1)),
            "local.maximumWeight 1 can't stand beside local.maximumSize: take one of them out"),
        mistake(
            b -> b.sliding(Duration.ofHours(1)).maximumLife(Duration.ofMinutes(1)),
            "expiry.maximumLife must be >= expiry.sliding PT1H, was PT1M"),
        mistake(
            b -> b.maximumLife(Duration.ofMinutes(1)),
            "expiry.maximumLife needs expiry.sliding, which it caps: give it too"),
        mistake(
            b -> b.adaptive(adaptive(1, 2, 100, 10)),
            "expiry.adaptive.hot must be >= expiry.adaptive.popular 100, was 10"),
        mistake(
            b -> b.adaptive(adaptive(2, 1, 10, 100)),
            "expiry.adaptive.maximum must be >= expiry.adaptive.minimum PT2M, was PT1M"),
        mistake(
            b -> b.adaptive(adaptive(1, 2, 0, 1)), "expiry.adaptive.popular must be > 0, was 0"));
  }

  private static Arguments mistake(
      UnaryOperator<NearsideConfigurationBuilder<Long, String>> code, String message) {
    return Arguments.of(code, message);
  }

  private static ExpirySettings.Adaptive adaptive(int from, int to, int popular, int hot) {
    return new ExpirySettings.Adaptive(
        Duration.ofMinutes(from), Duration.ofMinutes(to), popular, hot);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsRefusedInTheFilesWords(
      UnaryOperator<NearsideConfigurationBuilder<Long, String>> code, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> code.apply(builder()).build())
        .withMessage(message);
  }

  @Test
  void nullsAreRefusedByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> builder().timeToLive(null))
        .withMessage("timeToLive");
    assertThatNullPointerException()
        .isThrownBy(() -> builder().loader((Products.Loader) null))
        .withMessage("loader");
    assertThatNullPointerException()
        .isThrownBy(() -> NearsideConfiguration.builder(null, String.class))
        .withMessage("keyType");
  }

  @Test
  void theSameListenerTwiceIsRefused() {
    CacheEntryListenerConfiguration<Long, String> listener =
        new MutableCacheEntryListenerConfiguration<>(() -> null, null, false, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().listener(listener).listener(listener))
        .withMessage("listener must be given once, was given twice");
  }

  @Test
  void theExpiryPolicyIsTheNearestOfTheStandard() {
    Duration hour = Duration.ofHours(1);
    javax.cache.expiry.Duration expected = new javax.cache.expiry.Duration(TimeUnit.HOURS, 1);
    assertThat(policy(builder().timeToLive(hour))).isEqualTo(new ModifiedExpiryPolicy(expected));
    assertThat(policy(builder().preset("user-profile")))
        .isEqualTo(new ModifiedExpiryPolicy(expected));
    assertThat(policy(builder().sliding(hour))).isEqualTo(new TouchedExpiryPolicy(expected));
    assertThat(policy(builder().adaptive(adaptive(1, 60, 1, 2))))
        .isEqualTo(new ModifiedExpiryPolicy(expected));
    assertThat(policy(builder())).isEqualTo(new EternalExpiryPolicy());
    assertThat(policy(builder().eternal())).isEqualTo(new EternalExpiryPolicy());
    Factory<ExpiryPolicy> own = CreatedExpiryPolicy.factoryOf(expected);
    assertThat(builder().expiryPolicy(own).build().getExpiryPolicyFactory()).isSameAs(own);
  }

  private static ExpiryPolicy policy(NearsideConfigurationBuilder<Long, String> code) {
    return code.build().getExpiryPolicyFactory().create();
  }

  @Test
  void equalsComparesWhatWasSaid() {
    NearsideConfiguration<Long, String> one = builder().timeToLive(Duration.ofHours(1)).build();
    NearsideConfiguration<Long, String> same = builder().timeToLive(Duration.ofMinutes(60)).build();
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(one).isNotEqualTo(builder().build());
    assertThat(one)
        .isNotEqualTo(
            NearsideConfiguration.builder(Long.class, Object.class)
                .timeToLive(Duration.ofHours(1))
                .build());
    assertThat(one.toString()).contains("timeToLive=PT1H", "java.lang.Long");
  }

  @Test
  void aBuiltConfigurationDoesNotChange() {
    NearsideConfigurationBuilder<Long, String> builder = builder().timeToLive(Duration.ofHours(1));
    NearsideConfiguration<Long, String> built = builder.build();
    builder.timeToLive(Duration.ofHours(2)).statistics(true);
    assertThat(built).isEqualTo(builder().timeToLive(Duration.ofHours(1)).build());
  }

  @Test
  void itSurvivesSerialisation() throws IOException, ClassNotFoundException {
    NearsideConfiguration<Long, String> configuration =
        builder()
            .preset("session")
            .jitter(new JitterSettings(0.1, JitterSettings.Mode.BOTH))
            .local(local -> local.maximumSize(7).promoteAfter(2))
            .compression(new Compression(Algorithm.ZSTD, 100))
            .allowedTypes("com.shop.*")
            .staleReads(Duration.ofMinutes(1))
            .clusterEvents()
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(configuration);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(configuration);
    }
  }
}
