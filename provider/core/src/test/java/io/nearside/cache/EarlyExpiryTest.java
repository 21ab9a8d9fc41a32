package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearside.load.LoadTime;
import io.nearside.load.Loads;
import io.nearside.store.FakeClock;
import io.nearside.store.Seeds;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often chance has an entry loaded anew, by the formula and on a clock that the test moves. */
class EarlyExpiryTest {
  private static final int DRAWS = 100_000;

  /** Of a right implementation one run in two millions is beyond. */
  private static final double DEVIATIONS = 5;

  /** What every run has, so that the test never fails by chance; another one may be asked for. */
  private static final long SEED = Long.getLong("test.seed", 20_261_122);

  private final FakeClock clock = new FakeClock();
  private final LoadTime loadTime = new LoadTime(clock);
  private final Loads<Integer, String> loads =
      new Loads<>(
          "orders",
          new CacheLoader<Integer, String>() {
            @Override
            public String load(Integer key) {
              clock.pass(Duration.ofMillis(key));
              return "v";
            }

            @Override
            public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
              keys.forEach(this::load);
              return Map.of();
            }
          },
          loadTime);

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 1, 2, 3, 5, 7})
  void theProbabilityIsThatOfTheFormula(double timesTheLoad) {
    loads.load(200);
    RandomGenerator random = Seeds.random(SEED);
    System.out.println("EarlyExpiryTest -Dtest.seed=" + SEED);
    EarlyExpiry chance = new EarlyExpiry(loadTime, random);
    long left = (long) (timesTheLoad * Duration.ofMillis(200).toNanos());
    int due = 0;
    for (int i = 0; i < DRAWS; i++) {
      due += chance.isDue(clock.nanos() + left, clock.nanos()) ? 1 : 0;
    }
    double expected = Math.exp(-timesTheLoad);
    double deviation = Math.sqrt(expected * (1 - expected) / DRAWS);
    assertThat((double) due / DRAWS).isEqualTo(expected, within(DEVIATIONS * deviation));
  }

  /** Readers at even intervals: the entry is loaded anew at the time that the paper foretells. */
  @Test
  void manyReadersFindItDueAsEarlyAsTheFormulaSays() {
    loads.load(100);
    EarlyExpiry chance = new EarlyExpiry(loadTime, Seeds.random(SEED));
    long step = 1_000_000; // 100 reads in the time of a load
    int runs = 5_000;
    double sum = 0;
    double squares = 0;
    for (int run = 0; run < runs; run++) {
      long left = 2_000 * step;
      while (!chance.isDue(clock.nanos() + left, clock.nanos())) {
        left -= step;
      }
      double loadTimes = left / 1e8;
      sum += loadTimes;
      squares += loadTimes * loadTimes;
    }
    double mean = sum / runs;
    double deviation = Math.sqrt((squares / runs - mean * mean) / runs);
    assertThat(mean).isEqualTo(expectedMean(100), within(DEVIATIONS * deviation));
  }

  /** In load times, of so many reads in each. */
  private static double expectedMean(int reads) {
    double mean = 0;
    double notYet = 1;
    for (int i = 20 * reads; i > -reads; i--) {
      double due = Math.min(1, Math.exp(-(double) i / reads));
      mean += notYet * due * i / reads;
      notYet *= 1 - due;
    }
    return mean;
  }

  @Test
  void whatHasExpiredIsDueAndWhatIsFarFromItNever() {
    loads.load(100);
    EarlyExpiry chance = new EarlyExpiry(loadTime, new Random(SEED));
    long now = clock.nanos();
    EarlyExpiry least = new EarlyExpiry(loadTime, () -> -1L); // the highest that there is
    for (int i = 0; i < DRAWS; i++) {
      assertThat(chance.isDue(now, now)).isTrue();
      assertThat(chance.isDue(now + Duration.ofMillis(3_700).toNanos(), now)).isFalse();
    }
    assertThat(least.isDue(now + Duration.ofMillis(3_600).toNanos(), now)).isTrue();
  }

  @Test
  void beforeTheFirstLoadNothingIsDue() {
    EarlyExpiry chance = new EarlyExpiry(loadTime, new Random(SEED));
    assertThat(chance.isDue(clock.nanos() + 1, clock.nanos())).isFalse();
  }

  @Test
  void oneSlowLoadCountsForAnEighth() {
    loads.load(100);
    assertThat(loadTime.nanos()).isEqualTo(Duration.ofMillis(100).toNanos());
    loads.load(900);
    assertThat(loadTime.nanos()).isEqualTo(Duration.ofMillis(200).toNanos());
    loads.loadAll(Set.of(100, 500)); // one call
    assertThat(loadTime.nanos()).isEqualTo(Duration.ofMillis(250).toNanos());
  }
}
