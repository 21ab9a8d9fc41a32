package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The parts of a fleet over a plain map in place of caches. */
@Timeout(30)
class TrialPartsTest {
  private static final List<String> KEYS = List.of("key-0", "key-1", "key-2");
  private static final Duration PAUSE = Duration.ofNanos(10_000);
  private static final long SHORT_NANOS = Duration.ofMillis(50).toNanos();

  private final Map<String, String> cache = new ConcurrentHashMap<>();

  @Test
  void writerWritesAllKeysAndKnowsTheLastWriteOfEach() throws InterruptedException {
    try (Writer writer = new Writer(KEYS, cache::put)) {
      assertThat(writer.last()).containsExactly(1, 1, 1);
      writer.start(2_000);
      await().until(() -> KEYS.stream().allMatch(key -> sequence(key) > 5));
      long written = writer.stop();

      assertThat(written).isEqualTo(sum(writer.last()) - KEYS.size());
      assertThat(new Settlement(KEYS, writer.last()).awaitAt(cache::get, SHORT_NANOS)).isNull();
    }
  }

  @Test
  void failedWriteIsNotLost() {
    AtomicInteger refused = new AtomicInteger();
    try (Writer writer =
        new Writer(
            KEYS,
            (key, text) -> {
              if (Stamp.parse(text).sequence() > 1) {
                refused.incrementAndGet();
                throw new IllegalArgumentException("refused");
              }
            })) {
      writer.start(1_000);
      await().until(() -> refused.get() > 0);

      assertThatIllegalStateException()
          .isThrownBy(writer::stop)
          .withRootCauseInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void watcherNotesTheAgeOfEachChangeButNotOfWhatItFinds() {
    AtomicLong reads = new AtomicLong();
    long age = Duration.ofSeconds(7).toNanos();
    write("key-1", 1, 2 * age);
    try (Watcher watcher =
        new Watcher(
            KEYS,
            key -> {
              reads.incrementAndGet();
              return cache.get(key);
            },
            PAUSE)) {
      watcher.start();
      awaitTwoPasses(reads);
      long begin = System.nanoTime();
      write("key-1", 2, age);
      awaitTwoPasses(reads);
      Lags.Summary seen = watcher.stop();

      assertThat(seen.count()).isEqualTo(1);
      assertThat(seen.maximumNanos()).isBetween(age, age + System.nanoTime() - begin);
    }
  }

  @Test
  void failedReadIsNotLost() {
    try (Watcher watcher =
        new Watcher(
            KEYS,
            key -> {
              throw new IllegalArgumentException("refused");
            },
            PAUSE)) {
      await()
          .untilAsserted(() ->
              assertThatIllegalStateException()
                  .isThrownBy(watcher::stop)
                  .withRootCauseInstanceOf(IllegalArgumentException.class));
    }
  }

  @Test
  void copyThatStaysIsNamed() {
    write("key-0", 3, 0);
    write("key-1", 2, 0);

    assertThat(new Settlement(KEYS, new long[] {3, 4, 5}).awaitAt(cache::get, SHORT_NANOS))
        .contains("key-1")
        .contains("never invalidated")
        .contains("write 2");
  }

  @Test
  void missingEntryIsNamed() {
    assertThat(new Settlement(KEYS, new long[] {1, 1, 1}).awaitAt(cache::get, SHORT_NANOS))
        .contains("nothing of key-0");
  }

  @Test
  void sequencesAreReadBack() {
    long[] sequences = {1, 0, 4711};

    assertThat(Settlement.sequences(Settlement.text(sequences))).containsExactly(sequences);
  }

  @Test
  void serverLoadIsADifferenceOverTime() {
    ServerLoad before = load(Map.of(), 1.5, 1_000, 0);
    ServerLoad after =
        load(
            Map.of("cmdstat_publish", "calls=40,usec=1", "cmdstat_spublish", "calls=2,usec=1"),
            2.5,
            5_000,
            2_000_000_000L);

    ServerLoad.Rates rates = after.since(before);

    assertThat(rates).isEqualTo(new ServerLoad.Rates(0.5, 2_000, 21));
  }

  private static ServerLoad load(
      Map<String, String> commands, double cpuSeconds, long bytesOut, long atNanos) {
    Map<String, String> info = new ConcurrentHashMap<>(commands);
    info.put("used_cpu_user", String.valueOf(cpuSeconds - 0.5));
    info.put("used_cpu_sys", "0.5");
    info.put("total_net_output_bytes", String.valueOf(bytesOut));
    info.put("total_commands_processed", "7");
    return ServerLoad.of(info, atNanos);
  }

  private void write(String key, long sequence, long ageNanos) {
    cache.put(key, new Stamp(sequence, System.nanoTime() - ageNanos).text());
  }

  private long sequence(String key) {
    return Stamp.parse(cache.get(key)).sequence();
  }

  private static long sum(long[] numbers) {
    return Arrays.stream(numbers).sum();
  }

  private static void awaitTwoPasses(AtomicLong reads) {
    long enough = reads.get() + 2L * KEYS.size();
    await().until(() -> reads.get() >= enough);
  }
}
