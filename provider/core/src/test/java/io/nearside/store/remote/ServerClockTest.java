package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What replies teach about a server's clock that drifts, steps, and is far away. */
class ServerClockTest {
  private static final long START_MICROS = 1_800_000_000_000_000L;
  private static final long MILLI = 1_000_000;

  private final RandomGenerator random = Seeds.random(Seeds.seed("ServerClockTest"));
  private final ServerClock clock = new ServerClock();
  private long nanos = 1_000_000_000L;

  /** How far the server's clock has run ahead of ours. */
  private double driftNanos;

  private double perNano = 1;
  private long stepMicros;

  private void pass(long byNanos) {
    nanos += byNanos;
    driftNanos += byNanos * (perNano - 1);
  }

  private long serverMicros() {
    return START_MICROS + Math.floorDiv((long) driftNanos + nanos, 1_000L) + stepMicros;
  }

  private void ask(long thereNanos, long backNanos) {
    long sent = nanos;
    pass(thereNanos);
    long told = serverMicros();
    pass(backNanos);
    clock.observe(sent, nanos, told);
  }

  private long errorNanos() {
    return Math.abs(clock.microsAt(nanos) - serverMicros()) * 1_000;
  }

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(clock.isKnown()).isFalse();
    assertThatThrownBy(() -> clock.microsAt(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneReplyIsRightWithinHalfItsRoundTrip() {
    ask(3 * MILLI, 0);
    assertThat(clock.isKnown()).isTrue();
    assertThat(errorNanos()).isLessThanOrEqualTo(3 * MILLI / 2 + 2_000);
  }

  @Test
  void delaysOnEitherSideTogetherTellMoreThanEachAlone() {
    ask(5 * MILLI, 1_000);
    ask(1_000, 5 * MILLI);
    assertThat(errorNanos()).isLessThan(10_000);
  }

  @Test
  void theBoundHoldsUnderDriftAndAsymmetricDelays() {
    for (int run = 0; run < 200; run++) {
      ServerClockTest world = new ServerClockTest();
      world.perNano = 1 + (random.nextDouble() * 2 - 1) * 150e-6;
      for (int i = 0; i < 100; i++) {
        world.pass(random.nextLong(5_000 * MILLI));
        if (world.clock.isKnown()) {
          assertThat(world.errorNanos())
              .isLessThanOrEqualTo(world.clock.uncertaintyNanos(world.nanos) + 2_000);
        }
        world.ask(random.nextLong(20 * MILLI), random.nextLong(20 * MILLI));
        assertThat(world.errorNanos())
            .isLessThanOrEqualTo(world.clock.uncertaintyNanos(world.nanos) + 2_000);
      }
    }
  }

  @Test
  void aStepOfTheServerClockIsFollowedAtOnce() {
    for (int run = 0; run < 200; run++) {
      ServerClockTest world = new ServerClockTest();
      for (int i = 0; i < 10; i++) {
        world.ask(random.nextLong(MILLI), random.nextLong(MILLI));
      }
      world.stepMicros = (random.nextBoolean() ? 1 : -1) * (10_000 + random.nextLong(10_000_000));
      world.ask(random.nextLong(MILLI), random.nextLong(MILLI));
      assertThat(world.errorNanos()).isLessThanOrEqualTo(MILLI + 2_000);
    }
  }

  @Test
  void nanosAndMicrosAreEachOthersInverse() {
    ask(MILLI, MILLI);
    long micros = clock.microsAt(nanos + 77 * MILLI);
    assertThat(clock.microsAt(clock.nanosAt(micros) + 999)).isEqualTo(micros);
  }

  @Test
  void itSaysOnceThatItWasUsed() {
    ask(MILLI, MILLI);
    assertThat(clock.wasUsed()).isFalse();
    assertThat(clock.microsAt(nanos)).isPositive();
    assertThat(clock.wasUsed()).isTrue();
    assertThat(clock.wasUsed()).isFalse();
  }
}
