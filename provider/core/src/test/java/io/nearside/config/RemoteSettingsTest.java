package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearside.config.RemoteSettings.Address;
import io.nearside.config.RemoteSettings.Client;
import io.nearside.config.RemoteSettings.Mode;
import io.nearside.config.RemoteSettings.RedissonFile;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.redisson.api.RedissonClient;

/** Which Redis a manager gets, and how it is called. */
class RemoteSettingsTest {
  private static final String YAML = "singleServerConfig: { address: 'redis://a', password: p }";

  @TempDir Path folder;

  private static Object client() {
    return Proxy.newProxyInstance(
        RemoteSettingsTest.class.getClassLoader(),
        new Class<?>[] {RedissonClient.class},
        (proxy, method, arguments) -> "s3cret");
  }

  private static void refuses(Given given, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(given::load)
        .withMessage(message)
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3cret"));
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toUri().toString();
  }

  @Test
  void withoutAnEndpointThereIsNone() {
    assertThat(Given.file("namespace: shop", "remote: { timeout: 50ms }").load().remote()).isNull();
  }

  @Test
  void whatIsNotSaidIsBuiltIn() {
    assertThat(Given.file("namespace: shop", "remote: { address: 'redis://localhost' }").remote())
        .isEqualTo(
            new RemoteSettings(
                "shop",
                address("redis://localhost:6379"),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                1,
                16,
                CircuitBreakerSettings.DEFAULT,
                256));
  }

  private static Address address(String server) {
    return new Address(Mode.SINGLE, List.of(server), null, 0, null, null, null, null, false);
  }

