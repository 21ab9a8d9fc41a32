package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InstantClockTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Clock clock = Clock.of(now::get);

  @Test
  void itGoesWithItsSource() {
    long before = clock.nanos();
    assertThat(before).isPositive();
    now.set(START.plusNanos(1_500_000));
    assertThat(clock.nanos() - before).isEqualTo(1_500_000);
    assertThat(clock.wallMillis()).isEqualTo(START.toEpochMilli() + 1);
  }

  @Test
  void itStandsStillWhileItsSourceIsBehind() {
    now.set(START.plusSeconds(10));
    long latest = clock.nanos();
    now.set(START.minus(Duration.ofDays(1)));
    assertThat(clock.nanos()).isEqualTo(latest);
    assertThat(clock.wallMillis()).isEqualTo(START.minus(Duration.ofDays(1)).toEpochMilli());
    now.set(START.plusSeconds(11));
    assertThat(clock.nanos() - latest).isEqualTo(1_000_000_000);
  }
}
