package io.nearside.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.ManualClock;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TierAdviceTest {
  private static final long SECOND = 1_000_000_000L;

  private final TierCounts counts = new TierCounts();
  private final List<String> warnings = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private final CacheRecorder recorder = new CacheRecorder(false, clock::nanos);
  private final TierAdvice advice =
      new TierAdvice("orders", recorder, counts, clock::nanos, warnings::add);

  /** A minute in which so much happens, evenly. */
  private void minute(long announcements, long hits) {
    for (int second = 0; second < 60; second++) {
      counts.add(TierCount.ANNOUNCEMENTS, announcements / 60);
      recorder.copyHits(hits / 60);
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
    recorder.clear();
    counts.clear();
    counts.add(TierCount.ANNOUNCEMENTS, 700);
    minute(0, 0);
    assertThat(warnings).isEmpty();
    minute(6_000, 0);
    assertThat(warnings).hasSize(1);
  }
}
