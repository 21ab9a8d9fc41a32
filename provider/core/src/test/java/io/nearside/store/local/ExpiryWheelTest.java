package io.nearside.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Seeds;
import io.nearside.store.StoredEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel against a sorted map, at random. */
class ExpiryWheelTest {
  private static final long TICK = 1L << 27;
  private static final long MILLI = 1_000_000L;
  private static final long START = 1_000_000_000L;

  private final Set<Slot<Integer, Integer>> alive = new HashSet<>();
  private final List<Slot<Integer, Integer>> gone = new ArrayList<>();
  private ExpiryWheel<Integer, Integer> wheel = new ExpiryWheel<>(START);
  private long now = START;

  private Slot<Integer, Integer> schedule(int key, long expiresAt) {
    Slot<Integer, Integer> slot = new Slot<>(key, new StoredEntry<>(key, expiresAt));
    wheel.schedule(slot);
    alive.add(slot);
    return slot;
  }

  private static long expiry(Slot<Integer, Integer> slot) {
    StoredEntry<Integer> entry = slot.entry();
    assertThat(entry).isNotNull();
    return entry.expiresAt();
  }

  private static long randomTime(RandomGenerator random, long least, long most) {
    // Evenly over the orders of magnitude, so that every level of the wheel is used.
    double exponent = random.nextDouble(Math.log(least), Math.log(most));
    return (long) Math.exp(exponent);
  }

  /** Turns the wheel and compares what it returns with what the model says. */
  private void turn(long to, long toleranceNanos) {
    now = to;
    List<Slot<Integer, Integer>> due = wheel.turn(now);
    assertThat(new HashSet<>(due)).hasSameSizeAs(due);
    for (Slot<Integer, Integer> slot : due) {
      assertThat(alive.remove(slot)).as("returned once, and only while scheduled").isTrue();
      assertThat(expiry(slot)).isLessThanOrEqualTo(now);
      gone.add(slot);
    }
    for (Slot<Integer, Integer> slot : alive) {
      assertThat(expiry(slot)).as("found in time").isGreaterThan(now - toleranceNanos);
    }
  }

