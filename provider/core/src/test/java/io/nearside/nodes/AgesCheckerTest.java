package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.nodes.Answer.Tier;
import io.nearside.nodes.KeyHistory.Lateness;
import io.nearside.nodes.KeyHistory.Losing;
import io.nearside.nodes.Load.Window;
import io.nearside.store.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The checker of ages lets pass what the promise allows, and counts what it doesn't. */
class AgesCheckerTest {
  private static final int WRITER = 0;
  private static final int OTHER = 1;
  private static final long BOUND = 100;

  private final List<Writing> writes = new ArrayList<>();
  private final List<Reading> reads = new ArrayList<>();
  private final List<Window> faults = new ArrayList<>();
  private Losing losing = Losing.NOTHING;
  private Duration late = Duration.ZERO;
  private Duration replay = Duration.ZERO;

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void wrote(@Nullable Long value, long from, long to) {
    writes.add(new Writing(WRITER, "k", value, true, at(from), at(to)));
  }

  private void tried(@Nullable Long value, long from, long to) {
    writes.add(new Writing(WRITER, "k", value, false, at(from), at(to)));
  }

  private void read(int node, @Nullable Long value, boolean fresh, long from, long to) {
    Answer answer = new Answer(value, Tier.UNKNOWN, fresh);
    reads.add(new Reading(node, "k", answer, at(from), at(to)));
  }

  private void read(@Nullable Long value, long from, long to) {
    read(OTHER, value, true, from, to);
  }

  private void fault(long from, long to) {
    faults.add(new Window(at(from), at(to)));
  }

  private Ages judged() {
    Lateness lateness = new Lateness(late, replay);
    return Ages.of(
        writes, reads, faults, new Ages.Rules(Duration.ofMillis(BOUND), losing, lateness));
  }

  private void isAged(long millis) {
    Ages ages = judged();
    assertThat(ages.longest()).isEqualTo(Duration.ofMillis(millis));
    assertThat(ages.strange()).isZero();
  }

  @Test
  void whatWasWrittenLastHasNoAge() {
    read(null, 0, 1);
    wrote(1L, 2, 3);
    read(1L, 4, 5);
    wrote(2L, 6, 7);
    read(2L, 8, 1_000);
    wrote(null, 1_001, 1_002);
    read(null, 2_000, 2_001);
    isAged(0);
    assertThat(judged().complaints()).isEmpty();
  }

  @Test
  void aReadDuringAWriteMaySeeEither() {
    wrote(1L, 0, 1);
    wrote(2L, 10, 30);
    read(1L, 20, 21);
    read(2L, 20, 21);
    read(1L, 5, 40);
    read(2L, 5, 40);
    isAged(0);
  }

  @Test
  void ageCountsFromTheReturnOfTheNextWriteToTheReadsInvocation() {
    wrote(1L, 0, 1);
    wrote(2L, 10, 30);
    wrote(3L, 50, 60);
    read(1L, 90, 500);
    isAged(60);
    assertThat(judged().complaints()).isEmpty();
  }

  @Test
  void aRemovedValueAgesToo() {
    wrote(1L, 0, 1);
    wrote(null, 10, 20);
    read(1L, 70, 71);
    isAged(50);
  }

  @Test
  void nothingIsAnOldAnswerWhereSomethingIs() {
    wrote(1L, 0, 1);
    read(null, 41, 42);
    isAged(40);
    wrote(null, 50, 51);
    wrote(2L, 60, 61);
    read(null, 110, 111);
    isAged(49);
  }

  @Test
  void freshAnswersOverTheBoundAreCounted() {
    wrote(1L, 0, 1);
    wrote(2L, 10, 20);
    read(1L, 120, 121);
    assertThat(judged().older()).isZero();
    read(1L, 121, 122);
    assertThat(judged().older()).isEqualTo(1);
    assertThat(judged().afterFaults()).isEqualTo(1);
    assertThat(judged().complaints()).anyMatch(c -> c.startsWith("FRESH, but over the bound"));
  }

