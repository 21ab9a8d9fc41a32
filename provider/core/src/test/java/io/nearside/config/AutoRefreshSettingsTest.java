package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings have chosen keys loaded at intervals, and which can't be heeded. */
class AutoRefreshSettingsTest {
  private static final String LOADER = "loader: io.nearside.config.Products$Loader";

  private static @Nullable AutoRefreshSettings settings(String cache) {
    return Given.file("{ caches: { a: { " + cache + " } } }").bare("a").load().autoRefresh();
  }

  @Test
  void nobodyAskedForIt() {
    assertThat(settings(LOADER + ", timeToLive: 1h")).isNull();
  }

  @Test
  void theIntervalIsEnough() {
    assertThat(settings(LOADER + ", timeToLive: 1h, refresh: { interval: 1m }"))
        .isEqualTo(new AutoRefreshSettings(Duration.ofMinutes(1), Duration.ofMinutes(10), 4));
    assertThat(settings(LOADER + ", eternal: true, refresh: { interval: 30s }")).isNotNull();
  }

  @Test
  void theRestIsHeeded() {
    String all = "refresh: { interval: 5m, stopAfterLastAccess: 2h, concurrency: 64 }";
    assertThat(settings(LOADER + ", timeToLive: 1h, " + all))
        .isEqualTo(new AutoRefreshSettings(Duration.ofMinutes(5), Duration.ofHours(2), 64));
  }

  @Test
  void defaultsAreForThoseThatCan() {
    assertThat(
            Given.file(
                    "{ defaults: { refresh: { interval: 1m } }, caches: { a: { timeToLive: 1h } } }")
                .bare("a")
                .load()
                .autoRefresh())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeToLive: 1h, refresh: { interval: 1m } | refresh.interval needs a loader",
        "%, timeToLive: 1h, refresh: { interval: 29s } | refresh.interval must be at least PT30S",
        "%, timeToLive: 1h, refresh: { interval: 6m } | refresh.interval must be at most PT5M",
        "%, timeToLive: 1m, refresh: { interval: 1m } |"
            + " refresh.interval must be under timeToLive PT1M",
        "%, timeToLive: 1h, refresh: { concurrency: 4 } |"
            + " refresh.concurrency needs refresh.interval",
        "%, timeToLive: 1h, refresh: { stopAfterLastAccess: 4m } |"
            + " refresh.stopAfterLastAccess needs refresh.interval",
        "%, timeToLive: 1h, refresh: { interval: 1m, stopAfterLastAccess: 59s } |"
            + " refresh.stopAfterLastAccess must be >= refresh.interval PT1M, was PT59S",
        "%, timeToLive: 1h, refresh: { interval: 1m, stopAfterLastAccess: 25h } |"
            + " refresh.stopAfterLastAccess must be at most PT24H",
        "%, timeToLive: 1h, refresh: { interval: 1m, concurrency: 65 } |"
            + " refresh.concurrency must be at most 64"
      })
  void whatCantBeIsRefused(String cache, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> settings(cache.replace("%", LOADER)))
        .withMessageContaining("cache \"a\"")
        .withMessageContaining(message);
  }
}