  private void assertUnlinked() {
    for (Slot<Integer, Integer> slot : gone) {
      assertThat(slot.previous).isNull();
      assertThat(slot.next).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomSchedulesOverTwoMonths(long offset) {
    long seed = Seeds.seed("ExpiryWheelTest") + offset;
    RandomGenerator random = Seeds.random(seed);
    for (int step = 0; step < 3_000; step++) {
      for (int i = random.nextInt(4); i > 0; i--) {
        change(random, step * 10 + i);
      }
      turn(now + randomTime(random, MILLI, TimeUnit.DAYS.toNanos(30)), TICK);
      if (random.nextInt(50) == 0) {
        now += random.nextInt(3); // schedule at odd moments too
      }
    }
    turn(now + TimeUnit.DAYS.toNanos(70), TICK);
    turn(now + TICK, TICK);
    assertThat(alive).isEmpty();
    assertUnlinked();
  }

  private void change(RandomGenerator random, int key) {
    long expiresAt = now + randomTime(random, MILLI, TimeUnit.DAYS.toNanos(60));
    if (alive.isEmpty() || random.nextInt(10) < 5) {
      schedule(key, expiresAt);
      return;
    }
    Slot<Integer, Integer> slot = any(random);
    StoredEntry<Integer> entry = slot.entry();
    switch (random.nextInt(6)) {
      case 0 -> { // unscheduled, as of a key that was removed
        assertThat(slot.kill()).isSameAs(entry);
        wheel.unschedule(slot);
        alive.remove(slot);
        gone.add(slot);
      }
      case 1 -> { // dead and forgotten: the wheel itself must let go of it
        slot.kill();
        alive.remove(slot);
        wheel.schedule(slot);
        gone.add(slot);
      }
      case 2 -> { // renewed for longer, which the wheel isn't told
        if (expiresAt > entry.expiresAt()) {
          entry.renew(expiresAt);
        }
      }
      case 3 -> { // renewed for less
        if (expiresAt < entry.expiresAt()) {
          entry.renew(expiresAt);
          wheel.schedule(slot);
        }
      }
      case 4 -> wheel.schedule(slot); // again as it is
      default -> { // overwritten
        boolean shorter = expiresAt < entry.expiresAt();
        slot.replace(entry, new StoredEntry<>(key, expiresAt));
        if (shorter) {
          wheel.schedule(slot);
        }
      }
    }
  }

  private Slot<Integer, Integer> any(RandomGenerator random) {
    return alive.stream()
        .skip(random.nextInt(Math.min(alive.size(), 20)))
        .findFirst()
        .orElseThrow();
  }

  /** Turned at each tick, the wheel gives the order of the sorted map. */
  @Test
  void turnedAtEachTickNothingIsLateByMoreThanATick() {
    long seed = Seeds.seed("ExpiryWheelTest");
    RandomGenerator random = Seeds.random(seed);
    TreeMap<Long, Set<Slot<Integer, Integer>>> model = new TreeMap<>();
    long horizon = TimeUnit.HOURS.toNanos(20); // through the third level
    for (int key = 0; key < 5_000; key++) {
      long expiresAt = START + randomTime(random, MILLI, horizon);
      Slot<Integer, Integer> slot = schedule(key, expiresAt);
      model.computeIfAbsent(expiry(slot), at -> new HashSet<>()).add(slot);
    }
    while (!model.isEmpty()) {
      now += TICK;
      List<Slot<Integer, Integer>> due = wheel.turn(now);
      Set<Slot<Integer, Integer>> expected = new HashSet<>();
      Map<Long, Set<Slot<Integer, Integer>>> over = model.headMap(now - TICK, true);
      over.values().forEach(expected::addAll);
      over.clear();
      for (Slot<Integer, Integer> slot : due) {
        assertThat(expiry(slot)).isLessThanOrEqualTo(now);
        if (!expected.remove(slot)) {
          assertThat(model.get(expiry(slot)).remove(slot)).isTrue();
        }
      }
      assertThat(expected).as("late by more than a tick at %d", now).isEmpty();
      model.values().removeIf(Set::isEmpty);
    }
    assertThat(now - START).isGreaterThan(horizon / 2);
  }

  @Test
  void aTickIsAsLongAsItSays() {
    assertThat(ExpiryWheel.TICK_MILLIS).isEqualTo(TimeUnit.NANOSECONDS.toMillis(TICK));
  }

  @Test
  void deadSlotsAreDroppedWhenTheirBucketComesUp() {
    Slot<Integer, Integer> slot = schedule(1, START + TimeUnit.HOURS.toNanos(1));
    assertThat(slot.next).isNotNull();
    slot.kill();
    assertThat(wheel.turn(START + TimeUnit.HOURS.toNanos(2))).isEmpty();
    assertThat(slot.next).isNull();
    assertThat(slot.previous).isNull();
  }

  @Test
  void whatNeverExpiresIsNotLinked() {
    Slot<Integer, Integer> slot = schedule(1, StoredEntry.NEVER);
    assertThat(slot.next).isNull();
    Slot<Integer, Integer> other = schedule(2, START + TICK);
    StoredEntry<Integer> entry = other.entry();
    assertThat(entry).isNotNull();
    entry.renew(StoredEntry.NEVER);
    wheel.schedule(other);
    assertThat(other.next).isNull();
    assertThat(wheel.turn(START + TimeUnit.DAYS.toNanos(100))).isEmpty();
  }

  @Test
  void aSealedSlotComesUpAtTheNextTurn() {
    Slot<Integer, Integer> slot = schedule(1, START + 5 * TICK);
    StoredEntry<Integer> entry = slot.entry();
    assertThat(entry).isNotNull();
    assertThat(entry.seal(START + 6 * TICK)).isTrue();
    wheel.schedule(slot);
    assertThat(wheel.turn(START + TICK)).containsExactly(slot);
  }

  @Test
  void timeThatStandsStillOrGoesBackTurnsNothing() {
    Slot<Integer, Integer> slot = schedule(1, START + TICK);
    assertThat(wheel.turn(START)).isEmpty();
    assertThat(wheel.turn(0)).isEmpty();
    assertThat(wheel.turn(START + 3 * TICK)).containsExactly(slot);
    assertThat(wheel.turn(START + TICK)).isEmpty();
  }

  @Test
  void aWheelCanBeginAtAnyTime() {
    now = Long.MAX_VALUE / 2;
    wheel = new ExpiryWheel<>(now);
    Slot<Integer, Integer> soon = schedule(1, now + TICK);
    Slot<Integer, Integer> late = schedule(2, now + TimeUnit.DAYS.toNanos(40));
    assertThat(wheel.turn(now + 3 * TICK)).containsExactly(soon);
    assertThat(wheel.turn(now + TimeUnit.DAYS.toNanos(41))).containsExactly(late);
  }
}