  @Test
  void staleAnswersMayBeOldWhileAFaultIsNear() {
    wrote(1L, 0, 1);
    wrote(2L, 10, 20);
    fault(30, 500);
    read(OTHER, 1L, false, 400, 401);
    read(OTHER, 1L, false, 600, 601);
    Ages ages = judged();
    assertThat(ages.stale()).isEqualTo(2);
    assertThat(ages.older()).isZero();
    assertThat(ages.complaints()).isEmpty();
    assertThat(ages.longest()).isZero();

    read(OTHER, 1L, false, 601, 602);
    assertThat(judged().afterFaults()).isEqualTo(1);
    assertThat(judged().complaints()).hasSize(1);
  }

  @Test
  void freshAnswersMayNotBeOldWhateverHappens() {
    wrote(1L, 0, 1);
    wrote(2L, 10, 20);
    fault(30, 500);
    read(1L, 400, 401);
    assertThat(judged().older()).isEqualTo(1);
    assertThat(judged().afterFaults()).isZero();
  }

  @Test
  void aNodeReadsItsOwnWrites() {
    wrote(1L, 0, 1);
    wrote(2L, 10, 20);
    read(WRITER, 1L, true, 19, 25);
    read(OTHER, 1L, true, 30, 31);
    read(WRITER, 1L, false, 30, 31);
    assertThat(judged().complaints()).isEmpty();
    read(WRITER, 1L, true, 21, 22);
    assertThat(judged().unreadOwn()).isEqualTo(1);
    assertThat(judged().complaints()).hasSize(1);
  }

  @Test
  void whatNobodyHasWrittenIsStrange() {
    wrote(1L, 10, 11);
    read(2L, 20, 21);
    assertThat(judged().strange()).isEqualTo(1);
    assertThat(judged().complaints()).hasSize(1);
  }

  @Test
  void whatWasWrittenOnlyLaterIsStrange() {
    wrote(1L, 10, 11);
    read(1L, 8, 9);
    assertThat(judged().strange()).isEqualTo(1);
  }

  @Test
  void aKeyThatNobodyWroteIsAbsent() {
    read(null, 8, 9);
    assertThat(judged().complaints()).isEmpty();
    read(1L, 8, 9);
    assertThat(judged().strange()).isEqualTo(1);
  }

  @Test
  void anUnknownWriteMayHaveHappened() {
    wrote(1L, 0, 1);
    tried(2L, 10, 20);
    read(1L, 1_000, 1_001);
    read(2L, 1_000, 1_001);
    isAged(0);
    wrote(3L, 1_100, 1_101);
    read(1L, 1_131, 1_132);
    isAged(30);
    read(2L, 1_151, 1_152);
    isAged(50);
  }

  @Test
  void anUnknownWriteDoesNotRemove() {
    wrote(1L, 0, 1);
    tried(2L, 10, 20);
    read(null, 31, 32);
    isAged(30);
  }

  @Test
  void anUnknownWriteMayTakeEffectLate() {
    late = Duration.ofMillis(50);
    wrote(1L, 0, 1);
    tried(2L, 10, 20);
    wrote(3L, 30, 40);
    read(2L, 1_000, 1_001);
    read(3L, 1_000, 1_001);
    isAged(0);
    wrote(4L, 1_100, 1_101);
    read(2L, 1_111, 1_112);
    isAged(10);
  }

  @Test
  void anUnknownWriteBeyondItsLatestInstantIsOld() {
    late = Duration.ofMillis(50);
    tried(2L, 10, 20);
    wrote(3L, 71, 80);
    read(2L, 100, 101);
    isAged(20);
  }

  @Test
  void anUnknownWriteMayBeInvalidatedLaterWhereThatIsDone() {
    replay = Duration.ofMillis(100);
    wrote(1L, 0, 1);
    fault(5, 500);
    tried(2L, 10, 20);
    wrote(3L, 550, 551);
    read(null, 900, 901);
    isAged(0);
    wrote(4L, 1_000, 1_001);
    read(null, 1_041, 1_042);
    isAged(40);
  }

  @Test
  void afterALossNothingIsThereUntilTheNextWrite() {
    losing = Losing.EVERYTHING;
    wrote(1L, 0, 1);
    fault(100, 110);
    read(null, 105, 106);
    read(null, 1_000, 1_001);
    read(1L, 110, 111);
    isAged(0);
    wrote(2L, 1_010, 1_020);
    read(null, 1_050, 1_051);
    isAged(30);
  }

