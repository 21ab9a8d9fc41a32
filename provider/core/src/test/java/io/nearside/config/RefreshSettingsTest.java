package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings have entries loaded anew before they expire, and which can't be heeded. */
class RefreshSettingsTest {
  private static final String LOADER = "loader: io.nearside.config.Products$Loader";
  private static final Duration HOUR = Duration.ofHours(1);

  private static @Nullable RefreshSettings settings(String cache) {
    return Given.file("{ caches: { a: { " + cache + " } } }").bare("a").load().refresh();
  }

  @Test
  void nobodyAskedForIt() {
    assertThat(settings(LOADER + ", timeToLive: 1h")).isNull();
  }

  @Test
  void anAgeIsAPartOfTheLife() {
    assertThat(settings(LOADER + ", timeToLive: 1h, expiry: { softTimeToLive: 45m }"))
        .isEqualTo(new RefreshSettings(0.75, HOUR, RefreshSettings.DEFAULT_THROTTLE));
  }

  @Test
  void aFactorAndAThrottleAreHeeded() {
    assertThat(settings(LOADER + ", timeToLive: 1h, refreshAheadFactor: 0.8, throttle: 5s"))
        .isEqualTo(new RefreshSettings(0.8, HOUR, Duration.ofSeconds(5)));
  }

  @Test
  void chanceHasNoPart() {
    assertThat(settings(LOADER + ", timeToLive: 1h, refreshAhead: xfetch"))
        .isEqualTo(new RefreshSettings(null, HOUR, RefreshSettings.DEFAULT_THROTTLE));
    assertThat(
            Given.file("{ defaults: { refreshAhead: xfetch }, caches: { a: { timeToLive: 1h } } }")
                .bare("a")
                .load()
                .refresh())
        .isNull();
  }

  @Test
  void defaultsAreForThoseThatCan() {
    String defaults = "{ defaults: { refreshAheadFactor: 0.8 }, caches: { a: { %s } } }";
    for (String cannot :
        new String[] {
          "timeToLive: 1h", LOADER + ", eternal: true", LOADER + ", expiry: { sliding: 1h }"
        }) {
      assertThat(Given.file(defaults.formatted(cannot)).bare("a").load().refresh())
          .as(cannot)
          .isNull();
    }
    assertThat(
            Given.file(defaults.formatted(LOADER + ", timeToLive: 1h")).bare("a").load().refresh())
        .isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refreshAheadFactor: 0.8, timeToLive: 1h | refreshAheadFactor needs a loader",
        "%, refreshAheadFactor: 0.8, eternal: true | refreshAheadFactor needs timeToLive",
        "%, refreshAheadFactor: 1, timeToLive: 1h | refreshAheadFactor must be over 0 and under 1",
        "%, refreshAheadFactor: 0, timeToLive: 1h | refreshAheadFactor must be over 0 and under 1",
        "%, refreshAheadFactor: 0.5, timeToLive: 1h, expiry: { softTimeToLive: 1m } |"
            + " refreshAheadFactor can't stand beside expiry.softTimeToLive",
        "%, timeToLive: 1h, expiry: { softTimeToLive: 1h } |"
            + " expiry.softTimeToLive must be under timeToLive PT1H, was PT1H",
        "%, timeToLive: 1h, expiry: { softTimeToLive: 1m, sliding: 5m } |"
            + " expiry.softTimeToLive can't stand beside expiry.sliding",
        "%, timeToLive: 1h, throttle: 5s | throttle needs refreshAheadFactor",
        "refreshAhead: xfetch, timeToLive: 1h | refreshAhead needs a loader",
        "%, refreshAhead: xfetch, eternal: true | refreshAhead needs timeToLive",
        "%, refreshAhead: early, timeToLive: 1h | refreshAhead must be xfetch, was",
        "%, refreshAhead: xfetch, timeToLive: 1h, expiry: { softTimeToLive: 1m } |"
            + " refreshAhead can't stand beside expiry.softTimeToLive",
        "%, refreshAhead: xfetch, timeToLive: 1h, refreshAheadFactor: 0.5 |"
            + " refreshAhead can't stand beside refreshAheadFactor",
        "%, refreshAhead: xfetch, timeToLive: 1h, expiry: { sliding: 5m } |"
            + " refreshAhead can't stand beside expiry.sliding",
        "%, timeToLive: 1h, refreshAheadFactor: 0.8, throttle: 2h | throttle must be at most PT1H"
      })
  void whatCantBeIsRefused(String cache, String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> settings(cache.replace("%", LOADER)))
        .withMessageContaining("cache \"a\"")
        .withMessageContaining(message);
  }
}
