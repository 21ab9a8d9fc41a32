package io.nearside.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScript;
import org.redisson.api.RTopic;
import org.redisson.api.options.OptionalOptions;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.codec.ByteArrayCodec;

/** The beat script by itself. */
class BeatScriptTest extends ScriptTest {
  private static final String CHANNEL = "nearside:ns:single";
  private static final String KEY = "{ns}!b";
  private static final long PAUSE = 400;
  private static final long MINUTE = 60_000;

  private final Queue<Announcement> heard = new ConcurrentLinkedQueue<>();
  private @Nullable RTopic topic;

  @BeforeEach
  void hear() {
    RTopic here = client.getTopic(CHANNEL, ByteArrayCodec.INSTANCE);
    here.addListener(byte[].class, (channel, message) -> heard.add(parsed(message)));
    topic = here;
  }

  private static Announcement parsed(byte[] message) {
    Announcement announcement = Announcement.parse(message);
    assertThat(announcement).isNotNull();
    return announcement;
  }

  @AfterEach
  void hearNoMore() {
    if (topic != null) {
      topic.removeAllListeners();
    }
  }

  private Heartbeat.Reply beat(long pause, long incarnation, String hash) {
    Object raw =
        client
            .getScript(OptionalOptions.defaults().codec(ByteArrayCodec.INSTANCE).retryAttempts(0))
            .eval(
                RScript.Mode.READ_WRITE,
                Script.BEAT.text(),
                RScript.ReturnType.VALUE,
                List.of(KEY, Layout.neverThere(KEY)),
                Heartbeat.request(pause, incarnation),
                CHANNEL.getBytes(UTF_8),
                hash.getBytes(UTF_8));
    return Heartbeat.reply((byte[]) raw);
  }

  private Heartbeat.Reply beat(long incarnation) {
    return beat(PAUSE, incarnation, "");
  }

  /** Lets the last beat have been so long ago. */
  private void age(long millis) {
    long life = timeToLive(KEY);
    assertThat(client.getBucket(KEY).expire(Duration.ofMillis(life - millis))).isTrue();
  }

  /** What has been heard when all that was published has come. */
  private List<Announcement> heard(int count) {
    await().until(() -> heard.size() >= count);
    client.getTopic(CHANNEL, ByteArrayCodec.INSTANCE).publish(end());
    await().until(() -> heard.stream().anyMatch(Announcement.Cleared.class::isInstance));
    List<Announcement> all = new ArrayList<>(heard);
    heard.clear();
    return all.subList(0, all.size() - 1);
  }

  private static byte[] end() {
    return new byte[] {1, 2, 0, 0, 0, 0, 0, 0, 0, '{'};
  }

  private static Announcement.Beaten beaten(Heartbeat.Reply reply) {
    return new Announcement.Beaten(reply.runId(), reply.incarnation(), reply.awaited());
  }

  @Test
  void theFirstBeatBeginsAnIncarnationAndIsItselfAwaited() {
    Heartbeat.Reply reply = beat(7);
    assertThat(reply.incarnation()).isEqualTo(7);
    assertThat(reply.runId()).matches("[0-9a-f]{40}");
    assertThat(reply.node()).isEmpty();
    assertThat(reply.slots()).isEmpty();
    assertThat(reply.awaited()).isCloseTo(reply.micros(), within(9L));
    assertThat(heard(1)).containsExactly(beaten(reply));
  }

  @Test
  void whoCallsSoonAfterABeatAwaitsTheNextOneAndSaysNothing() {
    Heartbeat.Reply first = beat(7);
    Heartbeat.Reply second = beat(8);
    assertThat(second.incarnation()).isEqualTo(7);
    assertThat(second.awaited()).isEqualTo(first.awaited() + 1);
    assertThat(heard(1)).containsExactly(beaten(first));
  }

  @Test
  void aBeatIsDueAfterThePauseAndHasAHigherNumber() {
    Heartbeat.Reply first = beat(7);
    age(PAUSE + 1);
    Heartbeat.Reply second = beat(8);
    assertThat(second.incarnation()).isEqualTo(7);
    assertThat(second.awaited()).isGreaterThan(first.awaited());
    assertThat(heard(2)).containsExactly(beaten(first), beaten(second));
  }

  @Test
  void aBeatInTheFutureDoesNotSilenceTheServer() {
    Heartbeat.Reply first = beat(7);
    age(-MINUTE);
    Heartbeat.Reply second = beat(8);
    assertThat(second.awaited()).isGreaterThan(first.awaited());
    assertThat(heard(2)).containsExactly(beaten(first), beaten(second));
    assertThat(timeToLive(KEY)).isLessThanOrEqualTo(2_592_000_000L);
  }

  @Test
  void numbersGrowThoughTheClockStepsBack() {
    Heartbeat.Reply first = beat(7);
    byte[] raw = bucket(KEY).get();
    long ahead = first.awaited() + 1_000_000 * MINUTE;
    Wire.sevenBytes(ByteBuffer.wrap(raw).position(9), ahead);
    bucket(KEY).setAndKeepTTL(raw);
    age(PAUSE + 1);
    assertThat(beat(8).awaited()).isEqualTo(ahead + 1);
  }

  @Test
  void lostDataIsAnotherIncarnation() {
    beat(7);
    client.getKeys().flushall();
    assertThat(beat(8).incarnation()).isEqualTo(8);
  }

  @Test
  void whatIsNoBeatIsReplaced() {
    bucket(KEY).set("?".repeat(17).getBytes(UTF_8));
    assertThat(beat(8).incarnation()).isEqualTo(8);
    assertThat(beat(9).incarnation()).isEqualTo(8);
  }

  @Test
  void aMasterThatLacksReplicasRefuses() {
    beat(7);
    age(PAUSE + 1);
    config("min-replicas-to-write", "1");
    try {
      assertThatThrownBy(() -> beat(8)).hasMessageContaining("NOREPLICAS");
      assertThatThrownBy(() -> beat(1_000 * MINUTE, 8, "")).hasMessageContaining("NOREPLICAS");
    } finally {
      config("min-replicas-to-write", "0");
    }
    assertThat(heard(1)).hasSize(1);
  }

  @Test
  void aFullServerStillBeats() {
    Heartbeat.Reply first = beat(7);
    config("maxmemory", "1");
    try {
      age(PAUSE + 1);
      Heartbeat.Reply second = beat(8);
      assertThat(second.incarnation()).isEqualTo(7);
      assertThat(second.awaited()).isGreaterThan(first.awaited());
      assertThat(heard(2)).containsExactly(beaten(first), beaten(second));
      assertThat(PAUSE - (2_592_000_000L - timeToLive(KEY)))
          .as("what is left of the pause")
          .isPositive();
    } finally {
      config("maxmemory", "0");
    }
  }

  private void config(String name, String value) {
    client.getRedisNodes(RedisNodes.SINGLE).getInstance().setConfig(name, value);
  }
}
