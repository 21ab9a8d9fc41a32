package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearside.Topology;
import io.nearside.config.RemoteCacheSettings.Compression;
import io.nearside.config.RemoteCacheSettings.Compression.Algorithm;
import java.util.List;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  void theTopologyIsRemoteWhereThereIsARemote() {
    assertThat(Given.nothing().bare("a").topology()).isEqualTo(Topology.LOCAL);
    CacheSettings<Object, Object> remote = remote("defaults: { eternal: true }").bare("a");
    assertThat(remote.topology()).isEqualTo(Topology.REMOTE);
    assertThat(remote.local()).isEqualTo(LocalSettings.NONE);
    assertThat(remote.remote()).isEqualTo(RemoteCacheSettings.DEFAULT);
    assertThat(remote("defaults: { topology: local }").bare("a").topology())
        .isEqualTo(Topology.LOCAL);
  }

  @Test
  void whatAFileSaysOfTheRemoteTierIsTaken() {
    Given given =
        remote(
            "defaults: { codec: java, compression: { algorithm: none }, events: cluster },"
                + " caches: { a: { schemaVersion: 2, codec: jackson-json,"
                + " compression: { threshold: 4KiB }, remote: { maximumValueBytes: 2MiB },"
                + " allowedTypes: [com.shop.**, com.Money],"
                + " degraded: { mode: fail-fast, reads: source } } }");
    assertThat(given.bare("a").remote())
        .isEqualTo(
            new RemoteCacheSettings(
                2,
                "jackson-json",
                new Compression(Algorithm.NONE, 4096),
                2 << 20,
                List.of("com.shop.**", "com.Money"),
                false,
                true));
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
        "degraded: { reads: copies } | degraded.reads was copies: needs the two-tier topology,"
            + " which is not available in this version; write source",
        "events: all | events.scope must be local or cluster, was \"all\"",
        "events: { scope: all } | events.scope must be local or cluster, was \"all\"",
        "schemaVersion: 0 | schemaVersion must be > 0, was 0",
        "topology: local, codec: kryo | codec has no effect with topology local:"
            + " take one of them out",
        "topology: local, events: local | events.scope has no effect with topology local:"
            + " take one of them out",
        "topology: remote, local: { maximumSize: 1 } | local.maximumSize has no effect with"
            + " topology remote: take one of them out",
        "topology: remote, local: { maximumWeight: 1 } | local.maximumWeight has no effect with"
            + " topology remote: take one of them out",
        "storeByValue: false | storeByValue must be true with topology remote, was false:"
            + " take it out, or write local",
        "expiry: { adaptive: { minimum: 1s, maximum: 2s } } | expiry.adaptive can't be used by"
            + " cache \"a\", whose topology is remote, as reads are counted in one JVM only:"
            + " give timeToLive instead",
      })
  void aMistakeOfACacheIsRefused(String settings, String message) {
    refuses(
        remote("caches: { a: { " + settings + " } }"),
        "nearside.yaml, line 1: cache \"a\": " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"topology: remote", "preset: strict"})
  void aRemoteCacheNeedsARemote(String settings) {
    String problem =
        "topology was remote, but the manager has no remote: give remote.address"
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
            "    local: { maximumSize: 7 } } }");
    assertThat(given.bare("a").local().maximumSize()).isEqualTo(7);
    assertThat(given.warnings).isEmpty();
    given
        .variable("NEARSIDE_NAMESPACE", "shop")
        .variable("NEARSIDE_REMOTE_ADDRESS", "redis://localhost");
    assertThat(given.bare("a").remote().codec()).isEqualTo("kryo");
    assertThat(given.warnings)
        .containsExactly(
            "nearside.yaml, line 2: cache \"a\": local.maximumSize has no effect with"
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
            "cache \"a\": storeByValue must be true with topology remote, was false:"
                + " take it out, or write local");
  }

  @Test
  void remoteCachesDoNotCountTowardsTheHeap() {
    Given given =
        remote("defaults: { eternal: true, local: { maximumWeight: 10GiB } }").heapBytes(1 << 20);
    given.bare("a");
    assertThat(given.warnings).isEmpty();
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