  @Test
  void whatWasLostIsOldAfterwards() {
    losing = Losing.EVERYTHING;
    wrote(1L, 0, 1);
    fault(100, 110);
    read(1L, 170, 171);
    isAged(60);
    read(1L, 500, 501);
    assertThat(judged().older()).isEqualTo(1);
  }

  @Test
  void whatMayHaveBeenEvictedIsNotOldUntilTheNextWrite() {
    losing = Losing.ANYTHING;
    wrote(1L, 0, 1);
    fault(100, 110);
    read(1L, 500, 501);
    read(null, 500, 501);
    isAged(0);
    wrote(2L, 600, 610);
    read(null, 630, 631);
    isAged(20);
    read(1L, 650, 651);
    isAged(40);
  }

  @Test
  void whatWasWrittenDuringALossMayStay() {
    losing = Losing.EVERYTHING;
    wrote(1L, 0, 1);
    fault(100, 110);
    wrote(2L, 102, 108);
    read(2L, 1_000, 1_001);
    read(null, 1_000, 1_001);
    isAged(0);
  }

  @Test
  void withoutALossAbsenceIsOld() {
    wrote(1L, 0, 1);
    fault(100, 110);
    read(null, 105, 106);
    isAged(104);
  }

  @Test
  void aReplicaMayBringBackTheLast() {
    losing = Losing.THE_LAST;
    wrote(1L, 0, 1);
    wrote(2L, 1_500, 1_501);
    wrote(3L, 3_000, 3_001);
    fault(3_100, 4_000);
    read(2L, 9_000, 9_001); // current less than a second before the fault
    read(3L, 9_000, 9_001);
    isAged(0);
    wrote(4L, 9_100, 9_101);
    read(2L, 9_111, 9_112);
    isAged(10);
    read(1L, 3_500, 3_501);
    assertThat(judged().older()).isEqualTo(1);
  }

  @Test
  void aKeyHasOneWriter() {
    wrote(1L, 0, 10);
    wrote(2L, 5, 15);
    assertThatThrownBy(this::judged).hasMessageContaining("several writers");
  }

  @Test
  void linesAreReadAsTheyWereWritten() {
    wrote(1L, 0, 1);
    tried(null, 2, 3);
    read(OTHER, 1L, true, 4, 5);
    read(WRITER, null, false, 6, 7);
    reads.add(new Reading(OTHER, "k", null, 8, 9));
    assertThat(writes.stream().map(Writing::line).map(Writing::parse)).isEqualTo(writes);
    assertThat(reads.stream().map(Reading::line).map(Reading::parse)).isEqualTo(reads);
  }

  /** A reader that sees a register as it was a while ago is found to be late for no longer. */
  @Test
  void randomReadersOfThePastAreAsOldAsTheyAre() {
    RandomGenerator random = Seeds.random(Seeds.seed("ages"));
    long longest = 0;
    for (int round = 0; round < 200; round++) {
      AgesCheckerTest history = new AgesCheckerTest();
      long lag = random.nextLong(2 * BOUND);
      history.randomPast(random, lag);
      Ages ages = history.judged();
      assertThat(ages.strange()).isZero();
      assertThat(ages.longest()).isLessThanOrEqualTo(Duration.ofMillis(lag));
      assertThat(ages.older() == 0).isEqualTo(ages.longest().toMillis() <= BOUND);
      longest = Math.max(longest, ages.longest().toMillis());
    }
    assertThat(longest).isGreaterThan(BOUND);
  }

  private void randomPast(RandomGenerator random, long lag) {
    List<@Nullable Long> held = new ArrayList<>();
    Long value = null;
    long next = 0;
    for (long now = 0; now < 1_000; now++) {
      if (now == next) { // takes effect at once, returns later
        value = random.nextInt(5) == 0 ? null : Long.valueOf(now);
        next = now + 1 + random.nextLong(20);
        wrote(value, now, now + random.nextLong(next - now));
      }
      held.add(value);
      long seen = Math.max(0, now - random.nextLong(lag + 1));
      read(held.get((int) seen), now, now + 1);
    }
  }
}
