package io.nearside.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.EvictionCause;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.store.ManualClock;
import io.nearside.store.Seeds;
import io.nearside.store.Threads;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CacheRecorderTest {
  private static final int THREADS = 8;
  private static final int CALLS = 100_000;
  private static final ManualClock CLOCK = new ManualClock();

  private static void record(CacheRecorder recorder, int calls) {
    for (int i = 0; i < calls; i++) {
      recorder.hit(CLOCK.nanos());
      recorder.hits(2);
      recorder.misses(3);
      recorder.puts(4);
      recorder.removals(5);
      recorder.eviction(EvictionCause.values()[i % 2]);
      recorder.expiration();
      recorder.took(Timed.PUT, CLOCK.nanos());
    }
  }

  @Test
  void countsAreExactUnderEightThreads() {
    CacheRecorder recorder = new CacheRecorder(true, CLOCK::nanos);
    Threads.together(Collections.nCopies(THREADS, () -> record(recorder, CALLS)));
    long all = (long) THREADS * CALLS;
    assertThat(recorder.hits()).isEqualTo(3 * all);
    assertThat(recorder.misses()).isEqualTo(3 * all);
    assertThat(recorder.puts()).isEqualTo(4 * all);
    assertThat(recorder.removals()).isEqualTo(5 * all);
    assertThat(recorder.evictions()).isEqualTo(all);
    assertThat(recorder.evictions(EvictionCause.SIZE)).isEqualTo(all / 2);
    assertThat(recorder.evictions(EvictionCause.WEIGHT)).isEqualTo(all / 2);
    assertThat(recorder.evictions(EvictionCause.MANAGER_WEIGHT)).isZero();
    assertThat(recorder.expirations()).isEqualTo(all);
  }

  private static void assertNothing(CacheRecorder recorder) {
    assertThat(recorder.hits() + recorder.misses() + recorder.puts()).isZero();
    assertThat(recorder.removals() + recorder.evictions() + recorder.expirations()).isZero();
    for (Timed call : Timed.values()) {
      assertThat(recorder.averageMicros(call)).isZero();
    }
  }

  @Test
  void offNothingIsCountedButFailedPolicies() {
    CacheRecorder recorder = new CacheRecorder(false, CLOCK::nanos);
    record(recorder, 1_000);
    assertNothing(recorder);
    recorder.failedPolicy();
    assertThat(recorder.failedPolicies()).isEqualTo(1);
    recorder.enable(true);
    recorder.hits(1);
    assertThat(recorder.hits()).isEqualTo(1);
  }

  @Test
  void hitsOfCopiesAreHitsButCountedEvenWhenHitsAreNot() {
    CacheRecorder recorder = new CacheRecorder(true, CLOCK::nanos);
    recorder.hit(CLOCK.nanos());
    recorder.copyHit(CLOCK.nanos());
    recorder.copyHits(2);
    assertThat(recorder.hits()).isEqualTo(4);
    assertThat(recorder.copyHits()).isEqualTo(3);
    recorder.enable(false);
    recorder.copyHit(CLOCK.nanos());
    assertThat(recorder.hits()).isEqualTo(4);
    assertThat(recorder.copyHits()).isEqualTo(4);
    recorder.clear();
    assertThat(recorder.hits() + recorder.copyHits()).isZero();
  }

  @Test
  void clearForgetsEverything() {
    CacheRecorder recorder = new CacheRecorder(true, CLOCK::nanos);
    record(recorder, 1_000);
    recorder.failedPolicy();
    recorder.clear();
    assertNothing(recorder);
    assertThat(recorder.failedPolicies()).isZero();
  }

  /** The end of a timed call is read from the clock, so reading it shows who was timed. */
  @Test
  void oneCallInAHundredAndTwentyEightIsTimed() {
    RandomGenerator random = Seeds.random(Seeds.seed("CacheRecorderTest"));
    for (int granularity : new int[] {1, 100, 1_024, 1_000_000}) {
      AtomicInteger timed = new AtomicInteger();
      AtomicLong end = new AtomicLong();
      CacheRecorder recorder =
          new CacheRecorder(
              true,
              () -> {
                timed.incrementAndGet();
                return end.get();
              });
      long start = Math.abs(random.nextLong() >> 20) * granularity;
      int calls = 1_000_000;
      for (int i = 0; i < calls; i++) {
        long from = start + (long) i * granularity;
        end.set(from + 5_000);
        recorder.took(Timed.GET, from);
      }
      assertThat(timed.get())
          .as("at %d ns", granularity)
          .isBetween(calls / CacheRecorder.SAMPLE * 3 / 4, calls / CacheRecorder.SAMPLE * 5 / 4);
      assertThat(recorder.averageMicros(Timed.GET)).isBetween(4.99f, 5.01f);
    }
  }
}
