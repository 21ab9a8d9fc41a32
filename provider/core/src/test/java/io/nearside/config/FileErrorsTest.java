package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Stream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of mistake in a file says file, line, key, value, and what would be legal. */
class FileErrorsTest {

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(
            "caches:\n  products:\n    timeToLife: 1h",
            "nearside.yaml, line 3: cache \"products\": unknown key \"timeToLife\","
                + " did you mean \"timeToLive\"?"),
        mistake(
            "caches:\n  products: { ttl: 1h }",
            "nearside.yaml, line 2: cache \"products\": unknown key \"ttl\","
                + " did you mean \"timeToLive\"?"),
        mistake(
            "caches:\n  products:\n    maximumSize: 10",
            "nearside.yaml, line 3: cache \"products\": unknown key \"maximumSize\","
                + " did you mean \"local.maximumSize\"?"),
        mistake(
            "caches:\n  products:\n    local:\n      maximumsize: 10",
            "nearside.yaml, line 4: cache \"products\": unknown key \"local.maximumsize\","
                + " did you mean \"maximumSize\"?"),
        mistake(
            "caches:\n  products:\n    local.maximumSize: 10",
            "nearside.yaml, line 3: cache \"products\": unknown key \"local.maximumSize\","
                + " write local: { maximumSize: \u2026 }"),
        mistake(
            "cache:\n  products: {}",
            "nearside.yaml, line 1: unknown key \"cache\", did you mean \"caches\"?"),
        mistake(
            "zebra: 1",
            "nearside.yaml, line 1: unknown key \"zebra\", known here: namespace, application,"
                + " local, coherence, meterRegistry, observationRegistry, clock, beans, metrics, redisson,"
                + " remote, defaults, caches"),
        mistake(
            "defaults:\n  keyType: java.lang.Long",
            "nearside.yaml, line 2: defaults: unknown key \"keyType\", known here: topology,"),
        mistake(
            "defaults:\n  timeToLive: 5 parsecs",
            "nearside.yaml, line 2: defaults: timeToLive must be a duration such as 250ms, 10s, 5m,"
                + " 1h, 7d or PT5M, was \"5 parsecs\""),
        mistake(
            "defaults:\n  timeToLive: 0s",
            "nearside.yaml, line 2: defaults: timeToLive must be > 0, was PT0S"),
        mistake(
            "local: { maximumWeight: 64KB }",
            "nearside.yaml, line 1: local.maximumWeight must be a size such as 64KiB, 8MiB, 1GiB or"
                + " a number of bytes, was \"64KB\""),
        mistake(
            "local: { maximumSize: 100 }",
            "nearside.yaml, line 1: unknown key \"local.maximumSize\","),
        mistake(
            "defaults: { statistics: yes }",
            "nearside.yaml, line 1: defaults: statistics must be true or false, was \"yes\""),
        mistake(
            "defaults: { jitter: 110% }",
            "nearside.yaml, line 1: defaults: jitter.ratio must be a ratio from 0 to 1,"
                + " such as 0.1 or 10%, was \"110%\""),
        mistake(
            "defaults: { jitter: { mode: add } }",
            "nearside.yaml, line 1: defaults: jitter.mode must be subtract or both, was \"add\""),
        mistake(
            "defaults: { jitter: 10%, jitter: 20% }",
            "nearside.yaml, line 1: defaults: duplicate key \"jitter\""),
        mistake(
            "defaults: { events: { maximumQueued: 3_000_000_000 } }",
            "nearside.yaml, line 1: defaults: events.maximumQueued must be at most 2147483647,"
                + " was 3000000000"),
        mistake(
            "defaults: { topology: near }",
            "nearside.yaml, line 1: defaults: topology must be local, remote or two-tier,"
                + " was \"near\""),
        mistake(
            "coherence: { bound: 499ms }",
            "nearside.yaml, line 1: coherence.bound must be at least PT0.5S, was PT0.499S: with"
                + " less, copies would hardly ever be proved fresh; give more, or topology: remote"
                + " to caches that must be fresher"),
        mistake(
            "metrics: { registry: prometheus }",
            "nearside.yaml, line 1: metrics.registry must be none or global, was \"prometheus\""),
        mistake(
            "metrics: { summary: 900ms }",
            "nearside.yaml, line 1: metrics.summary must be at least PT1S, was PT0.9S"),
        mistake(
            "metrics: { server: 61m }",
            "nearside.yaml, line 1: metrics.server must be at most PT1H, was PT1H1M"),
        mistake(
            "meterRegistry: global",
            "nearside.yaml, line 1: meterRegistry can't stand in a file: hand it over as the"
                + " property nearside.meterRegistry, or write metrics.registry: global"),
        mistake(
            "observationRegistry: global",
            "nearside.yaml, line 1: observationRegistry can't stand in a file: hand it over as the"
                + " property nearside.observationRegistry"),
        mistake(
            "clock: system",
            "nearside.yaml, line 1: clock can't stand in a file: hand it over as the property"
                + " nearside.clock"),
        mistake(
            "beans: spring",
            "nearside.yaml, line 1: beans can't stand in a file: hand it over as the property"
                + " nearside.beans"),
        mistake(
            "coherence: { afterOutage: forget }",
            "nearside.yaml, line 1: coherence.afterOutage must be revalidate or trust, was"
                + " \"forget\""),
        mistake(
            "coherence: { bound: 61s }",
            "nearside.yaml, line 1: coherence.bound must be at most PT1M, was PT1M1S"),
        mistake(
            "defaults: { coherence: { bound: 2s } }",
            "nearside.yaml, line 1: defaults: unknown key \"coherence\","),
        mistake(
            "defaults: { local: { promoteAfter: 0 } }",
            "nearside.yaml, line 1: defaults: local.promoteAfter must be > 0, was 0"),
        mistake(
            "defaults: { local: { promoteAfter: 16 } }",
            "nearside.yaml, line 1: defaults: local.promoteAfter must be at most 15, was 16"),
        mistake(
            "defaults: { local: { timeToLive: 5MiB } }",
            "nearside.yaml, line 1: defaults: local.timeToLive must be a duration such as 250ms,"
                + " 10s, 5m, 1h, 7d or PT5M, was \"5MiB\""),
        mistake(
            "defaults: { local: { maximumValueBytes: 5m } }",
            "nearside.yaml, line 1: defaults: local.maximumValueBytes must be a size such as 64KiB,"
                + " 8MiB, 1GiB or a number of bytes, was \"5m\""),
        mistake(
            "defaults: { degraded: { maximumStaleness: 61m } }",
            "nearside.yaml, line 1: defaults: degraded.maximumStaleness must be at most PT1H,"
                + " was PT1H1M"),
        mistake(
            "defaults:\n  degraded:\n    mode: fail-fast\n    reads: copies",
            "nearside.yaml, line 4: defaults: degraded.reads has no effect with degraded.mode"
                + " fail-fast: take one of them out"),
        mistake(
            "caches: { a: { preset: sesion } }",
            "nearside.yaml, line 1: cache \"a\": preset names no preset: was \"sesion\","
                + " did you mean \"session\"?"),
        mistake(
            "caches: { a: { loader: \"com shop\" } }",
            "nearside.yaml, line 1: cache \"a\": loader must be the name of a class or"
                + " bean, without blanks, was \"com shop\""),
        mistake(
            "namespace: a b",
            "nearside.yaml, line 1: namespace must be 1 to 100 letters, digits, dots, hyphens or"
                + " underscores, was \"a b\""),
        mistake("namespace:", "nearside.yaml, line 1: namespace has no value: give one"),
        mistake("namespace: [shop]", "nearside.yaml, line 1: namespace must be a name, was a list"),
        mistake(
            "caches:\n  products:\n    timeToLive: { hours: 1 }",
            "nearside.yaml, line 3: cache \"products\": timeToLive must be a duration,"
                + " was a mapping"),
        mistake(
            "caches:\n  products: 1h",
            "nearside.yaml, line 2: cache \"products\" must be a mapping of settings, was \"1h\""),
        mistake(
            "caches:\n  products:\n    local: 100",
            "nearside.yaml, line 3: cache \"products\": local must be a mapping of settings,"
                + " was \"100\""),
        mistake(
            "caches:\n- products",
            "nearside.yaml, line 2: caches must be a mapping of settings, was a list"),
        mistake(
            "- a\n- b",
            "nearside.yaml, line 1: the file must be a mapping of settings, was a list"),
        mistake("just text", "nearside.yaml, line 1: the file must be a mapping of settings, was"),
        mistake(
            "caches:\n  a: {}\n  b: {}\n  a: {}",
            "nearside.yaml, line 4: caches: duplicate key \"a\""),
        mistake(
            "caches:\n  ? [a, b]\n  : {}",
            "nearside.yaml, line 2: caches: a key must be a text, was a list"),
        mistake(
            "caches:\n  \"\": {}", "nearside.yaml, line 2: caches: a cache's name can't be empty"),
        mistake(
            "namespace: !!javax.script.ScriptEngineManager shop",
            "nearside.yaml, line 1: not YAML: Global tag is not allowed:"
                + " tag:yaml.org,2002:javax.script.ScriptEngineManager"),
        mistake(
            "caches: !mine {}",
            "nearside.yaml, line 1: tags are not supported: take out \"!mine\""),
        mistake("a: 1\n---\nb: 2", "nearside.yaml, line 2: not YAML: but found another document"),
        mistake("a: \"\\x", "nearside.yaml: not YAML: For input string"),
        mistake("caches: {", "nearside.yaml, line 1: not YAML: "),
        mistake("caches:\n\tproducts: {}", "nearside.yaml, line 2: not YAML: found character"),
        mistake(
            "a:\n  b: \u0001",
            "nearside.yaml, line 2: not YAML: special characters are not allowed"),
        mistake(
            "caches: " + "{a: ".repeat(40) + "}".repeat(40),
            "nearside.yaml: not YAML: Nesting Depth exceeded max 30"),
        mistake(
            "namespace: ${SHOP}",
            "nearside.yaml, line 1: namespace needs the environment variable SHOP: set it,"
                + " or write ${SHOP:default}"),
        mistake(
            "namespace: ${SHOP",
            "nearside.yaml, line 1: namespace must write placeholders as ${NAME} or"
                + " ${NAME:default}, was \"${SHOP\""),
        mistake(
            "caches:\n  a:\n    timeToLive: 1h\n    eternal: true",
            "nearside.yaml, line 4: cache \"a\": eternal true can't stand beside timeToLive:"
                + " take one of them out"),
        mistake(
            "caches:\n  a:\n    timeToLive: 1h\n    expiry: { adaptive: { hot: 5 } }",
            "nearside.yaml, line 4: cache \"a\": expiry.adaptive.hot 5 can't stand beside"
                + " timeToLive: take one of them out"),
        mistake(
            "caches:\n  a:\n    eternal: true\n    expiry: { sliding: 5m }",
            "nearside.yaml, line 4: cache \"a\": expiry.sliding PT5M can't stand beside eternal:"
                + " take one of them out"),
        mistake(
            "caches:\n  a:\n    expiryPolicy: x.Y\n    timeToLive: 5m",
            "nearside.yaml, line 4: cache \"a\": timeToLive PT5M can't stand beside expiryPolicy:"
                + " take one of them out"),
        mistake(
            "caches:\n  \"a.*\":\n    valueType: java.lang.Long",
            "nearside.yaml, line 3: cache \"a.*\": valueType can't stand in a pattern,"
                + " whose caches get types from code"),
        mistake(
            "defaults:\n  local:\n    maximumSize: 10\n    maximumWeight: 1MiB",
            "nearside.yaml, line 4: defaults: local.maximumWeight 1048576 can't stand beside"
                + " local.maximumSize: take one of them out"),
        mistake(
            "defaults:\n  expiry: { sliding: 30m, maximumLife: 5m }",
            "nearside.yaml, line 2: defaults: expiry.maximumLife must be >= expiry.sliding PT30M,"
                + " was PT5M"),
        mistake(
            "defaults:\n  expiry: { adaptive: { minimum: 1h, maximum: 5m } }",
            "nearside.yaml, line 2: defaults: expiry.adaptive.maximum must be >="
                + " expiry.adaptive.minimum PT1H, was PT5M"));
  }

  private static Arguments mistake(String yaml, String message) {
    return Arguments.of(yaml, message);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsRefusedWithItsPlace(String yaml, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.file(yaml).load())
        .withMessageStartingWith(message);
  }

  static Stream<Arguments> unavailable() {
    String later = " is not available in this version: take it out";
    return Stream.of(
        mistake(
            "caches: { a: { hotKeys: { threshold: 1 } } }",
            "cache \"a\": hotKeys.threshold" + later),
        mistake("defaults: { hotKeys: { hold: 1s } }", "defaults: hotKeys.hold" + later),
        mistake("defaults: { encryption: { key: k1 } }", "defaults: encryption.key" + later),
        mistake(
            "caches: { a: { encryption: { keys: { k: s3cret } } } }",
            "cache \"a\": encryption.keys" + later),
        mistake(
            "caches: { a: { writeBehind: { remote: x } } }",
            "cache \"a\": writeBehind.remote" + later));
  }

  @ParameterizedTest
  @MethodSource("unavailable")
  void whatThisVersionCantHonourIsRefused(String yaml, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.file(yaml).load())
        .withMessage("nearside.yaml, line 1: " + message)
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3cret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n\n", "# only a comment", "---", "{}", "caches:", "defaults:\ncaches: {}"})
  void aFileWithoutSettingsIsLegal(String yaml) {
    assertThat(Given.file(yaml).bare("products")).isEqualTo(Given.nothing().bare("products"));
  }

  @Test
  void aRepeatedShorthandIsRefused() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() ->
            Given.nothing()
                .property("nearside.defaults.jitter", "10%")
                .property("nearside.defaults.jitter.ratio", "20%")
                .load())
        .withMessage(
            "property nearside.defaults.jitter.ratio: defaults: jitter.ratio is given twice:"
                + " take one of them out");
  }

  @Test
  void placeholdersComeFromTheEnvironment() {
    Given given =
        Given.file(
                "namespace: ${SHOP}-${STAGE:test}",
                "defaults: { timeToLive: '${TTL:5m}', eternal: '${EMPTY:}false' }")
            .variable("SHOP", "shop");
    assertThat(given.load().namespace()).isEqualTo("shop-test");
    assertThat(given.bare("a").expiry().timeToLive()).hasMinutes(5);
    given.variable("TTL", "1h").variable("STAGE", "live");
    assertThat(given.load().namespace()).isEqualTo("shop-live");
    assertThat(given.bare("a").expiry().timeToLive()).hasHours(1);
  }

  @Test
  void aLoopOfAliasesEnds() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.file("caches: &loop", "  a: *loop").load())
        .withMessageContaining("nearside.yaml, line 2");
  }

  @Test
  void aliasesThatMultiplyAreRefused() {
    StringBuilder yaml = new StringBuilder("a: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int level = 1; level < 12; level++) {
      String alias = "*l" + (level - 1) + ", ";
      yaml.append("b").append(level).append(": &l").append(level).append(" [");
      yaml.append(alias.repeat(10)).append("y]\n");
    }
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.file(yaml.toString()).load())
        .withMessageStartingWith("nearside.yaml");
  }

  @Test
  void anAliasMayRepeatSettings() {
    ManagerConfiguration configuration =
        Given.file("caches:", "  a: &short { timeToLive: 10s }", "  b: *short").load();
    assertThat(configuration.declared("b").expiry().timeToLive()).hasSeconds(10);
  }
}
