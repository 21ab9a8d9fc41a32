package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.testserver.RedisSentinels;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.processor.EntryProcessorException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node sees of a master that dies and of the replica that sentinels promote. */
@Timeout(180)
@Tag("any-jdk")
class SentinelIT {
  private static final Logger LOG = LoggerFactory.getLogger(SentinelIT.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private RedisSentinels servers;
  private RedisServer master;
  private RedisServer replica;
  private Bench bench;

  @BeforeEach
  void start() throws Exception {
    servers = RedisSentinels.start(1, 3);
    master = servers.servers().get(0);
    replica = servers.servers().get(1);
    bench = new Bench(servers.address());
  }

  @AfterEach
  void stop() throws Exception {
    bench.close();
    servers.close();
  }

  /** Everything that was acknowledged, each value being all that was appended to it so far. */
  private static final class Appender extends Thread {
    private final Cache<String, String> cache;
    private final AtomicInteger numbers;
    private final AtomicBoolean ends;
    final List<String> acknowledged = new ArrayList<>();
    final Set<String> unknown = new HashSet<>();
    final List<Throwable> unexpected = new ArrayList<>();

    Appender(Cache<String, String> cache, AtomicInteger numbers, AtomicBoolean ends) {
      this.cache = cache;
      this.numbers = numbers;
      this.ends = ends;
    }

    @Override
    public void run() {
      while (!ends.get()) {
        String mine = "," + numbers.incrementAndGet();
        try {
          acknowledged.add(append(cache, mine));
        } catch (RemoteUnavailableException e) {
          if (e.isOutcomeUnknown()) {
            unknown.add(mine);
          }
        } catch (RuntimeException e) {
          unexpected.add(e);
        }
      }
    }
  }

  private static String append(Cache<String, String> cache, String text) {
    return cache.invoke(
        "k",
        (entry, arguments) -> {
          String value = entry.exists() ? entry.getValue() + text : text;
          entry.setValue(value);
          return value;
        });
  }

  @Test
  void aCacheGoesOnAfterItsMasterHasDied() throws Exception {
    Cache<String, String> cache = Bench.failFast(bench.node());
    Cache<String, String> other = Bench.failFast(bench.node());
    await().ignoreExceptions().untilAsserted(() -> cache.put("a", "1"));
    assertThat(other.get("a")).isEqualTo("1");
    assertThat(append(cache, "x")).isEqualTo("x");
    awaitReplicated();

    master.kill();
    Throwable refused = catchThrowable(() -> cache.get("a"));
    assertThat(refused).isInstanceOf(RemoteUnavailableException.class);
    LOG.info("refused: {}", Bench.said(refused));
    servers.awaitPromotion(replica);
    long promoted = System.nanoTime();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(cache.get("a")).isEqualTo("1"));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(other.get("a")).isEqualTo("1"));
    LOG.info("the cache works {} ms after the promotion", (System.nanoTime() - promoted) / 1000000);

    other.put("a", "2");
    assertThat(cache.get("a")).isEqualTo("2");
    assertThat(cache.replace("a", "1", "3")).isFalse();
    assertThat(cache.replace("a", "2", "3")).isTrue();
    assertThat(append(other, "y")).isEqualTo("xy");
    assertThat(replica.keys("*")).isNotEmpty();
    LOG.info("logged:\n{}", bench.logged());
    assertThat(Bench.said(refused)).contains("redis at redis://" + master.hostAndPort());

