package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings have stale entries stand in for loads that fail, and which can't be heeded. */
class StaleSettingsTest {
  private static final String LOADER = "loader: io.nearside.config.Products$Loader";

  private static @Nullable StaleSettings settings(String cache) {
    return settings("{}", cache);
  }

  private static @Nullable StaleSettings settings(String defaults, String cache) {
    return Given.file("{ defaults: " + defaults + ", caches: { a: { " + cache + " } } }")
        .bare("a")
        .load()
        .stale();
  }

  @Test
  void whatIsAskedForIsHeeded() {
    assertThat(settings(LOADER + ", timeToLive: 1h")).isNull();
    assertThat(settings(LOADER + ", timeToLive: 1h, staleIfError: 2h"))
        .isEqualTo(new StaleSettings(Duration.ofHours(2), RefreshSettings.DEFAULT_THROTTLE));
    assertThat(settings(LOADER + ", timeToLive: 1h, staleIfError: 2h, throttle: 5s"))
        .isEqualTo(new StaleSettings(Duration.ofHours(2), Duration.ofSeconds(5)));
    assertThat(settings(LOADER + ", timeToLive: 1h, staleIfError: 16m, refreshAheadFactor: 0.75"))
        .isNotNull();
    assertThat(settings(LOADER + ", timeToLive: 1h, staleIfError: 1m, refreshAhead: xfetch"))
        .isNotNull();
  }

  @Test
  void defaultsAreForThoseThatCan() {
    String defaults = "{ staleIfError: 10m }";
    assertThat(settings(defaults, LOADER + ", timeToLive: 1h")).isNotNull();
    for (String cannot :
        new String[] {
          "timeToLive: 1h",
          LOADER + ", eternal: true",
          LOADER + ", timeToLive: 1h, refreshAheadFactor: 0.5"
        }) {
      assertThat(settings(defaults, cannot)).as(cannot).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "staleIfError: 1h, timeToLive: 1h | staleIfError needs a loader",
        "%, staleIfError: 1h, eternal: true | staleIfError needs timeToLive",
        "%, staleIfError: 0s, timeToLive: 1h | staleIfError must be",
        "%, staleIfError: -1s, timeToLive: 1h | staleIfError must be",
        "%, staleIfError: 31d, timeToLive: 1h | staleIfError must be at most",
        "%, timeToLive: 1h, load: { softTimeout: 1s } | load.softTimeout needs staleIfError",
        "load: { softTimeout: 1s } | load.softTimeout needs staleIfError",
        "%, timeToLive: 1h, staleIfError: 1h, load: { softTimeout: 2s, hardTimeout: 2s } |"
            + " load.softTimeout must be under load.hardTimeout PT2S",
        "%, timeToLive: 1h, staleIfError: 1h, load: { softTimeout: 61m } |"
            + " load.softTimeout must be at most PT1H",
        "%, staleIfError: 15m, timeToLive: 1h, expiry: { softTimeToLive: 45m } |"
            + " staleIfError must be over PT15M"
      })
  void whatCantBeIsRefused(String cache, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> settings(cache.replace("%", LOADER)))
        .withMessageContaining("cache \"a\"")
        .withMessageContaining(message);
  }

  @Test
  void callersStopWaitingWhereSomethingStandsIn() {
    String cache = LOADER + ", timeToLive: 1h, staleIfError: 2h";
    assertThat(softTimeout("{}", cache + ", load: { softTimeout: 200ms }"))
        .isEqualTo(Duration.ofMillis(200));
    assertThat(softTimeout("{}", cache + ", load: { softTimeout: 200ms, hardTimeout: 1s }"))
        .isEqualTo(Duration.ofMillis(200));
    String defaults = "{ load: { softTimeout: 1s } }";
    assertThat(softTimeout(defaults, cache)).isEqualTo(Duration.ofSeconds(1));
    assertThat(softTimeout(defaults, cache + ", load: { hardTimeout: 1s }")).isNull();
    assertThat(settings(defaults, LOADER + ", timeToLive: 1h")).isNull();
  }

  private static @Nullable Duration softTimeout(String defaults, String cache) {
    return java.util.Objects.requireNonNull(settings(defaults, cache)).softTimeout();
  }

  @ParameterizedTest
  @ValueSource(strings = {"remote", "two-tier"})
  void theRemoteTierHeedsItToo(String topology) {
    Given given =
        Given.file(
            "{ remote: { address: 'redis://localhost' }, namespace: n, caches: { a: { "
                + LOADER
                + ", topology: "
                + topology
                + ", timeToLive: 1h, staleIfError: 2h } } }");
    assertThat(given.bare("a").load().stale())
        .isEqualTo(new StaleSettings(Duration.ofHours(2), RefreshSettings.DEFAULT_THROTTLE));
  }
}