  @Test
  void whatAFileSaysIsTaken() throws IOException {
    String trust = file("ca.pem", "-----BEGIN CERTIFICATE-----");
    Given given =
        Given.file(
                "namespace: shop",
                "remote:",
                "  address: rediss+sentinel://a:1,b/main/2",
                "  username: clerk",
                "  password: '${SHOP_PASSWORD}'",
                "  timeout: 50ms",
                "  connectTimeout: 2s",
                "  pool: { minimumIdle: 2, maximum: 3 }",
                "  circuitBreaker: { minimumCalls: 5, failureRate: 20%, failureThreshold: 4,",
                "    window: 10s, openDuration: 2s, maximumOpenDuration: 5s }",
                "  partitions: 16_384",
                "  tls: { trust: '" + trust + "', reload: 1h }",
                "  insecure: true")
            .variable("SHOP_PASSWORD", " s3cret ");
    assertThat(given.remote())
        .isEqualTo(
            new RemoteSettings(
                "shop",
                new Address(
                    Mode.SENTINEL,
                    List.of("rediss://a:1", "rediss://b:26379"),
                    "main",
                    2,
                    "clerk",
                    " s3cret ",
                    trust,
                    Duration.ofHours(1),
                    true),
                Duration.ofMillis(50),
                Duration.ofSeconds(2),
                2,
                3,
                new CircuitBreakerSettings(
                    5,
                    0.2,
                    4,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5)),
                16_384));
    assertThat(given.remote().toString()).doesNotContain("s3cret");
    assertThat(given.warnings).isEmpty();
  }

  @Test
  void twoVariablesGiveAProgramTwoTiers() {
    Given given =
        Given.nothing()
            .variable("NEARSIDE_NAMESPACE", "shop")
            .variable("NEARSIDE_REMOTE_ADDRESS", "redis://localhost:7000/1")
            .variable("NEARSIDE_REMOTE_PASSWORD", "s3cret");
    assertThat(given.remote().namespace()).isEqualTo("shop");
    assertThat(given.address().servers()).containsExactly("redis://localhost:7000");
    assertThat(given.address().database()).isEqualTo(1);
    assertThat(given.address().password()).isEqualTo("s3cret");
    assertThat(given.bare("any").topology()).isEqualTo(io.nearside.Topology.TWO_TIER);
  }

  @Test
  void aUriSaysAddressNamespaceAndTopology() {
    Given given =
        Given.uri("rediss+cluster://a:1,b:2?namespace=shop&topology=local&instance=a%20b");
    assertThat(given.remote().namespace()).isEqualTo("shop");
    assertThat(given.address().mode()).isEqualTo(Mode.CLUSTER);
    assertThat(given.address().servers()).containsExactly("rediss://a:1", "rediss://b:2");
    assertThat(given.bare("any").topology()).isEqualTo(io.nearside.Topology.LOCAL);
  }

  @Test
  void anOperatorBeatsTheUriAndPropertiesAgreeWithIt() {
    Given given =
        Given.uri("redis://localhost:1?namespace=code")
            .property("nearside.remote.address", "redis://LOCALHOST:1/0")
            .property("nearside.remote.password", "s3cret")
            .property("nearside.namespace", "code");
    assertThat(given.address().servers()).containsExactly("redis://localhost:1");
    given.variable("NEARSIDE_REMOTE_ADDRESS", "redis://localhost:2");
    assertThat(given.address().servers()).containsExactly("redis://localhost:2");
    assertThat(given.address().password()).isEqualTo("s3cret");
    given.systemProperty("nearside.remote.address", "redis://localhost:3");
    given.systemProperty("nearside.namespace", "system");
    assertThat(given.address().servers()).containsExactly("redis://localhost:3");
    assertThat(given.remote().namespace()).isEqualTo("system");
  }

  @Test
  void thePropertiesBeatTheFile() {
    Given given =
        Given.file("namespace: shop", "remote: { address: 'redis://localhost:1', timeout: 1s }")
            .property("nearside.remote.address", "redis://localhost:2");
    assertThat(given.address().servers()).containsExactly("redis://localhost:2");
    assertThat(given.remote().timeout()).hasSeconds(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nearside.remote.address | redis://b | must be redis://a:6379 as the manager's URI says,"
            + " or be left out, was redis://b:6379",
        "nearside.namespace | other | must be shop as the manager's URI says, or be left out,"
            + " was other",
        "nearside.defaults.topology | local | must be remote as the manager's URI says,"
            + " or be left out, was local",
        "nearside.remote.redisson | file:/x | can't stand beside the address in the manager's URI:"
            + " take one of them out",
      })
  void aPropertyMayNotContradictTheUri(String name, String value, String problem) {
    Given given = Given.uri("redis://a?namespace=shop&topology=remote").property(name, value);
    String setting = name.replace("nearside.", "").replace("defaults.", "");
    String owner = name.contains("defaults") ? "defaults: " : "";
    refuses(given, "property " + name + ": " + owner + setting + " " + problem);
  }

  @Test
  void aClientMayNotStandBesideTheUri() {
    refuses(
        Given.uri("redis://a?namespace=shop").property("nearside.redisson", client()),
        "property nearside.redisson: redisson can't stand beside the address in the manager's URI:"
            + " take one of them out");
  }

  @Test
  void aClientOfTheApplicationIsTakenAndNeverShown() {
    Object client = client();
    Given given =
        Given.file("namespace: shop", "remote: { timeout: 1s }")
            .property("nearside.redisson", client);
    assertThat(given.remote().endpoint()).isEqualTo(new Client(client));
    assertThat(given.remote().timeout()).hasSeconds(1);
    assertThat(given.remote().toString()).contains("Proxy").doesNotContain("s3cret");
  }

  @Test
  void aRedissonFileIsRead() throws IOException {
    String location = file("redisson.yaml", YAML);
    Given given = Given.file("namespace: shop", "remote: { redisson: '" + location + "' }");
    assertThat(given.remote().endpoint()).isEqualTo(new RedissonFile(location, YAML));
    assertThat(given.remote().toString()).contains("redisson.yaml").doesNotContain("password");
    Given ofClassPath =
        Given.file("namespace: shop", "remote: { redisson: 'classpath:config/full.yaml' }");
    assertThat(((RedissonFile) ofClassPath.remote().endpoint()).yaml()).contains("caches:");
  }

  @Test
  void theNearestSourceDecidesWhichEndpointItIs() {
    Given given =
        Given.file("namespace: shop", "remote: { redisson: 'file:/no/such.yaml', timeout: 1s }")
            .property("nearside.redisson", client());
    assertThat(given.remote().endpoint()).isInstanceOf(Client.class);
    given.variable("NEARSIDE_REMOTE_ADDRESS", "redis://localhost");
    assertThat(given.address().servers()).containsExactly("redis://localhost:6379");
  }

  @Test
  void whatAFartherSourceSaysOfItsOwnEndpointIsOverridden() {
    Given given =
        Given.file(
                "namespace: shop",
                "remote: { address: 'redis://a', password: s3cret, pool: { maximum: 3 } }")
            .property("nearside.redisson", client());
    assertThat(given.remote().endpoint()).isInstanceOf(Client.class);
    assertThat(given.warnings).isEmpty();
  }

  @Test
  void ambientSettingsThatACientCantHeedAreWarnedOf() {
    Given given =
        Given.file("namespace: shop")
            .property("nearside.redisson", client())
            .variable("NEARSIDE_REMOTE_PASSWORD", "s3cret");
    assertThat(given.remote().endpoint()).isInstanceOf(Client.class);
    assertThat(given.warnings)
        .containsExactly(
            "environment variable NEARSIDE_REMOTE_PASSWORD: remote.password has no effect on a"
                + " client of the application's own: set it there");
  }

  @ParameterizedTest
  @CsvSource({
    "remote.username, x",
    "remote.password, s3cret",
    "remote.insecure, true",
    "remote.connectTimeout, 1s",
    "remote.pool.minimumIdle, 1",
    "remote.pool.maximum, 1",
    "remote.tls.trust, file:/x",
    "remote.tls.reload, 1s"
  })
  void aClientHasItsOwnSettingsOfTheConnection(String setting, String value) {
    refuses(
        Given.file("namespace: shop")
            .property("nearside.redisson", client())
            .property("nearside." + setting, value),
        "property nearside."
            + setting
            + ": "
            + setting
            + " has no effect on a client of the application's own: set it there,"
            + " and take it out here");
  }

  @Test
  void aRedissonFileHasItsOwnPassword() throws IOException {
    String location = file("redisson.yaml", YAML);
    refuses(
        Given.file("namespace: shop", "remote: { redisson: '" + location + "', password: s3cret }"),
        "nearside.yaml, line 2: remote.password has no effect beside remote.redisson: set it in "
            + location
            + ", and take it out here");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(
            "remote: { address: 'redis://a' }",
            "namespace is required with a remote, where it keeps applications apart: give namespace"
                + " in the file, NEARSIDE_NAMESPACE, nearside.namespace, or ?namespace=<name> after"
                + " a redis: URI"),
        mistake(
            "remote: { address: 'redis://u:s3cret@a' }",
            "remote.address must be without user and password, which would show in names and logs:"
                + " take them out (they belong into remote.username and NEARSIDE_REMOTE_PASSWORD)"),
        mistake(
            "remote: { address: 'redis://a?password=s3cret' }",
            "remote.address must be without parameters (?…), which are legal in a manager's URI"
                + " only: take them out"),
        mistake(
            "remote: { address: 'localhost:6379' }",
            "remote.address must be redis://host:port[/db], redis+sentinel://host:port,…/master or"
                + " redis+cluster://host:port,… (with TLS: rediss), was \"localhost:6379\""),
        mistake(
            "remote: { address: 'redis://a', redisson: 'file:/x' }",
            "remote.redisson file:/x can't stand beside remote.address: take one of them out"),
        mistake(
            "remote: { redisson: redisson.yaml }",
            "remote.redisson must be file:<path> or classpath:<path>, was \"redisson.yaml\""),
        mistake(
            "remote: { redisson: 'classpath:missing.yaml' }",
            "remote.redisson can't be read: URI \"classpath:missing.yaml\": not found by the"
                + " manager's class loader"),
        mistake(
            "remote: { redisson: 'file:/no/such.yaml' }",
            "remote.redisson can't be read: URI \"file:/no/such.yaml\": no such file"),
        mistake(
            "redisson: { a: s3cret }",
            "redisson can't stand in a file: hand it over as the property"
                + " nearside.redisson, or name a Redisson YAML by remote.redisson"),
        mistake("remote: { password: '' }", "remote.password is empty: give one or take it out"),
        mistake("remote: { password: }", "remote.password has no value: give one or take it out"),
        mistake("remote: { password: [s3cret] }", "remote.password must be a text, was a list"),
        mistake(
            "remote: { password: !s3cret }",
            "remote.password begins with a !, which means a tag: put it in quotes"),
        mistake(
            "remote: { password: 's3cret${' }",
            "remote.password must write placeholders as ${NAME} or ${NAME:default}"),
        mistake(
            "remote: { password: '${NONE}' }",
            "remote.password needs the environment variable NONE: set it, or write"
                + " ${NONE:default}"),
        mistake(
            "remote: { password: *s3cret }",
            "not YAML: found undefined alias: put a text that begins with * in quotes"),
        mistake("remote: { username: '' }", "remote.username is empty: give one or take it out"),
        mistake(
            "{ namespace: x, remote: { address: 'redis://a', username: u } }",
            "remote.username needs a password: give NEARSIDE_REMOTE_PASSWORD or remote.password"),
        mistake(
            "{ namespace: x, remote: { address: 'redis://a', tls: { trust: 'file:/x' } } }",
            "remote.tls.trust needs TLS: write rediss: in remote.address, was redis://a:6379"),
        mistake(
            "{ namespace: x, remote: { address: 'rediss://a', tls: { trust: 'file:/no/x' } } }",
            "remote.tls.trust can't be read: URI \"file:/no/x\": no such file, or not readable"),
        mistake(
            "{ namespace: x, remote: { address: 'rediss://a', tls: { reload: 1h } } }",
            "remote.tls.reload needs remote.tls.trust, which it reads again: give it too"),
        mistake(
            "remote: { tls: { reload: 1ms } }",
            "remote.tls.reload must be at least PT1S, was PT0.001S"),
        mistake("remote: { timeout: 0s }", "remote.timeout must be > 0, was PT0S"),
        mistake("remote: { timeout: 61s }", "remote.timeout must be at most PT1M, was PT1M1S"),
        mistake(
            "remote: { connectTimeout: 1h }",
            "remote.connectTimeout must be at most PT1M, was PT1H"),
        mistake(
            "remote: { pool: { minimumIdle: 0 } }", "remote.pool.minimumIdle must be > 0, was 0"),
        mistake(
            "remote: { pool: { maximum: 1001 } }",
            "remote.pool.maximum must be at most 1000, was 1001"),
        mistake(
            "remote: { pool: { minimumIdle: 3, maximum: 2 } }",
            "remote.pool.maximum must be >= remote.pool.minimumIdle 3, was 2"),
        mistake(
            "{ namespace: x, remote: { address: 'redis://a', pool: { minimumIdle: 17 } } }",
            "remote.pool.maximum must be >= remote.pool.minimumIdle 17, was 16"),
        mistake("remote: { partitions: 0 }", "remote.partitions must be > 0, was 0"),
        mistake(
            "remote: { partitions: 16385 }", "remote.partitions must be at most 16384, was 16385"),
        mistake(
            "remote: { circuitBreaker: { failureRate: 0 } }",
            "remote.circuitBreaker.failureRate must be > 0, was 0.0"),
        mistake(
            "remote: { circuitBreaker: { failureRate: 101% } }",
            "remote.circuitBreaker.failureRate must be a ratio from 0 to 1, such as 0.1 or 10%,"
                + " was \"101%\""),
        mistake(
            "remote: { circuitBreaker: { minimumCalls: 0 } }",
            "remote.circuitBreaker.minimumCalls must be > 0, was 0"),
        mistake(
            "remote: { circuitBreaker: { failureThreshold: 0 } }",
            "remote.circuitBreaker.failureThreshold must be > 0, was 0"),
        mistake(
            "remote: { circuitBreaker: { window: 100ms } }",
            "remote.circuitBreaker.window must be at least PT1S, was PT0.1S"),
        mistake(
            "remote: { circuitBreaker: { window: 1500ms } }",
            "remote.circuitBreaker.window must be whole seconds, was PT1.5S"),
        mistake(
            "remote: { circuitBreaker: { window: 1h } }",
            "remote.circuitBreaker.window must be at most PT10M, was PT1H"),
        mistake(
            "remote: { circuitBreaker: { openDuration: 2h } }",
            "remote.circuitBreaker.openDuration must be at most PT1H, was PT2H"),
        mistake(
            "remote: { circuitBreaker: { openDuration: 2s, maximumOpenDuration: 1s } }",
            "remote.circuitBreaker.maximumOpenDuration must be >="
                + " remote.circuitBreaker.openDuration PT2S, was PT1S"),
        mistake("remote: { insecure: yes }", "remote.insecure must be true or false, was \"yes\""),
        mistake(
            "remote: { adress: 'redis://a' }",
            "unknown key \"remote.adress\", did you mean \"address\"?"));
  }

  private static Arguments mistake(String yaml, String message) {
    return Arguments.of(yaml, message);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsRefusedWithItsPlaceAndWithoutSecrets(String yaml, String message) {
    refuses(Given.file(yaml), "nearside.yaml, line 1: " + message);
  }

  @Test
  void aBrokenFileKeepsItsPasswordToItself() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.file("remote: { password: 's3cret' } }").load())
        .satisfies(refused -> assertThat(refused).hasNoCause())
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3cret"));
  }

  @Test
  void whatIsNoRedissonClientIsRefused() {
    refuses(
        Given.nothing().property("nearside.redisson", "s3cret"),
        "property nearside.redisson: redisson must be a org.redisson.api.RedissonClient, handed"
            + " over as the property nearside.redisson (a file's name goes under remote.redisson),"
            + " was a java.lang.String");
  }

  @Test
  void plainTextOverANetworkIsWarnedOfUnlessMeant() {
    Given given = Given.file("namespace: shop", "remote: { address: 'redis://cache' }");
    given.load();
    assertThat(given.warnings)
        .containsExactly(
            "nearside.yaml, line 2: remote.address is plain text over a network: write rediss:,"
                + " or remote.insecure: true if that is meant");
    Stream.of("{ address: 'rediss://cache' }", "{ address: 'redis://cache', insecure: true }")
        .map(remote -> Given.file("namespace: shop", "remote: " + remote))
        .forEach(quiet -> {
          quiet.load();
          assertThat(quiet.warnings).isEmpty();
        });
  }

  @Test
  void certificatesOfTheClassPathBecomeAUrl() {
    Given given =
        Given.file(
            "namespace: shop",
            "remote: { address: 'rediss://a', tls: { trust: 'classpath:config/full.yaml' } }");
    assertThat(given.address().tlsTrust()).startsWith("file:").endsWith("config/full.yaml");
  }
}
