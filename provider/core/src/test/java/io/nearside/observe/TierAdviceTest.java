package io.nearside.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.ManualClock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TierAdviceTest implements TierCounts {
  private static final long SECOND = 1_000_000_000L;

  private final Map<TierCount, Long> counts = new EnumMap<>(TierCount.class);
  private final List<String> warnings = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private final TierAdvice advice = new TierAdvice("orders", this, clock::nanos, warnings::add);

  @Override
  public long get(TierCount count) {
    return counts.getOrDefault(count, 0L);
  }

  @Override
  public void clear() {
    counts.clear();
  }

  /** A minute in which so much happens, evenly. */
  private void minute(long announcements, long hits) {
    for (int second = 0; second < 60; second++) {
      counts.merge(TierCount.ANNOUNCEMENTS, announcements / 60, Long::sum);
      counts.merge(TierCount.LOCAL_HITS, hits / 60, Long::sum);
      clock.advance(SECOND);
      advice.tick();
    }
  }

  @Test
  void warnsOnceWithBothFigures() {
    minute(60_000, 60_000);
    assertThat(warnings).isEmpty();
    minute(60_060, 60_000);
    assertThat(warnings)
        .containsExactly(
            "cache \"orders\": in the last minute this node has heard 60060 announcements of"
                + " changes, and answered 60000 reads from copies: topology: remote would be"
                + " cheaper");
    minute(90_000, 0);
    minute(90_000, 60);
    assertThat(warnings).hasSize(1);
  }

  @Test
  void warnsAgainOnlyAfterItWasGoodInBetween() {
    minute(6_000, 0);
    minute(6_000, 12_000);
    assertThat(warnings).hasSize(1);
    minute(6_000, 0);
    assertThat(warnings).hasSize(2);
  }

  @Test
  void saysNothingOfCachesThatHardlyChange() {
    minute(540, 0);
    assertThat(warnings).isEmpty();
    minute(600, 0);
    assertThat(warnings).hasSize(1);
  }

  @Test
  void countsThatWereClearedAreNoReason() {
    minute(60_000, 600_000);
    clear();
    counts.put(TierCount.ANNOUNCEMENTS, 700L);
    minute(0, 0);
    assertThat(warnings).isEmpty();
    minute(6_000, 0);
    assertThat(warnings).hasSize(1);
  }
}