    replica.kill();
    Throwable later = catchThrowable(() -> cache.get("a"));
    assertThat(Bench.said(later)).contains("redis at redis://" + replica.hostAndPort());
  }

  private void awaitReplicated() throws IOException {
    assertThat(master.call("WAIT", 1, 10_000)).isEqualTo(1L);
  }

  /** Each acknowledged change has what it replaced before it, and nothing else. */
  @Test
  void acknowledgedChangesAreOneChainThroughTheFailOver() throws Exception {
    Cache<String, String> one = Bench.failFast(bench.node());
    Cache<String, String> two = Bench.failFast(bench.node());
    await().ignoreExceptions().untilAsserted(() -> one.put("k", ""));
    AtomicInteger numbers = new AtomicInteger();
    AtomicBoolean ends = new AtomicBoolean();
    List<Appender> appenders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      appenders.add(new Appender(i % 2 == 0 ? one : two, numbers, ends));
    }
    appenders.forEach(Thread::start);
    await().until(() -> numbers.get() > 200);

    master.kill();
    servers.awaitPromotion(replica);
    await().atMost(PATIENCE).ignoreExceptions().until(() -> one.get("k") != null);
    String began = one.get("k");
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> length(one.get("k")) > length(began) + 50);
    ends.set(true);
    for (Appender appender : appenders) {
      appender.join();
      assertThat(appender.unexpected).isEmpty();
    }
    String last = one.get("k");

    judge(appenders, last);
  }

  private static int length(String value) {
    return value.split(",").length;
  }

  private static void judge(List<Appender> appenders, String last) {
    Set<String> unknown = new HashSet<>();
    appenders.forEach(appender -> unknown.addAll(appender.unknown));
    List<String> lost = new ArrayList<>();
    Set<String> acknowledged = new HashSet<>();
    for (Appender appender : appenders) {
      for (String value : appender.acknowledged) {
        assertThat(acknowledged.add(value)).as("two that end in %s", value).isTrue();
        if (!prefixes(last, value)) {
          lost.add(value);
        }
      }
    }
    LOG.info(
        "{} acknowledged, {} of these lost with the master, {} unknown",
        acknowledged.size(),
        lost.size(),
        unknown.size());
    assertThat(acknowledged).hasSizeGreaterThan(100);
    assertOneBranch(lost);
    for (String number : last.substring(1).split(",")) { // nobody's refused change has happened
      assertThat(unknown.contains("," + number) || ends(acknowledged, "," + number))
          .as("change %s", number)
          .isTrue();
    }
  }

  /** What the master took with it was one chain too. */
  private static void assertOneBranch(List<String> lost) {
    List<String> sorted = lost.stream().sorted((a, b) -> a.length() - b.length()).toList();
    for (int i = 1; i < sorted.size(); i++) {
      assertThat(prefixes(sorted.get(i), sorted.get(i - 1))).isTrue();
    }
  }

  private static boolean prefixes(String whole, String part) {
    return (whole + ",").startsWith(part + ",");
  }

  private static boolean ends(Set<String> values, String number) {
    return values.stream().anyMatch(value -> value.endsWith(number));
  }

  /** The value that a processor has read is gone with the master; what it makes of it is not. */
  @Test
  void aChangeOfWhatTheMasterTookWithItRunsAgainOnWhatIsThere() throws Exception {
    Cache<String, String> cache = Bench.failFast(bench.node());
    Cache<String, String> other = Bench.failFast(bench.node());
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "replicated"));
    other.get("k");
    awaitReplicated();
    replica.pause();
    master.call("CLIENT", "KILL", "TYPE", "replica"); // else the kernel keeps it what comes now
    cache.put("k", "lost");
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    String result =
        cache.invoke(
            "k",
            (entry, arguments) -> {
              seen.add(entry.getValue());
              if (entry.getValue().equals("lost")) {
                failOver();
                await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(other.get("k")).isEqualTo("replicated"));
              }
              entry.setValue(entry.getValue() + "!");
              return entry.getValue();
            });

    assertThat(result).isEqualTo("replicated!");
    assertThat(seen).containsExactly("lost", "replicated");
    assertThat(other.get("k")).isEqualTo("replicated!");
  }

  private void failOver() {
    try {
      master.kill();
      replica.resume();
      servers.awaitPromotion(replica);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new EntryProcessorException(e);
    }
  }

  /** The former master comes back as a replica; a sentinel may be away. */
  @Test
  void aSentinelMayBeAwayAndTheFormerMasterComesBack() throws Exception {
    servers.sentinels().get(0).kill();
    Cache<String, String> cache = Bench.failFast(bench.node());
    await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> cache.put("a", "1"));
    awaitReplicated();

    master.kill();
    servers.awaitPromotion(replica);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(cache.get("a")).isEqualTo("1"));
    master.restart();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> master.info("master_link_status").equals("up"));
    await()
        .during(Duration.ofSeconds(2))
        .atMost(PATIENCE)
        .until(() -> {
          cache.put("a", "2");
          return "2".equals(cache.get("a"));
        });
    LOG.info("logged:\n{}", bench.logged());
  }
}
