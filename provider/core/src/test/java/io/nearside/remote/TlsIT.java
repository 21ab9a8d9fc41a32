package io.nearside.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.nearside.RemoteUnavailableException;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rediss:} and what is trusted. */
@Timeout(180)
class TlsIT {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;
  private Path trust;
  private Identity first;
  private RedisServer server;
  private Bench bench;

  /** A certificate that signs itself, and its key; both as PEM. */
  private record Identity(Path certificate, Path key) {}

  @BeforeEach
  void start() throws Exception {
    first = identity("first");
    trust = folder.resolve("trust.pem");
    Files.copy(first.certificate, trust);
    int port = RedisServer.freePort();
    try {
      server =
          RedisServer.start(
              "--tls-port",
              Integer.toString(port),
              "--tls-cert-file",
              first.certificate.toString(),
              "--tls-key-file",
              first.key.toString(),
              "--tls-auth-clients",
              "no");
    } catch (IOException e) {
      abort("the server at hand was built without TLS, or does not see the files: " + e);
    }
    bench = new Bench("rediss://" + RedisServer.HOST + ":" + port);
  }

  @AfterEach
  void stop() throws Exception {
    if (bench != null) {
      bench.close();
      server.close();
    }
  }

  private Identity identity(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                String.valueOf(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    Key key = keys.getKey(name, PASSWORD);
    return new Identity(
        pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded()),
        pem(name + ".key", "PRIVATE KEY", key.getEncoded()));
  }

  private Path pem(String file, String kind, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        folder.resolve(file),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }

  private Cache<String, String> cache(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.putIfAbsent("remote.tls.trust", trust.toUri().toString());
    return Bench.failFast(bench.node(settings));
  }

  private static void awaitPut(Cache<String, String> cache, String value) {
    await()
        .ignoreExceptions()
        .untilAsserted(() -> {
          cache.put("k", value);
          assertThat(cache.get("k")).isEqualTo(value);
        });
  }

  @Test
  void aTrustedServerIsTalkedTo() throws Exception {
    Cache<String, String> cache = cache(Map.of());
    awaitPut(cache, "v");
    assertThat(cache.<Integer>invoke("k", (entry, arguments) -> entry.getValue().length()))
        .isEqualTo(1);
    assertThat(server.keys("*")).isNotEmpty();
  }

  @Test
  void aServerThatIsNotTrustedIsRefusedWithTheSettingAndTheRemedy() throws Exception {
    Files.copy(
        identity("other").certificate, trust, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused(cache(Map.of()));
  }

  private void assertRefused(Cache<String, String> cache) throws IOException {
    await()
        .untilAsserted(() -> {
          Throwable refused = catchThrowable(() -> cache.get("k"));
          assertThat(refused).isInstanceOf(RemoteUnavailableException.class);
          assertThat(refused.getMessage()).contains("TLS failed", "remote.tls.trust");
        });
    assertThat(bench.logged()).contains("TLS failed", "remote.tls.trust holds the server's");
    assertThat(server.keys("*")).isEmpty();
  }

  /** The server's certificate is renewed, and who trusts the former one learns the new one. */
  @Test
  void theTrustFileIsReadAgain() throws Exception {
    Cache<String, String> cache = cache(Map.of("remote.tls.reload", "1s"));
    awaitPut(cache, "former");

    Identity second = identity("second");
    renew(second);
    await().untilAsserted(() -> assertThat(catchThrowable(() -> cache.get("k"))).isNotNull());
    Files.copy(second.certificate, trust, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    awaitPut(cache, "renewed");
  }

  private void renew(Identity identity) throws IOException {
    server.call(
        "CONFIG", "SET", "tls-cert-file", identity.certificate, "tls-key-file", identity.key);
    server.call("CLIENT", "KILL", "TYPE", "normal");
  }

  @Test
  void whatCannotBeReadAgainLeavesTheFormerInForce() throws Exception {
    Cache<String, String> cache = cache(Map.of("remote.tls.reload", "1s"));
    awaitPut(cache, "one");

    Files.writeString(trust, "nothing");
    await()
        .untilAsserted(() -> {
          server.call("CLIENT", "KILL", "TYPE", "normal");
          awaitPut(cache, "two");
          assertThat(bench.logged()).contains("can't be read again, the former stays in force");
        });
  }
}
