package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.nodes.Answer.Tier;
import io.nearside.nodes.Load.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The share of hits in copies is that before a fault, and regained when it stays so. */
class LocalHitsTest {
  private static final Window FAULT = new Window(at(2_000), at(3_000));

  private final List<Writing> writes = new ArrayList<>();
  private final List<Reading> reads = new ArrayList<>();

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** One read each 10 ms. */
  private void reads(@Nullable Tier tier, long from, long to) {
    for (long now = from; now < to; now += 10) {
      Answer answer = tier == null ? null : new Answer(1L, tier, true);
      reads.add(new Reading(0, "k", answer, at(now), at(now) + 1));
    }
  }

  private LocalHits hits(Window... faults) {
    return new LocalHits(writes, reads, List.of(faults));
  }

  @Test
  void theShareIsThatBeforeTheFaultWithoutTheBeginning() {
    reads(Tier.REMOTE, 0, 500);
    reads(Tier.LOCAL, 500, 1_700);
    reads(Tier.REMOTE, 1_700, 5_000);
    assertThat(hits(FAULT).share()).hasValue(0.8);
  }

  @Test
  void failedReadsDoNotCount() {
    reads(Tier.LOCAL, 0, 1_250);
    reads(null, 1_250, 2_000);
    assertThat(hits().share()).hasValue(1);
  }

  @Test
  void staleAnswersAreNoHits() {
    reads(Tier.LOCAL, 0, 1_250);
    long now = at(1_250);
    for (int i = 0; i < 75; i++, now += at(10)) {
      reads.add(new Reading(0, "k", new Answer(1L, Tier.LOCAL, false), now, now + 1));
    }
    assertThat(hits().share().orElseThrow()).isBetween(0.49, 0.51);
  }

  @Test
  void whatIsNotThereHasNoCopyAndDoesNotCount() {
    reads(Tier.LOCAL, 0, 2_000);
    for (long now = at(500); now < at(2_000); now += at(10)) {
      reads.add(new Reading(0, "k", new Answer(null, Tier.REMOTE, true), now, now + 1));
    }
    assertThat(hits().share()).hasValue(1);
  }

  @Test
  void keysThatAreOftenWrittenDoNotCount() {
    reads(Tier.LOCAL, 0, 2_000);
    for (int i = 0; i < 100; i++) {
      long now = at(500 + 10 * i);
      reads.add(new Reading(0, "written", new Answer(1L, Tier.REMOTE, true), now, now + 1));
    }
    for (int i = 0; i < 4; i++) {
      writes.add(new Writing(0, "written", (long) i, true, at(i), at(i) + 1));
    }
    assertThat(hits().share()).hasValue(1);
    writes.remove(3); // a key that is read 33 times for each write is one that copies are for
    assertThat(hits().share().orElseThrow()).isBetween(0.55, 0.65);
  }

  @Test
  void theShareAfterwardsIsThatFromTheGivenTimeOn() {
    reads(Tier.LOCAL, 0, 3_000);
    reads(Tier.REMOTE, 3_000, 4_000);
    reads(Tier.LOCAL, 4_000, 6_000);
    assertThat(hits(FAULT).shareFrom(Duration.ofSeconds(1))).hasValue(1);
    assertThat(hits(FAULT).shareFrom(Duration.ZERO).orElseThrow()).isBetween(0.66, 0.67);
  }

  @Test
  void regainedAtOnceIfItNeverFell() {
    reads(Tier.LOCAL, 0, 6_000);
    assertThat(hits(FAULT).regainedMillis(FAULT)).hasValue(0);
  }

  @Test
  void regainedWhenItStaysSo() {
    reads(Tier.LOCAL, 0, 3_250);
    reads(null, 3_250, 3_500);
    reads(Tier.LOCAL, 3_500, 4_000);
    reads(Tier.REMOTE, 4_000, 4_250);
    reads(Tier.LOCAL, 4_250, 6_010);
    assertThat(hits(FAULT).regainedMillis(FAULT)).hasValue(1_250);
    assertThat(hits(FAULT).regained()).isEqualTo("1250 ms");
  }

  @Test
  void notRegainedIfItEndsLow() {
    reads(Tier.LOCAL, 0, 5_000);
    reads(Tier.REMOTE, 5_000, 6_010);
    assertThat(hits(FAULT).regainedMillis(FAULT)).isEmpty();
    assertThat(hits(FAULT).regained()).isEqualTo("-");
  }

  @Test
  void notRegainedBetweenFaultsThatComeSoon() {
    reads(Tier.LOCAL, 0, 6_000);
    Window next = new Window(at(3_100), at(3_200));
    assertThat(hits(FAULT, next).regainedMillis(FAULT)).isEmpty();
    assertThat(hits(FAULT, next).regainedMillis(next)).hasValue(0);
  }

  @Test
  void whereNobodyTellsWhoAnsweredThereIsNoShare() {
    reads(Tier.UNKNOWN, 0, 6_000);
    assertThat(hits(FAULT).share()).isEmpty();
    assertThat(hits(FAULT).regainedMillis(FAULT)).isEmpty();
  }
}
