package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearside.codec.Copier;
import io.nearside.store.Heats;
import io.nearside.store.ReadLog.Read;
import io.nearside.store.SystemRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Some of the reads stand for all. */
@Timeout(60)
class ReadSampleTest {
  private static final long NOW = 1_000_000_000;

  private final Heats<Integer> heats = new Heats<>(1_000);

  private static double heat(List<Read<Integer>> reads, int key) {
    return reads.stream().filter(read -> read.key() == key).mapToDouble(Read::heat).sum();
  }

  @Test
  void fewReadsAreAllTaken() {
    ReadSample<Integer> sample = new ReadSample<>(Copier.byReference(), TestCaches.random());
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < ReadSample.ROOM / 2; i++) {
        sample.read(i % 4);
      }
      assertThat(sample.drain(heats, NOW)).isTrue();
    }
    assertThat(sample.drain(heats, NOW)).isFalse();
    assertThat(heats.hottest(NOW))
        .hasSize(4)
        .allMatch(read -> read.heat() == 10 * ReadSample.ROOM / 8.0);
  }

  @Test
  void afterACrowdAllAreTakenAgain() {
    ReadSample<Integer> sample = new ReadSample<>(Copier.byReference(), TestCaches.random());
    for (int tick = 0; tick < 5; tick++) {
      for (int i = 0; i < 100_000; i++) {
        sample.read(1);
      }
      sample.drain(heats, NOW);
    }
    for (int tick = 0; tick < 30; tick++) {
      sample.drain(heats, NOW);
    }
    for (int key = 10; key < 40; key++) {
      sample.read(key);
    }
    Heats<Integer> later = new Heats<>(1_000);
    sample.drain(later, NOW);
    assertThat(later.hottest(NOW)).hasSize(30).allMatch(read -> read.heat() == 1);
  }

  @Test
  void manyReadsAreAFewThatStandForAll() {
    RandomGenerator random = TestCaches.random();
    AtomicLong copies = new AtomicLong();
    ReadSample<Integer> sample = new ReadSample<>(Copier.byReference(), random);
    List<Double> estimates = new ArrayList<>();
    int reads = 30_000;
    for (int tick = 0; tick < 60; tick++) {
      for (int i = 0; i < reads; i++) {
        sample.read(random.nextInt(10) < 3 ? 7 : 1_000 + random.nextInt(1_000_000));
      }
      Heats<Integer> ofTick = new Heats<>(1_000);
      sample.drain(ofTick, NOW);
      assertThat(ofTick.size()).isLessThanOrEqualTo(ReadSample.ROOM);
      copies.addAndGet(ofTick.size());
      if (tick >= 20) {
        estimates.add(heat(ofTick.hottest(NOW), 7) / reads);
      }
    }
    assertThat(copies.get()).isLessThanOrEqualTo(60L * ReadSample.ROOM);
    assertThat(estimates.stream().mapToDouble(each -> each).average().orElseThrow())
        .isCloseTo(0.3, within(0.15));
  }

  @Test
  void readersOfManyThreadsWaitForNobody() throws InterruptedException {
    ReadSample<Integer> sample = new ReadSample<>(Copier.byReference(), SystemRandom.INSTANCE);
    int threads = 4;
    AtomicInteger running = new AtomicInteger(threads);
    CountDownLatch ended = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      int offset = 10 + t * 1_000_000;
      new Thread(
              () -> {
                for (int i = 0; i < 300_000; i++) {
                  sample.read(i % 2 == 0 ? 1 : offset + i);
                }
                running.decrementAndGet();
                ended.countDown();
              })
          .start();
    }
    while (running.get() > 0) {
      boolean unused = sample.drain(heats, NOW);
      Thread.onSpinWait();
    }
    ended.await();
    boolean unused = sample.drain(heats, NOW);
    List<Read<Integer>> hottest = heats.hottest(NOW);
    assertThat(hottest.get(0).key()).isEqualTo(1);
    assertThat(hottest).allMatch(read -> read.key() != null);
  }

  @Test
  void keysAreCopiedWhenTaken() {
    AtomicInteger copied = new AtomicInteger();
    Copier copier =
        new Copier() {
          @Override
          public <T> T copy(T object) {
            copied.incrementAndGet();
            return object;
          }
        };
    ReadSample<Integer> sample = new ReadSample<>(copier, TestCaches.random());
    for (int i = 0; i < 1_000; i++) {
      sample.read(i);
    }
    assertThat(copied).hasValue(ReadSample.ROOM);
  }
}
