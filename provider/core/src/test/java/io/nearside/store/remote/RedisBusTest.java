package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Bus.Beat;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Change;
import io.nearside.store.Lives;
import io.nearside.store.VersionedEntry;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.RespConnection;
import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bus over one real server: what is heard, and that what is not heard is known. */
@Tag("any-jdk")
class RedisBusTest {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBusTest.class);
  private static final String CHANNEL = "nearside:test:single";
  private static final Duration SOON = Duration.ofSeconds(30);

  private RedisServer redis;
  private BusBed bed;
  private RespConnection commands;

  @BeforeEach
  void start() throws IOException {
    redis = RedisServer.start();
    commands = redis.connect();
    bed = new BusBed(BusBed.settings(redis.address()));
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
    commands.close();
    redis.close();
  }

  private static byte[] changed(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] message = Arrays.copyOf(new byte[] {1, 1}, 17 + text.length);
    System.arraycopy(text, 0, message, 17, text.length);
    return message;
  }

  @Test
  void aSubscriptionIsConfirmedBeforeAnythingIsHeard() {
    Master master = bed.awaitMaster();
    BeatReply reply = bed.awaitBeat(master);
    assertThat(bed.events(master).get(0)).isEqualTo("subscribed");
    assertThat(reply.owned().has(0)).isTrue();
    assertThat(reply.owned().has(16_383)).isTrue();
    assertThat(reply.configurationEpoch()).isZero();
    assertThat(reply.serverMicros()).isPositive();
  }

  @Test
  void aBeatIsHeardThatIsTheAwaitedOneOrLater() {
    Master master = bed.awaitMaster();
    BeatReply first = bed.awaitBeat(master);
    await().atMost(SOON).until(() -> bed.hasHeard(master, first.awaited()));
    await()
        .atMost(SOON)
        .until(() -> bed.awaitBeat(master).awaited().number() > first.awaited().number() + 1);
    assertThat(bed.beats(master)).extracting(Beat::runId).containsOnly(first.runId());
    assertThat(bed.beats(master)).extracting(Beat::incarnation).containsOnly(first.incarnation());
    assertThat(bed.beats(master)).extracting(Beat::number).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void beatsTeachTheServersClock() throws IOException {
    Master master = bed.awaitMaster();
    BeatReply reply = bed.awaitBeat(master);
    ServerClock clock = bed.tier.connection().serverClock("k");
    assertThat(clock.uncertaintyNanos(clock.observedNanos())).isLessThan(1_000_000_000L);
    assertThat(Math.abs(clock.microsAt(bed.clock.nanos()) - reply.serverMicros()))
        .isLessThan(60_000_000L);
  }

  /** Nothing is missing, unless it is said that something was lost. */
  @Test
  void messagesComeInTheOrderInWhichTheyWereSaid() throws IOException {
    BusBed.Ear ear = bed.hear("orders");
    Master master = bed.awaitMaster();
    bed.awaitBeat(master);
    int said = 5_000;
    for (int i = 0; i < said; i++) {
      commands.call("PUBLISH", CHANNEL, changed(ear.name("s:" + i)));
    }
    await()
        .atMost(SOON)
        .until(() -> {
          commands.call("PUBLISH", CHANNEL, changed(ear.name("s:end")));
          return ear.changed().contains("end");
        });
    List<String> heard = ear.changed();
    List<String> numbers = heard.subList(0, heard.indexOf("end"));
    List<String> all = IntStream.range(0, said).mapToObj(Integer::toString).toList();
    LOG.info("heard {} of {}, {}", numbers.size(), said, bed.states(master));
    if (bed.states(master).equals(List.of("subscribed"))) {
      assertThat(numbers).isEqualTo(all);
    } else {
      assertThat(bed.states(master)).startsWith("subscribed", "lost");
      assertThat(all).containsSubsequence(numbers);
    }
  }

  @Test
  void aKilledConnectionIsLostAndConfirmedAgain() throws IOException {
    Master master = bed.awaitMaster();
    bed.awaitBeat(master);
    commands.call("CLIENT", "KILL", "TYPE", "pubsub");
    await().atMost(SOON).until(() -> bed.states(master).size() >= 3);
    assertThat(bed.states(master)).startsWith("subscribed", "lost", "subscribed");
    BeatReply reply = bed.awaitBeat(master);
    await()
        .atMost(SOON)
        .until(() -> {
          bed.beat(master);
          return bed.hasHeard(master, reply.awaited());
        });
  }

  @Test
  void aServerThatWasKilledAndRestartedHasAnotherRun() throws IOException {
    Master master = bed.awaitMaster();
    BeatReply before = bed.awaitBeat(master);
    commands.close();
    redis.kill();
    await().atMost(SOON).until(() -> bed.states(master).size() >= 2);
    redis.restart();
    commands = redis.connect();
    await().atMost(SOON).until(() -> bed.states(master).size() >= 3);
    assertThat(bed.states(master)).startsWith("subscribed", "lost", "subscribed");
    BeatReply after = bed.awaitBeat(master);
    assertThat(after.runId()).isNotEqualTo(before.runId());
    assertThat(after.incarnation()).isNotEqualTo(before.incarnation());
    await()
        .atMost(SOON)
        .until(() -> {
          bed.beat(master);
          return bed.hasHeard(master, after.awaited());
        });
  }

  @Test
  void aFlushIsAnotherIncarnationOfTheSameRun() throws IOException {
    Master master = bed.awaitMaster();
    BeatReply before = bed.awaitBeat(master);
    commands.call("FLUSHALL");
    BeatReply after = bed.awaitBeat(master);
    assertThat(after.runId()).isEqualTo(before.runId());
    assertThat(after.incarnation()).isNotEqualTo(before.incarnation());
    assertThat(bed.states(master)).containsExactly("subscribed");
  }

  @Test
  void aForgottenScriptIsSentAgain() throws IOException {
    Master master = bed.awaitMaster();
    bed.awaitBeat(master);
    commands.call("SCRIPT", "FLUSH");
    assertThat(bed.beat(master).isCompletedExceptionally()).isFalse();
  }

  @Test
  void aMasterThatMustNotAcceptChangesDoesNotBeat() throws IOException {
    Master master = bed.awaitMaster();
    bed.awaitBeat(master);
    commands.call("CONFIG", "SET", "min-replicas-to-write", "1");
    assertThat(bed.beat(master)).isCompletedExceptionally();
    commands.call("CONFIG", "SET", "min-replicas-to-write", "0");
    bed.awaitBeat(master);
    commands.call("REPLICAOF", RedisServer.HOST, redis.port() + 1);
    assertThat(bed.beat(master)).isCompletedExceptionally();
  }

  @Test
  void whatNobodyUnderstandsDropsEverything() throws IOException {
    BusBed.Ear ear = bed.hear("orders");
    BusBed.Ear other = bed.hear("others");
    bed.awaitBeat(bed.awaitMaster());
    commands.call("PUBLISH", CHANNEL, new byte[] {2, 1});
    await().atMost(SOON).until(() -> ear.all().equals(List.of("everything")));
    await().atMost(SOON).until(() -> other.all().equals(List.of("everything")));
    commands.call("PUBLISH", CHANNEL, changed(ear.name("?")));
    commands.call("PUBLISH", CHANNEL, changed("{test:elsewhere:v1#3}:s:k"));
    commands.call("PUBLISH", CHANNEL, changed(ear.name("s:end")));
    await().atMost(SOON).until(() -> ear.all().contains("changed end null"));
    assertThat(ear.all())
        .containsExactly("everything", "dropped " + ear.partition("?"), "changed end null");
    assertThat(other.all()).containsExactly("everything");
  }

  @Test
  void changesClearsAndRemovalsAreToldWithWhatIsThereNow() {
    BusBed.Ear ear = bed.hear("orders");
    bed.awaitBeat(bed.awaitMaster());
    long now = bed.clock.nanos();
    var put =
        (VersionedEntry<?>) ear.store.apply("k", Change.put("v", Lives.FOR_EVER), now).current();
    assertThat(put).isNotNull();
    ear.store.apply("k", Change.remove(), now);
    await().atMost(SOON).until(() -> ear.count() == 3);
    assertThat(ear.all().get(0)).as("its head").startsWith("cleared " + ear.partition("s:k"));
    assertThat(ear.all().subList(1, 3))
        .containsExactly("changed k " + put.identity(), "changed k null");
    ear.store.clear();
    await().atMost(SOON).until(() -> ear.count() == 3 + ear.layout.partitions());
    assertThat(ear.all().subList(3, ear.count())).allMatch(event -> event.startsWith("cleared "));
  }

  @Test
  void aLongKeyIsToldToWhoHasAskedForIt() {
    BusBed.Ear ear = bed.hear("orders");
    bed.awaitBeat(bed.awaitMaster());
    String key = "long".repeat(100);
    var put =
        (VersionedEntry<?>)
            ear.store.apply(key, Change.put("v", Lives.FOR_EVER), bed.clock.nanos()).current();
    assertThat(put).isNotNull();
    await().atMost(SOON).until(() -> ear.count() == 2);
    assertThat(ear.all().get(0)).as("its head").startsWith("cleared " + ear.partition("s:" + key));
    assertThat(ear.all().get(1)).isEqualTo("changed " + key + " " + put.identity());
  }

  @Test
  void aLongKeyThatNobodyHereHasAskedForIsNotTold() throws IOException {
    BusBed.Ear ear = bed.hear("orders");
    bed.awaitBeat(bed.awaitMaster());
    commands.call("PUBLISH", CHANNEL, changed(ear.name("s:" + "long".repeat(100))));
    commands.call("PUBLISH", CHANNEL, changed(ear.name("s:end")));
    await().atMost(SOON).until(() -> ear.all().contains("changed end null"));
    assertThat(ear.count()).isEqualTo(1);
  }

  @Test
  void aClosedCacheHearsNothing() throws IOException {
    BusBed.Ear ear = bed.hear("orders");
    BusBed.Ear other = bed.hear("others");
    bed.awaitBeat(bed.awaitMaster());
    ear.store.close();
    commands.call("PUBLISH", CHANNEL, changed(ear.name("s:k")));
    commands.call("PUBLISH", CHANNEL, changed(other.name("s:k")));
    await().atMost(SOON).until(() -> other.count() == 1);
    assertThat(ear.all()).isEmpty();
  }

  @Test
  void theDelayFromAScriptToItsHearerIsShort() throws IOException {
    BusBed.Ear ear = bed.hear("orders");
    bed.awaitBeat(bed.awaitMaster());
    long[] nanos = new long[2_000];
    for (int i = 0; i < nanos.length; i++) {
      long start = bed.clock.nanos();
      commands.call("PUBLISH", CHANNEL, changed(ear.name("s:" + i)));
      while (ear.count() <= i) {
        Thread.onSpinWait();
      }
      nanos[i] = bed.clock.nanos() - start;
    }
    Arrays.sort(nanos);
    LOG.info(
        "from PUBLISH to the hearer: p50 {} µs, p99 {} µs",
        TimeUnit.NANOSECONDS.toMicros(nanos[nanos.length / 2]),
        TimeUnit.NANOSECONDS.toMicros(nanos[nanos.length * 99 / 100]));
    assertThat(nanos[nanos.length / 2]).isLessThan(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void silenceProvesNothingAndHealsByItself() throws IOException {
    try (TcpProxy proxy = TcpProxy.to(redis);
        BusBed behind = new BusBed(BusBed.settings(proxy.address()))) {
      Master master = behind.awaitMaster();
      behind.awaitBeat(master);
      proxy.silence();
      BeatReply direct = bed.awaitBeat(bed.awaitMaster());
      assertThat(behind.beat(master)).isCompletedExceptionally();
      assertThat(behind.hasHeard(master, direct.awaited())).isFalse();
      proxy.heal();
      BeatReply after = behind.awaitBeat(master);
      await()
          .atMost(SOON)
          .until(() -> {
            behind.beat(master);
            return behind.hasHeard(master, after.awaited());
          });
    }
  }

  /** No ping finds it out, only that beats are not answered. */
  @Test
  void aConnectionThatDiedInSilenceIsMadeAnew() throws IOException {
    try (TcpProxy proxy = TcpProxy.to(redis);
        BusBed behind = new BusBed(BusBed.settings(proxy.address()))) {
      Master master = behind.awaitMaster();
      behind.awaitBeat(master);
      proxy.strand();
      assertThat(behind.beat(master)).isCompletedExceptionally();
      behind.awaitBeat(master);
    }
  }

  @Test
  void whoAsksForItIsSubscribedAnew() {
    Master master = bed.awaitMaster();
    bed.awaitBeat(master);
    bed.bus.resubscribe(master);
    await().atMost(SOON).until(() -> bed.states(master).size() >= 3);
    assertThat(bed.states(master)).startsWith("subscribed", "lost", "subscribed");
    BeatReply reply = bed.awaitBeat(master);
    await()
        .atMost(SOON)
        .until(() -> {
          bed.beat(master);
          return bed.hasHeard(master, reply.awaited());
        });
  }

  @Test
  void aClosedBusSaysThatItsMastersAreGoneAndLeavesNoConnection() throws IOException {
    Master master = bed.awaitMaster();
    bed.bus.close();
    await().atMost(SOON).until(() -> bed.states(master).contains("gone"));
    await().atMost(SOON).until(() -> redis.info("pubsub_channels").equals("0"));
    assertThat(bed.beat(master)).isCompletedExceptionally();
  }
}
