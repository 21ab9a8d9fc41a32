package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearside.Topology;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings have a cache remember what does not exist, and which can't be heeded. */
class NotFoundSettingsTest {
  private static final String LOADER = "loader: io.nearside.config.Products$Loader";

  private static @Nullable NotFoundSettings settings(String cache) {
    return Given.file("{ caches: { a: { " + cache + " } } }").bare("a").notFound();
  }

  @Test
  void nobodyAskedForIt() {
    assertThat(settings(LOADER)).isNull();
  }

  @Test
  void whatIsSaidCounts() {
    assertThat(
            settings(
                LOADER
                    + ", timeToLive: 1h, jitter: 20%, notFoundTimeToLive: 30s,"
                    + " notFoundMaximumSize: 500, notFoundExceptions:"
                    + " [java.util.NoSuchElementException, java.time.DateTimeException]"))
        .isEqualTo(
            new NotFoundSettings(
                Duration.ofSeconds(30),
                new JitterSettings(0.2, JitterSettings.Mode.SUBTRACT),
                500,
                List.of(NoSuchElementException.class, java.time.DateTimeException.class)));
  }

  @Test
  void codeSaysTheSame() {
    NearsideConfiguration<Long, String> code =
        NearsideConfiguration.builder(Long.class, String.class)
            .topology(Topology.LOCAL)
            .loader(new Products.Loader())
            .notFoundTimeToLive(Duration.ofSeconds(5))
            .notFoundExceptions(NoSuchElementException.class)
            .build();
    NotFoundSettings settings = Given.nothing().load().resolve("a", code).notFound();
    assertThat(settings).isNotNull();
    assertThat(settings.timeToLive()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.maximumSize()).isEqualTo(NotFoundSettings.DEFAULT_MAXIMUM_SIZE);
    assertThat(settings.exceptions()).isEqualTo(List.<Object>of(NoSuchElementException.class));
  }

  @Test
  void codeIsCheckedToo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            NearsideConfiguration.builder(Object.class, Object.class)
                .notFoundTimeToLive(Duration.ofSeconds(-1)))
        .withMessageContaining("notFoundTimeToLive must be > 0, was PT-1S");
  }

  @Test
  void defaultsAreForThoseThatLoad() {
    String defaults = "{ defaults: { notFoundTimeToLive: 30s }, caches: { a: { %s } } }";
    assertThat(Given.file(defaults.formatted("timeToLive: 1h")).bare("a").notFound()).isNull();
    assertThat(Given.file(defaults.formatted(LOADER)).bare("a").notFound()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "notFoundTimeToLive: 30s | notFoundTimeToLive needs a loader",
        "%, readThrough: false, notFoundTimeToLive: 30s | notFoundTimeToLive needs a loader",
        "%, notFoundTimeToLive: 0s | notFoundTimeToLive must be > 0",
        "%, notFoundTimeToLive: -3s | notFoundTimeToLive must be",
        "%, notFoundTimeToLive: 2h | notFoundTimeToLive must be at most PT1H, was PT2H",
        "%, notFoundTimeToLive: 30s, notFoundMaximumSize: 0 | notFoundMaximumSize must be > 0",
        "%, notFoundTimeToLive: 30s, notFoundMaximumSize: 20000000 |"
            + " notFoundMaximumSize must be at most 10000000",
        "%, notFoundMaximumSize: 5 | notFoundMaximumSize needs notFoundTimeToLive",
        "%, notFoundExceptions: java.lang.RuntimeException |"
            + " notFoundExceptions needs notFoundTimeToLive",
        "%, notFoundTimeToLive: 30s, notFoundExceptions: java.lang.RuntimeException |"
            + " notFoundExceptions must name exceptions that say that something does not exist",
        "%, notFoundTimeToLive: 30s, notFoundExceptions: java.lang.String |"
            + " notFoundExceptions must name exceptions",
        "%, notFoundTimeToLive: 30s, notFoundExceptions: com.shop.Missing |"
            + " notFoundExceptions names a class that the manager's class loader can't load",
        "%, notFoundTimeToLive: 30s, notFoundExceptions: com.shop.* |"
            + " notFoundExceptions must be a class name"
      })
  void whatCantBeIsRefused(String cache, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> settings(cache.replace("%", LOADER)))
        .withMessageContaining(message);
  }
}
