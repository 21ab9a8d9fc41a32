package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings have it recorded which keys are read, and which can't be heeded. */
class WarmRecordSettingsTest {
  private static final String LOADER = "loader: io.nearside.config.Products$Loader";
  private static final Path FOLDER = Path.of("/var/lib/shop");

  private static @Nullable WarmRecordSettings settings(String cache) {
    return Given.file("{ caches: { a: { eternal: true, " + cache + " } } }")
        .bare("a")
        .load()
        .record();
  }

  @Test
  void nobodyAskedForIt() {
    assertThat(settings(LOADER)).isNull();
  }

  @Test
  void theDirectoryIsEnough() {
    WarmRecordSettings expected = new WarmRecordSettings(FOLDER, false, 10_000);
    assertThat(settings(LOADER + ", warm: { record: 'file:/var/lib/shop' }")).isEqualTo(expected);
    assertThat(settings(LOADER + ", warm: { record: { directory: /var/lib/shop } }"))
        .isEqualTo(expected);
    assertThat(
            Given.file("{ caches: { a: { eternal: true, " + LOADER + " } } }")
                .property("nearside.caches.a.warm.record", "/var/lib/shop")
                .bare("a")
                .load()
                .record())
        .isEqualTo(expected);
  }

  @Test
  void theRestIsHeeded() {
    assertThat(
            settings(
                LOADER
                    + ", warm: { record: { directory: /var/lib/shop, keys: clear,"
                    + " maximumKeys: 100_000 } }"))
        .isEqualTo(new WarmRecordSettings(FOLDER, true, 100_000));
    assertThat(settings(LOADER + ", warm: { record: { directory: /var/lib/shop, keys: hashed } }"))
        .isEqualTo(new WarmRecordSettings(FOLDER, false, 10_000));
  }

  @Test
  void defaultsAreForThoseThatCan() {
    assertThat(
            Given.file(
                    "{ defaults: { warm: { record: /var/lib/shop } }, caches: { a: { eternal: true"
                        + " } } }")
                .bare("a")
                .load()
                .record())
        .isNull();
  }

  @Test
  void aLocalCacheThatRecordsHeedsAllowedTypes() {
    String yaml =
        "{ caches: { a: { topology: local, eternal: true, allowedTypes: [ 'com.shop.*' ], "
            + LOADER
            + "%s } } }";
    assertThat(
            Given.file(yaml.formatted(", warm: { record: /var/lib/shop }"))
                .bare("a")
                .remote()
                .allowedTypes())
        .containsExactly("com.shop.*");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Given.file(yaml.formatted("")).bare("a"))
        .withMessageContaining("allowedTypes has no effect with topology local");
  }

  @Test
  void codeSaysTheSame() {
    assertThat(
            Given.nothing()
                .code(
                    NearsideConfiguration.builder(Long.class, String.class)
                        .eternal()
                        .loader(new Products.Loader())
                        .warmRecord(FOLDER, record -> record.clearKeys().maximumKeys(5)))
                .load()
                .record())
        .isEqualTo(new WarmRecordSettings(FOLDER, true, 5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "warm: { record: /tmp } | warm.record.directory needs a loader",
        "%, warm: { record: { keys: clear } } | warm.record.keys needs warm.record.directory",
        "%, warm: { record: { maximumKeys: 7 } } |"
            + " warm.record.maximumKeys needs warm.record.directory",
        "%, warm: { record: { directory: /tmp, keys: plain } } |"
            + " warm.record.keys must be hashed or clear, was \"plain\"",
        "%, warm: { record: { directory: /tmp, maximumKeys: 100_001 } } |"
            + " warm.record.maximumKeys must be at most 100000, was 100001",
        "%, warm: { record: { directory: 'file:' } } |"
            + " warm.record.directory must name a directory"
      })
  void whatCantBeIsRefused(String cache, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> settings(cache.replace("%", LOADER)))
        .withMessageContaining("cache \"a\"")
        .withMessageContaining(message);
  }
}
