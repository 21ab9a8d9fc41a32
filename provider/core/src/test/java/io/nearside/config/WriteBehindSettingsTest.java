package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings ask for write-behind, and which can't be heeded. */
class WriteBehindSettingsTest {
  private static final String WRITER = "writer: io.nearside.config.Products$Writer";

  private static @Nullable WriteBehindSettings settings(String yaml) {
    return Given.file(yaml).bare("a").writeBehind();
  }

  @Test
  void noneIsWriteThrough() {
    assertThat(settings("{ caches: { a: { " + WRITER + " } } }")).isNull();
  }

  @Test
  void anyTurnsItOn() {
    WriteBehindSettings byDefault = WriteBehindSettings.DEFAULT;
    assertThat(
            settings("{ caches: { a: { " + WRITER + ", writeBehind: { flushInterval: 1s } } } }"))
        .isEqualTo(byDefault);
    assertThat(settings("{ caches: { a: { " + WRITER + ", writeBehind: { batchSize: 100 } } } }"))
        .isEqualTo(byDefault);
  }

  @Test
  void allAreHeeded() {
    assertThat(
            settings(
                "{ caches: { a: { "
                    + WRITER
                    + ", writeBehind: { flushInterval: 5s, batchSize: 7, maxAttempts: 3,"
                    + " maximumLag: 1m, maximumDepth: 1_000, whenFull: block 250ms } } } }"))
        .isEqualTo(
            new WriteBehindSettings(
                Duration.ofSeconds(5),
                7,
                3,
                Duration.ofMinutes(1),
                1_000,
                Duration.ofMillis(250),
                false,
                null));
  }

  @Test
  void aReplicaMayBeAskedForOverRedis() {
    String redis = "namespace: shop, remote: { address: 'redis://localhost' }, ";
    String cache = "caches: { a: { topology: remote, " + WRITER + ", writeBehind: { acknowledge: ";
    assertThat(settings("{ " + redis + cache + "replica } } } }").byReplica()).isTrue();
    assertThat(settings("{ " + redis + cache + "local } } } }").byReplica()).isFalse();
  }

  /** It is for those over Redis. */
  @Test
  void localCachesDoNotHeedTheReplicaOfDefaults() {
    assertThat(
            settings(
                    "{ defaults: { writeBehind: { acknowledge: replica } }, caches: { a: { "
                        + WRITER
                        + " } } }")
                .byReplica())
        .isFalse();
  }

  @Test
  void aFullQueueMayFailAtOnce() {
    WriteBehindSettings settings =
        settings("{ caches: { a: { " + WRITER + ", writeBehind: { whenFull: fail } } } }");
    assertThat(settings).extracting(WriteBehindSettings::block).isEqualTo(Duration.ZERO);
  }

  @Test
  void defaultsAreForThoseThatHaveAWriter() {
    String defaults = "{ defaults: { writeBehind: { batchSize: 5 } }, caches: { a: { %s } } }";
    assertThat(settings(defaults.formatted("eternal: true"))).isNull();
    assertThat(settings(defaults.formatted(WRITER)))
        .extracting(WriteBehindSettings::batchSize)
        .isEqualTo(5);
  }

  private static void refuses(String yaml, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> settings(yaml))
        .withMessageContaining("cache \"a\"")
        .withMessageContaining(message);
  }

  @Test
  void itNeedsAWriter() {
    refuses(
        "{ caches: { a: { writeBehind: { batchSize: 5 } } } }",
        "writeBehind.batchSize needs a writer that is called");
    refuses(
        "{ caches: { a: { " + WRITER + ", writeThrough: false, writeBehind: { batchSize: 5 } } } }",
        "writeBehind.batchSize needs a writer that is called");
  }

  @Test
  void overRedisEachPartitionNeedsRoom() {
    String remote =
        "{ namespace: shop, remote: { address: 'redis://localhost' }, caches: { a: { topology: %s, "
            + WRITER
            + ", writeBehind: { maximumDepth: %s } } } }";
    refuses(remote.formatted("remote", "255"), "must be >= remote.partitions 256");
    refuses(remote.formatted("two-tier", "255"), "must be >= remote.partitions 256");
    assertThat(settings(remote.formatted("two-tier", "256"))).isNotNull();
    assertThat(settings(remote.formatted("local", "255"))).isNotNull();
  }

  @Test
  void aJournalIsForLocalCaches() {
    String remote =
        "{ namespace: shop, remote: { address: 'redis://localhost' }, caches: { a: { topology: %s, "
            + WRITER
            + ", writeBehind: { journal: 'file:/var/lib/shop', maximumBytes: 1MiB } } } }";
    assertThat(settings(remote.formatted("local")))
        .extracting(WriteBehindSettings::journal)
        .isEqualTo(new JournalSettings(Path.of("/var/lib/shop"), 1 << 20));
    refuses(
        remote.formatted("two-tier"),
        "writeBehind.journal has no effect with topology two-tier, whose queue is in Redis");
    String defaults =
        "{ namespace: shop, remote: { address: 'redis://localhost' }, defaults: { writeBehind: {"
            + " journal: journals } }, caches: { a: { topology: %s, "
            + WRITER
            + " } } }";
    assertThat(settings(defaults.formatted("remote")))
        .extracting(WriteBehindSettings::journal)
        .isNull();
    assertThat(settings(defaults.formatted("local")))
        .extracting(WriteBehindSettings::journal)
        .isEqualTo(
            new JournalSettings(
                Path.of("journals").toAbsolutePath(), JournalSettings.DEFAULT_MAXIMUM_BYTES));
  }

  @Test
  void aLocalCacheWithAJournalHasACodec() {
    String yaml = "{ caches: { a: { topology: local, codec: java, " + WRITER + "%s } } }";
    refuses(yaml.formatted(""), "codec has no effect with topology local");
    CacheSettings<?, ?> settings =
        Given.file(yaml.formatted(", writeBehind: { journal: journals }")).bare("a");
    assertThat(settings.remote().codec()).isEqualTo("java");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "whenFull: drop | must be fail, or block and for how long",
        "whenFull: block | must be fail, or block and for how long",
        "whenFull: block 0s | must be > 0",
        "whenFull: block 2h | must be at most PT1H",
        "batchSize: 0 | must be > 0",
        "batchSize: 10_001 | must be at most 10000",
        "maxAttempts: 1_001 | must be at most 1000",
        "maximumDepth: 10_000_001 | must be at most 10000000",
        "flushInterval: 2h | must be at most PT1H",
        "journal: 'file:' | must name a directory",
        "maximumBytes: 1MiB | needs writeBehind.journal",
        "maximumBytes: 0 | must be > 0",
        "acknowledge: replica | must be local with topology local",
        "acknowledge: all | must be local or replica, was"
      })
  void whatCantBeIsRefused(String setting, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() ->
            settings("{ caches: { a: { " + WRITER + ", writeBehind: { " + setting + " } } } }"))
        .withMessageContaining("writeBehind." + setting.substring(0, setting.indexOf(':')))
        .withMessageContaining(message);
  }

  @Test
  void theBuilderChecksAsAFileIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            NearsideConfiguration.builder(String.class, String.class)
                .writeBehind(queue -> queue.block(Duration.ZERO)))
        .withMessageContaining("writeBehind.whenFull must be > 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            NearsideConfiguration.builder(String.class, String.class)
                .writeBehind(queue -> queue.maximumDepth(0)))
        .withMessageContaining("writeBehind.maximumDepth");
  }
}
