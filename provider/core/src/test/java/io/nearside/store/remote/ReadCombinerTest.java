package io.nearside.store.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.observe.Count;
import io.nearside.observe.Recorder;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.Redisson;
import org.redisson.config.Config;

/** Which reads go out alone and which together, by the server's own account. */
@Tag("any-jdk")
@Timeout(60)
class ReadCombinerTest {
  private static LocalRedis redis;
  private static Redisson client;
  private static Commands commands;

  private final Waits waits = new Waits();
  private ReadCombiner combiner = combiner(commands);

  @BeforeAll
  static void start() {
    redis = LocalRedis.up();
    Config config = new Config();
    config.useSingleServer().setAddress("redis://127.0.0.1:" + redis.port);
    client = (Redisson) Redisson.create(config);
    commands = new Commands(client, Duration.ofSeconds(20));
    fill();
  }

  @AfterAll
  static void stop() {
    client.shutdown(0, 10, TimeUnit.SECONDS);
    redis.close();
  }

  private ReadCombiner combiner(Commands way) {
    return new ReadCombiner(
        way.manager().getEntrySet().iterator().next(), way, Reading.PLAIN, waits);
  }

  private static void fill() {
    StringBuilder all = new StringBuilder("MSET");
    for (int i = 0; i < 100; i++) {
      all.append(" key").append(i).append("; value").append(i);
    }
    assertThat(redis.ask(all.toString())).startsWith("+OK");
  }

  /** Counts those that wait for a batch. */
  private static final class Waits implements Recorder {
    final AtomicInteger begun = new AtomicInteger();

    @Override
    public @Nullable Running begin(Step step, String what) {
      begun.incrementAndGet();
      return null;
    }

    @Override
    public void add(Count what, long number) {}

    @Override
    public Runnable carried(Runnable task) {
      return task;
    }
  }

  private CompletableFuture<List<byte @Nullable []>> read(int key) {
    return combiner.read(new Object[] {"key" + key + ";"}).toCompletableFuture();
  }

  private List<CompletableFuture<List<byte @Nullable []>>> readAll(int count) {
    List<CompletableFuture<List<byte @Nullable []>>> all = new ArrayList<>();
    for (int key = 0; key < count; key++) {
      all.add(read(key));
    }
    return all;
  }

  private static void arrives(CompletableFuture<List<byte @Nullable []>> answer, int key) {
    assertThat(answer.orTimeout(20, TimeUnit.SECONDS).join())
        .containsExactly(("value" + key).getBytes(US_ASCII));
  }

  /** The keys that each command asked for. */
  private static List<Integer> asked(Runnable operation) {
    return redis.monitored(operation).stream()
        .filter(line -> line.contains("\"MGET\""))
        .map(line -> line.split(";\"", -1).length - 1)
        .toList();
  }

  @Test
  void aLoneReadWaitsForNobody() {
    assertThat(
            asked(() -> {
              for (int key = 0; key < 20; key++) {
                arrives(read(key), key);
              }
            }))
        .hasSize(20)
        .containsOnly(1);
    assertThat(waits.begun).hasValue(0);
  }

  @Test
  void whatComesWhileTwoAreUnderWayLeavesTogether() {
    List<Integer> asked =
        asked(() -> {
          redis.stop();
          List<CompletableFuture<List<byte @Nullable []>>> all = readAll(100);
          redis.goOn();
          for (int key = 0; key < 100; key++) {
            arrives(all.get(key), key);
          }
        });
    // The first two alone; they may return at the same time, and share the others.
    assertThat(asked).hasSize(4).allMatch(keys -> keys <= 64);
    assertThat(asked.stream().filter(keys -> keys == 1).count()).isEqualTo(2);
    assertThat(asked.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
    assertThat(waits.begun).hasValue(98);
  }

  @Test
  void whoHasGivenUpIsLeftBehind() {
    assertThat(
            asked(() -> {
              redis.stop();
              List<CompletableFuture<List<byte @Nullable []>>> all = readAll(12);
              for (int key = 2; key < 7; key++) {
                all.get(key).cancel(true);
              }
              redis.goOn();
              for (int key = 7; key < 12; key++) {
                arrives(all.get(key), key);
              }
            }))
        .satisfies(
            asked -> assertThat(asked.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7))
        .hasSizeBetween(3, 4);
  }

  @Test
  void aFailureIsThatOfItsReadsAlone() {
    combiner = combiner(new Commands(client, Duration.ofSeconds(1)));
    redis.stop();
    List<CompletableFuture<List<byte @Nullable []>>> all = readAll(12);
    redis.crash();
    for (CompletableFuture<List<byte @Nullable []>> one : all) {
      assertThat(one.orTimeout(30, TimeUnit.SECONDS)).failsWithin(Duration.ofSeconds(40));
    }
    redis.start();
    fill();
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> read(1).get(5, TimeUnit.SECONDS) != null);
    int before = waits.begun.get();
    arrives(read(2), 2);
    assertThat(waits.begun).as("all seats are free").hasValue(before);
  }
}
