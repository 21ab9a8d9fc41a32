package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearside.Topology;
import io.nearside.config.RemoteCacheSettings.Compression;
import io.nearside.config.RemoteCacheSettings.Compression.Algorithm;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where entries live, and what that leaves legal. */
class TiersTest {
  private static final String REMOTE =
      "{ namespace: shop, remote: { address: 'redis://localhost' }";

  /** A manager with a remote. */
  private static Given remote(String more) {
    return Given.file(REMOTE + ", " + more + " }");
  }

  private static void refuses(Given given, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> given.bare("a"))
        .withMessage(message);
  }

  @Test
  void aRemoteBringsTwoTiers() {
    Given nothing = Given.nothing();
    assertThat(nothing.load().defaultTopology()).isEqualTo(Topology.LOCAL);
    assertThat(nothing.bare("a").topology()).isEqualTo(Topology.LOCAL);
    assertThat(nothing.bare("a").local().copies()).isNull();
    Given given = remote("defaults: { eternal: true }");
    assertThat(given.load().defaultTopology()).isEqualTo(Topology.TWO_TIER);
    CacheSettings<Object, Object> settings = given.bare("a");
    assertThat(settings.topology()).isEqualTo(Topology.TWO_TIER);
    assertThat(settings.local())
        .isEqualTo(
            new LocalSettings(
                10_000,
                LocalSettings.UNBOUNDED,
                new CopySettings(Duration.ofMinutes(5), 64 << 10, 1, null)));
    assertThat(settings.remote()).isEqualTo(RemoteCacheSettings.DEFAULT);
    assertThat(given.load().coherenceBound()).hasSeconds(2);
  }

  @ParameterizedTest
  @EnumSource
  void theDefaultsSayTheTopologyOtherwise(Topology topology) {
    Given given = remote("defaults: { topology: " + Choice.name(topology) + " }");
    assertThat(given.load().defaultTopology()).isEqualTo(topology);
    assertThat(given.bare("a").topology()).isEqualTo(topology);
  }

  @Test
  void hibernatesTimestampsHaveNoCopiesUnlessTheyAreAskedFor() {
    String region = "shop.default-update-timestamps-region";
    Given given = remote("defaults: { topology: two-tier, eternal: true }");
    assertThat(given.bare(region).topology()).isEqualTo(Topology.REMOTE);
    assertThat(given.bare("shop.default-query-results-region").topology())
        .isEqualTo(Topology.TWO_TIER);
    assertThat(given.warnings).isEmpty();
    Given asked = remote("caches: { 'shop.*': { topology: two-tier, eternal: true } }");
    assertThat(asked.bare(region).topology()).isEqualTo(Topology.TWO_TIER);
    assertThat(asked.warnings)
        .singleElement()
        .asString()
        .contains("shop.*", "topology two-tier", "set topology: remote for this cache");
  }

  @Test
  void hibernatesTimestampsDoNotEndUnlessThatIsAskedFor() {
    String region = "shop.default-update-timestamps-region";
    for (String all :
        List.of(
            "timeToLive: 1h",
            "preset: catalog",
            "expiry: { sliding: 1m }",
            "eternal: false, jitter: { ratio: 0.2 }")) {
      for (String caches : List.of("", ", caches: { 'shop.*': { statistics: true } }")) {
        Given given = remote("defaults: { " + all + " }" + caches);
        assertThat(given.bare(region).expiry()).as(all).isEqualTo(ExpirySettings.ETERNAL);
        assertThat(given.warnings).as(all).isEmpty();
      }
    }
    assertThat(remote("defaults: { timeToLive: 1h }").bare("a").expiry().timeToLive()).hasHours(1);
    for (String own : List.of("timeToLive: 2h", "preset: api-response", "eternal: false")) {
      Given asked = remote("defaults: { timeToLive: 1h }, caches: { 'shop.*': { " + own + " } }");
      assertThat(asked.bare(region).expiry()).as(own).isNotEqualTo(ExpirySettings.ETERNAL);
      assertThat(asked.warnings)
          .singleElement()
          .asString()
          .as(own)
          .contains("timeToLive makes Hibernate's query cache", "set eternal: true for this cache");
    }
  }

  @Test
  void codeMayEndHibernatesTimestamps() {
    Given given = remote("defaults: { eternal: true }");
    MutableConfiguration<Object, Object> code = new MutableConfiguration<>();
    code.setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_DAY));
    given.load().resolve("default-update-timestamps-region", code);
    assertThat(given.warnings)
        .singleElement()
        .asString()
        .startsWith("cache \"default-update-timestamps-region\": expiryPolicy makes Hibernate's");
  }

  @Test
  void hibernatesTimestampsInOneJvmAreNotEvictedUnlessThatIsAskedFor() {
    String region = "shop.default-update-timestamps-region";
    for (String all :
        List.of(
            "defaults: { eternal: true }",
            "defaults: { eternal: true, local: { maximumSize: 100 } }",
            "defaults: { eternal: true, local: { maximumWeight: 1MiB } }",
            "{ defaults: { eternal: true }, local: { maximumWeight: 1MiB } }")) {
      Given given = Given.file(all);
      assertThat(given.bare(region).topology()).isEqualTo(Topology.LOCAL);
      assertThat(given.bare(region).local()).as(all).isEqualTo(LocalSettings.ALL);
      assertThat(given.bare("a").local()).as(all).isNotEqualTo(LocalSettings.ALL);
      assertThat(given.warnings).as(all).isEmpty();
    }
    Map<String, LocalSettings> bounds =
        Map.of(
            "maximumSize: 200", new LocalSettings(200, LocalSettings.UNBOUNDED),
            "maximumWeight: 2MiB", new LocalSettings(LocalSettings.UNBOUNDED, 2 << 20));
    bounds.forEach((own, bound) -> {
      Given asked =
          Given.file(
              "defaults: { eternal: true, local: { maximumSize: 100 } }",
              "caches: { 'shop.*': { local: { " + own + " } } }");
      assertThat(asked.bare(region).local()).isEqualTo(bound);
      assertThat(asked.warnings)
          .singleElement()
          .asString()
          .contains(
              "shop.*",
              "local." + own.substring(0, own.indexOf(':')) + " may make Hibernate's query cache",
              "take it out for this cache");
    });
  }

  /** What a copy was made of is still in Redis. */
  @Test
  void copiesOfHibernatesTimestampsAreBoundedLikeOthers() {
    Given given =
        remote(
            "defaults: { local: { maximumSize: 100 } }, caches: { 'shop.*': { topology: two-tier,"
                + " eternal: true } }");
    assertThat(given.bare("shop.default-update-timestamps-region").local().maximumSize())
        .isEqualTo(100);
    assertThat(given.warnings).singleElement().asString().contains("topology two-tier");
  }

  @Test
  void aRemoteCacheKeepsNothingInTheJvm() {
    CacheSettings<Object, Object> settings =
        remote("caches: { a: { topology: remote } }").bare("a");
    assertThat(settings.local()).isEqualTo(LocalSettings.NONE);
    assertThat(settings.remote()).isEqualTo(RemoteCacheSettings.DEFAULT);
  }

  @Test
  void whatAFileSaysOfTwoTiersIsTaken() {
    List<String> warnings = new ArrayList<>();
    ManagerConfiguration configuration =
        ManagerConfiguration.load(
            URI.create("classpath:config/two-tier.yaml"),
            getClass().getClassLoader(),
            new Properties(),
            new ManagerConfiguration.Ambient(
                Map.of(), new Properties(), warnings::add, Long.MAX_VALUE));
    assertThat(configuration.coherenceBound()).hasMillis(500);
    assertThat(configuration.declared("products").local())
        .isEqualTo(
            new LocalSettings(
                5_000,
                LocalSettings.UNBOUNDED,
                new CopySettings(Duration.ofMinutes(10), 32 << 10, 3, Duration.ofMinutes(1))));
    assertThat(configuration.declared("sessions").local())
        .isEqualTo(
            new LocalSettings(
                LocalSettings.UNBOUNDED,
                1 << 20,
                new CopySettings(Duration.ofMinutes(1), 64 << 10, 1, Duration.ofSeconds(30))));
    assertThat(configuration.declared("orders").local().copies()).isEqualTo(CopySettings.DEFAULT);
    assertThat(configuration.declared("orders").remote().failSafe()).isFalse();
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"500ms", "1m"})
  void theBoundOfCoherenceHasItsRange(String bound) {
    assertThat(remote("coherence: { bound: " + bound + " }").load().coherenceBound())
        .isEqualTo(Units.duration(bound));
  }

  @Test
  void copiesAreRevalidatedAfterAnOutageUnlessTheyAreTrusted() {
    assertThat(remote("").load().revalidatesAfterOutage()).isTrue();
    Given given = remote("coherence: { afterOutage: trust }");
    assertThat(given.load().revalidatesAfterOutage()).isFalse();
    given.variable("NEARSIDE_COHERENCE_AFTER_OUTAGE", "revalidate");
    assertThat(given.load().revalidatesAfterOutage()).isTrue();
  }

  @Test
  void aVariableMayGiveTheBoundOfCoherence() {
    Given given = remote("coherence: { bound: 5s }").variable("NEARSIDE_COHERENCE_BOUND", "1s");
    assertThat(given.load().coherenceBound()).hasSeconds(1);
  }

  @ParameterizedTest
  @CsvSource({
    "local.timeToLive, 1h",
    "local.maximumValueBytes, 1KiB",
    "local.promoteAfter, 2",
    "degraded.reads, copies",
    "degraded.reads, source",
    "degraded.maximumStaleness, 1s",
  })
  void onlyTwoTiersHaveCopies(String setting, String value) {
    for (String topology : List.of("local", "remote")) {
      Given given = remote("defaults: { eternal: true }");
      given.property("nearside.caches.a.topology", topology);
      given.systemProperty("nearside.caches.a." + setting, value);
      refuses(
          given,
          "system property nearside.caches.a."
              + setting
              + ": cache \"a\": "
              + setting
              + " has no effect with topology "
              + topology
              + ": take one of them out");
    }
  }

  @Test
  void aCacheOfAnotherTopologyByDefaultIsWarnedOfItsCopies() {
    Given given =
        remote(
            "defaults: { topology: remote, eternal: true }, caches: {"
                + " a: { local: { promoteAfter: 2 } } }");
    assertThat(given.bare("a").local()).isEqualTo(LocalSettings.NONE);
    assertThat(given.warnings)
        .containsExactly(
            "nearside.yaml, line 1: cache \"a\": local.promoteAfter has no effect with"
                + " topology remote");
  }

  @Test
  void anAgeOfCopiesThatNoReadAsksForIsRefused() {
    String problem = "degraded.maximumStaleness needs degraded.reads copies, whose age it caps:";
    for (String reads : List.of("", "reads: source, ")) {
      refuses(
          remote("caches: { a: { degraded: { " + reads + "maximumStaleness: 1s } } }"),
          "nearside.yaml, line 1: cache \"a\": " + problem + " give it too");
    }
    Given overridden =
        remote("caches: { a: { degraded: { reads: copies, maximumStaleness: 1s } } }")
            .property("nearside.caches.a.degraded.reads", "source");
    assertThat(overridden.bare("a").local().copies()).isEqualTo(CopySettings.DEFAULT);
    Given ofDefaults =
        remote(
            "defaults: { degraded: { reads: copies } },"
                + " caches: { a: { degraded: { maximumStaleness: 1s } } }");
    assertThat(ofDefaults.bare("a").local().copies().maximumStaleness()).hasSeconds(1);
  }

  @Test
  void readsOfCopiesThatFailFirstAreRefused() {
    Given given = remote("defaults: { degraded: { mode: fail-fast } }, caches: { a: {} }");
    given.property("nearside.caches.a.degraded.reads", "copies");
    refuses(
        given,
        "property nearside.caches.a.degraded.reads: cache \"a\": degraded.reads has no effect"
            + " with degraded.mode fail-fast: take one of them out");
    given.systemProperty("nearside.caches.a.degraded.mode", "fail-fast");
    assertThat(given.bare("a").local().copies()).isEqualTo(CopySettings.DEFAULT);
    given.systemProperty("nearside.caches.a.degraded.maximumStaleness", "1s");
    refuses(
        given,
        "system property nearside.caches.a.degraded.maximumStaleness: cache \"a\":"
            + " degraded.maximumStaleness has no effect with degraded.mode fail-fast:"
            + " take one of them out");
  }

  @Test
  void copiesMayBeMeantToOutliveTheirEntries() {
    Given given = remote("caches: { a: { timeToLive: 1m, local: { timeToLive: 1h } } }");
    assertThat(given.bare("a").local().copies().timeToLive()).hasHours(1);
    assertThat(given.warnings).isEmpty();
  }

  @Test
  void whatAFileSaysOfTheRemoteTierIsTaken() {
    Given given =
        remote(
            "defaults: { codec: java, compression: { algorithm: none }, events: cluster },"
                + " caches: { a: { schemaVersion: 2, codec: jackson-json,"
                + " compression: { threshold: 4KiB }, remote: { maximumValueBytes: 2MiB },"
                + " allowedTypes: [com.shop.**, com.Money],"
                + " degraded: { mode: fail-fast } } }");
    assertThat(given.bare("a").remote())
        .isEqualTo(
            new RemoteCacheSettings(
                2,
                "jackson-json",
                new Compression(Algorithm.NONE, 4096),
                2 << 20,
                List.of("com.shop.**", "com.Money"),
                false,
                true,
                false));
    assertThat(given.bare("b").remote().codec()).isEqualTo("java");
  }

  @Test
  void theAllowedTypesOfAVariableHaveCommas() {
    Given given =
        remote("caches: { none: { allowedTypes: [] } }")
            .variable("NEARSIDE_DEFAULTS_ALLOWED_TYPES", "com.shop.**, com.Money,profile:spring");
    assertThat(given.bare("a").remote().allowedTypes())
        .containsExactly("com.shop.**", "com.Money", "profile:spring");
    assertThat(given.bare("none").remote().allowedTypes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "allowedTypes: ['*'] | allowedTypes must name classes such as com.shop.Product, com.shop.*"
            + " or com.shop.**, was \"*\"",
        "allowedTypes: [com.shop.] | allowedTypes must name classes such as com.shop.Product,"
            + " com.shop.* or com.shop.**, was \"com.shop.\"",
        "allowedTypes: [[x]] | allowedTypes must be a list of classes or packages, was a list",
        "allowedTypes: { a: b } | allowedTypes must be a list of classes or packages,"
            + " was a mapping",
        "codec: 'java, kryo' | codec must be a codec's name (fory, fst, java, jackson-json,"
            + " jackson-cbor, jackson-msgpack, kryo, string, bytes), was \"java, kryo\"",
        "compression: { algorithm: gzip } | compression.algorithm must be none, lz4, zstd or"
            + " deflate, was \"gzip\"",
        "compression: { threshold: 0 } | compression.threshold must be > 0, was 0",
        "remote: { maximumValueBytes: 513MiB } | remote.maximumValueBytes must be at most"
            + " 536870912, was 537919488",
        "degraded: { mode: careful } | degraded.mode must be fail-safe or fail-fast,"
            + " was \"careful\"",
        "degraded: { reads: stale } | degraded.reads must be source or copies, was \"stale\"",
        "events: all | events.scope must be local or cluster, was \"all\"",
        "events: { scope: all } | events.scope must be local or cluster, was \"all\"",
        "load: { maximumConcurrent: 2, maximumConcurrentScope: all } | load.maximumConcurrentScope"
            + " must be local or cluster, was \"all\"",
        "load: { maximumConcurrentScope: cluster } | load.maximumConcurrentScope needs"
            + " load.maximumConcurrent, which says how many loads all nodes may have under way, was"
            + " cluster without it: give it, or take this out",
        "topology: local, load: { maximumConcurrent: 2, maximumConcurrentScope: cluster } |"
            + " load.maximumConcurrentScope has no effect with topology local: take one of them out",
        "schemaVersion: 0 | schemaVersion must be > 0, was 0",
        "topology: local, codec: kryo | codec has no effect with topology local:"
            + " take one of them out",
        "topology: local, events: local | events.scope has no effect with topology local:"
            + " take one of them out",
        "topology: remote, local: { maximumSize: 1 } | local.maximumSize has no effect with"
            + " topology remote: take one of them out",
        "topology: remote, local: { maximumWeight: 1 } | local.maximumWeight has no effect with"
            + " topology remote: take one of them out",
        "storeByValue: false | storeByValue must be true with topology two-tier, was false:"
            + " take it out, or write local",
        "topology: remote, storeByValue: false | storeByValue must be true with topology remote,"
            + " was false: take it out, or write local",
        "expiry: { adaptive: { minimum: 1s, maximum: 2s } } | expiry.adaptive can't be used by"
            + " cache \"a\", whose topology is two-tier, as reads are counted in one JVM only:"
            + " give timeToLive instead",
        "topology: remote, expiry: { adaptive: { minimum: 1s, maximum: 2s } } | expiry.adaptive"
            + " can't be used by cache \"a\", whose topology is remote, as reads are counted in"
            + " one JVM only: give timeToLive instead",
      })
  void aMistakeOfACacheIsRefused(String settings, String message) {
    refuses(
        remote("caches: { a: { " + settings + " } }"),
        "nearside.yaml, line 1: cache \"a\": " + message);
  }

  @ParameterizedTest
  @CsvSource({
    "topology: remote, remote",
    "preset: strict, remote",
    "topology: two-tier, two-tier",
  })
  void whatLivesInRedisNeedsARemote(String settings, String topology) {
    String problem =
        "topology was "
            + topology
            + ", but the manager has no remote: give remote.address"
            + " (NEARSIDE_REMOTE_ADDRESS) or remote.redisson, or write local";
    String preset = settings.startsWith("preset") ? " (preset strict)" : "";
    refuses(
        Given.file("caches: { a: { " + settings + " } }"),
        "nearside.yaml, line 1: cache \"a\"" + preset + ": " + problem);
  }

  @Test
  void strictIsRemote() {
    Given given = remote("defaults: { topology: local }, caches: { a: { preset: strict } }");
    assertThat(given.bare("a").topology()).isEqualTo(Topology.REMOTE);
  }

  @Test
  void strictFailsWithoutRedisUnlessItsOwnSettingsSayOtherwise() {
    Given given =
        remote(
            "defaults: { timeToLive: 1h, degraded: { mode: fail-safe } }"
                + ", caches: { a: { preset: strict }"
                + ", b: { preset: strict, degraded: { mode: fail-safe } }"
                + ", c: { preset: strict, topology: two-tier }"
                + ", d: { preset: strict, topology: local }, e: {} }");
    assertThat(given.bare("a").remote().failSafe()).isFalse();
    assertThat(given.bare("b").remote().failSafe()).as("its own").isTrue();
    assertThat(given.bare("c").remote().failSafe()).isFalse();
    assertThat(given.bare("d").topology()).isEqualTo(Topology.LOCAL);
    assertThat(given.bare("e").remote().failSafe()).isTrue();
    assertThat(given.warnings).isEmpty();
  }

  @Test
  void strictTakesNothingOfDefaultsThatMayBeOutOfDate() {
    String defaults =
        "defaults: { timeToLive: 1h, staleIfError: 2h, notFoundTimeToLive: 30s,"
            + " notFoundMaximumSize: 5, notFoundExceptions: [java.util.NoSuchElementException],"
            + " load: { softTimeout: 200ms, hardTimeout: 5s } }";
    String loader = "loader: " + Products.Loader.class.getName();
    Given given =
        remote(
            defaults
                + (", caches: { a: { preset: strict, " + loader + " }")
                + (", b: { preset: strict, staleIfError: 1h, " + loader + " }")
                + (", c: { " + loader + " } }"));
    assertThat(given.bare("a").notFound()).isNull();
    assertThat(given.bare("a").load().stale()).isNull();
    assertThat(given.bare("a").load().hardTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(given.bare("b").load().stale()).as("its own").isNotNull();
    assertThat(given.bare("c").notFound()).isNotNull();
    assertThat(given.bare("c").load().stale()).isNotNull();
  }

  @Test
  void defaultsOfTheOtherTierAreIgnored() {
    Given given =
        remote(
            "local: { maximumWeight: 1MiB }, defaults: { codec: kryo, storeByValue: false,"
                + " local: { maximumSize: 5 } }, caches: { a: { topology: remote, eternal: true } }");
    assertThat(given.bare("a").local()).isEqualTo(LocalSettings.NONE);
    assertThat(given.bare("a").storeByValue()).isTrue();
    assertThat(given.warnings).isEmpty();
    Given local =
        remote("defaults: { codec: kryo }, caches: { a: { topology: local, eternal: true } }");
    assertThat(local.bare("a").remote()).isEqualTo(RemoteCacheSettings.DEFAULT);
    assertThat(local.warnings).isEmpty();
  }

  @Test
  void aFileForARemoteRunsWithoutOneAndTheOtherWayRound() {
    Given given =
        Given.file(
            "caches: { a: { eternal: true, codec: kryo, schemaVersion: 2,",
            "    local: { maximumSize: 7, promoteAfter: 2 } } }");
    assertThat(given.bare("a").local().maximumSize()).isEqualTo(7);
    assertThat(given.warnings).isEmpty();
    given
        .variable("NEARSIDE_NAMESPACE", "shop")
        .variable("NEARSIDE_REMOTE_ADDRESS", "redis://localhost");
    assertThat(given.bare("a").remote().codec()).isEqualTo("kryo");
    assertThat(given.bare("a").local().maximumSize()).isEqualTo(7);
    assertThat(given.warnings).isEmpty();
    given.variable("NEARSIDE_DEFAULTS_TOPOLOGY", "remote");
    assertThat(given.bare("a").remote().codec()).isEqualTo("kryo");
    assertThat(given.warnings)
        .containsExactly(
            "nearside.yaml, line 2: cache \"a\": local.maximumSize has no effect with"
                + " topology remote",
            "nearside.yaml, line 2: cache \"a\": local.promoteAfter has no effect with"
                + " topology remote");
  }

  @Test
  void aNearerTopologyOverridesTheOtherTiersSettings() {
    Given given =
        remote("caches: { a: { codec: kryo, eternal: true } }")
            .systemProperty("nearside.caches.a.topology", "local");
    assertThat(given.bare("a").topology()).isEqualTo(Topology.LOCAL);
    given.systemProperty("nearside.caches.a.codec", "java");
    refuses(
        given,
        "system property nearside.caches.a.codec: cache \"a\": codec has no effect with topology"
            + " local: take one of them out");
  }

  @Test
  void nothingNearerThanTheTopologySpeaksOfTheOtherTier() {
    refuses(
        remote("caches: { a: { topology: remote } }")
            .property("nearside.caches.a.local.maximumSize", "7"),
        "property nearside.caches.a.local.maximumSize: cache \"a\": local.maximumSize has no effect"
            + " with topology remote: take one of them out");
  }

  @Test
  void codeThatAsksForAReferenceGetsTheStandardsException() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() ->
            remote("defaults: { eternal: true }")
                .load()
                .resolve("a", new MutableConfiguration<>().setStoreByValue(false)))
        .withMessage(
            "cache \"a\": storeByValue must be true with topology two-tier, was false:"
                + " take it out, or write local");
  }

  @Test
  void remoteCachesDoNotCountTowardsTheHeapAndCopiesDo() {
    Given given =
        remote(
                "defaults: { topology: remote, eternal: true, local: { maximumWeight: 10GiB } },"
                    + " caches: { two: { topology: two-tier } }")
            .heapBytes(1 << 20);
    given.bare("a");
    assertThat(given.warnings).isEmpty();
    given.bare("two");
    assertThat(given.warnings).singleElement().asString().contains("over a quarter of the heap");
  }

  @Test
  void adaptiveLifeThatIsOverriddenDoesNoHarm() {
    Given given =
        remote(
            "defaults: { expiry: { adaptive: { minimum: 1s, maximum: 2s } } },"
                + " caches: { a: { timeToLive: 1h } }");
    assertThat(given.bare("a").expiry().timeToLive()).hasHours(1);
  }
}
