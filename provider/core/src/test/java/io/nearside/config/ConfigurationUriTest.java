package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationUriTest {
  @TempDir Path folder;

  private static ManagerConfiguration load(String uri, ClassLoader loader) {
    return ManagerConfiguration.load(
        URI.create(uri), loader, new Properties(), Given.nothing().ambient());
  }

  private static ManagerConfiguration load(String uri) {
    return load(uri, ConfigurationUriTest.class.getClassLoader());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private ClassLoader loaderOfFolder() throws IOException {
    return new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nearside:default",
        "nearside:default?instance=b",
        "NEARSIDE:default?instance=%20"
      })
  void theDefaultIsContentWithoutAFile(String uri) throws IOException {
    assertThat(load(uri, loaderOfFolder()).declaredCaches()).isEmpty();
  }

  @Test
  void theDefaultReadsTheFileOfTheClassPath() throws IOException {
    write("nearside.yaml", "namespace: shop");
    assertThat(load("nearside:default?instance=b", loaderOfFolder()).namespace()).isEqualTo("shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"classpath:config/full.yaml", "classpath:/config/full.yaml"})
  void aFileOfTheClassPathIsRead(String uri) {
    ManagerConfiguration configuration = load(uri);
    assertThat(configuration.declaredCaches())
        .containsExactly("products", "sessions", "prices", "orders:it's #1 $");
    assertThat(configuration.declaredCaches().stream().map(configuration::declared))
        .extracting(CacheSettings::name)
        .containsExactlyElementsOf(configuration.declaredCaches());
    assertThat(configuration.localMaximumWeight()).isEqualTo(256L << 20);
  }

  @Test
  void aFileIsRead() throws IOException {
    Path file = write("my caches.yaml", "namespace: shop");
    assertThat(load(file.toUri().toString()).namespace()).isEqualTo("shop");
  }

  @Test
  void aFileInAJarIsRead() throws IOException {
    Path jar = folder.resolve("shop.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("conf/caches.yaml"));
      zip.write("namespace: shop".getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    assertThat(load("jar:" + jar.toUri() + "!/conf/caches.yaml").namespace()).isEqualTo("shop");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load("jar:" + jar.toUri() + "!/conf/missing.yaml"))
        .withMessageStartingWith("conf/missing.yaml: no such file");
    Files.delete(jar);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nearside:other | unknown name after nearside:; legal are nearside:default,"
            + " classpath:<path>,",
        "nearside://default | unknown name after nearside:",
        "nearside:default?namespace=x | unknown parameter \"namespace\"; legal is instance=",
        "nearside:default?instance= | unknown parameter \"instance\"",
        "nearside:default?instance=a&x=y | unknown parameter \"x\"",
        "nearside:default#x | a fragment (#…) means nothing here",
        "nearside.yaml | unknown form; legal are nearside:default, classpath:<path>, file:<path>",
        "ftp://host/nearside.yaml | unknown form; legal are",
        "http://host/nearside.yaml | configuration is not fetched over the network",
        "https://host/nearside.yaml | configuration is not fetched over the network",
        "jar:http://host/x.jar!/nearside.yaml | not a file within a local jar",
        "jar:file:/x.jar | not a file within a local jar",
        "file://host/nearside.yaml | not a path of a local file",
        "file:/no/such/nearside.yaml | no such file",
        "file:/nearside.yaml?instance=a | parameters (?…) are legal after nearside:default only",
        "classpath:missing.yaml | not found by the manager's class loader",
        "classpath:/ | not found by the manager's class loader",
        "classpath:config/full.yaml?a=b | parameters (?…) are legal after nearside:default only",
        "redis:localhost | must be redis://host:port[/db], redis+sentinel://host:port,…/master or"
            + " redis+cluster://host:port,… (with TLS: rediss), was \"redis:localhost\"",
        "redis://a:1,b:2 | must name one server: for several write redis+cluster:// or"
            + " redis+sentinel://…/master (replicas without sentinels: remote.redisson), was"
            + " \"a:1,b:2\"",
        "redis:///1 | must name servers as host:port, was \"\"",
        "redis://a:x | must name servers as host:port, was \"a:x\"",
        "redis://a:0 | must have ports from 1 to 65535, was 0",
        "redis://a:65536 | must have ports from 1 to 65535, was 65536",
        "redis://a/x | must end in /<number of a database>, from 0 to 9999, was \"/x\"",
        "redis://a/1/2 | must end in /<number of a database>, from 0 to 9999, was \"/1/2\"",
        "redis+sentinel://a:1,b:2 | must name the sentinels' master:"
            + " redis+sentinel://host:port,…/master[/db], was \"/\"",
        "redis+sentinel://a/m/x | must end in /<number of a database>, from 0 to 9999, was \"/x\"",
        "redis+cluster://a:1,b:2/1 | must be without a database, as a cluster has one only:"
            + " take out \"/1\"",
        "redis://a#x | a fragment (#…) means nothing here",
        "redis://a?namspace=x | unknown parameter \"namspace\", did you mean \"namespace\"?",
        "redis://a?password=s3cret | unknown parameter \"password\", known here: namespace,"
            + " topology, instance",
        "redis://a? | unknown parameter \"\"",
        "redis://a?namespace= | parameter namespace has no value",
        "redis://a?namespace | parameter namespace has no value",
        "redis://a?instance=1&instance=2 | parameter instance is given twice",
        "redis://a?namespace=a%20b | namespace must be 1 to 100 letters, digits, dots,",
        "redis://a?topology=near | topology must be local, remote or two-tier, was \"near\"",
      })
  void anotherUriIsRefusedByName(String uri, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load(uri))
        .withMessageStartingWith("URI \"" + uri.replaceFirst("\\?.*", "?…") + "\": " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://shop:s3cret@localhost:6379",
        "rediss://:s3cret@localhost",
        "redis+sentinel://u:s3cret@a:1,b:2/master",
        "redis+cluster://u:s3cret@a:1,b:2",
        "redis://u:p@s3cret@host",
        "redis://s3cret@host",
        "redis://:s3cret@host?namespace=x"
      })
  void aPasswordIsRefusedWithoutShowingIt(String uri) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load(uri))
        .withMessageContaining("must be without user and password, which would show in names and")
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3cret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://u:s3cret@host/x",
        "foo:s3cret@host",
        "redis://host?password=s3cret",
        "nearside:default?password=s3cret",
        "classpath:x?password=s3cret"
      })
  void noOtherRefusalShowsAPasswordEither(String uri) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load(uri))
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3cret"));
  }

  @Test
  void anErrorInAFileNamesTheFile() throws IOException {
    String uri = write("caches.yaml", "\nzebra: 1").toUri().toString();
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load(uri))
        .withMessageStartingWith("caches.yaml, line 2: unknown key \"zebra\"");
  }

  @Test
  void aFileThatIsTooLargeOrNotTextIsRefused() throws IOException {
    String large = write("large.yaml", "#".repeat((1 << 20) + 1)).toUri().toString();
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load(large))
        .withMessage("large.yaml: larger than 1 MiB, which no configuration is");
    String binary =
        Files.write(folder.resolve("x.yaml"), new byte[] {'a', (byte) 0xff}).toUri().toString();
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load(binary))
        .withMessage("x.yaml: not UTF-8: save it in that encoding");
  }

  @Test
  void aFolderIsNoFile() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> load(folder.toUri().toString()))
        .withMessageContaining("can't be read");
  }

  @Test
  void theSystemsPropertiesAreReadByDefault() {
    System.setProperty("nearside.namespace", "of-system");
    try {
      ManagerConfiguration configuration =
          ManagerConfiguration.load(
              URI.create("classpath:config/full.yaml"),
              getClass().getClassLoader(),
              new Properties());
      assertThat(configuration.namespace()).isEqualTo("of-system");
    } finally {
      System.clearProperty("nearside.namespace");
    }
  }
}
