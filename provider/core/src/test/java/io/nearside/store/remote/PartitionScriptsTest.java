package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.RemoteUnavailableException;
import io.nearside.codec.Head;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.codec.ByteArrayCodec;

/** Many keys, whole partitions, queues, and what is said of it all. */
class PartitionScriptsTest extends ScriptTest {

  private static EntryKeys keys(int partition, int key) {
    return EntryKeys.of("{ns:orders:v1#" + partition + "}", "i:" + key);
  }

  private List<Scripts.KeyedChange> puts(int count, int partitions) {
    List<Scripts.KeyedChange> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] client = client("i:" + i, "v" + i);
      changes.add(
          new Scripts.KeyedChange(
              keys(i % partitions, i),
              ChangeRequest.store(Condition.NONE, null, client, life(HOUR), Returning.PRESENCE)));
    }
    return changes;
  }

  @Test
  void manyChangesAreOneCallAndAnsweredInOrder() {
    List<Attempt<ChangeReply>> attempts = scripts.changeAll(puts(500, 7));
    assertThat(connection.called()).containsExactly("time", "change-all");
    assertThat(keys()).hasSize(507);
    for (int i = 0; i < 500; i++) {
      ChangeReply reply = Objects.requireNonNull(attempts.get(i).reply());
      assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
      byte[] raw = bucket(keys(i % 7, i).entry()).get();
      assertThat(
              ((io.nearside.codec.Envelope.View) io.nearside.codec.Envelope.parse(raw, "i:" + i))
                  .version())
          .isEqualTo(reply.version());
    }
    assertThat(attempts.stream().skip(7).map(a -> Objects.requireNonNull(a.reply()).version()))
        .as("versions of a partition differ")
        .hasSize(493);
    Head head = Objects.requireNonNull(Head.parse(bucket(keys(0, 0).head()).get()));
    assertThat(head.clock()).isEqualTo(Objects.requireNonNull(attempts.get(497).reply()).version());
  }

  @Test
  void overFiveHundredKeysAreSeveralCalls() {
    assertThat(scripts.changeAll(puts(1001, 3))).hasSize(1001);
    assertThat(connection.called()).filteredOn("change-all"::equals).as("calls").hasSize(3);
  }

  @Test
  void inAClusterACallIsOfOnePartition() {
    ScriptConnection clustered = new ScriptConnection(client, true);
    Scripts several = new Scripts(clustered, Clock.system(), Channels.NONE);
    assertThat(several.changeAll(puts(20, 4))).allMatch(a -> a.failure() == null);
    assertThat(clustered.called()).filteredOn("change-all"::equals).hasSize(4);
  }

  @Test
  void changesOfManyKeysAreRefusedOneByOne() {
    bucket(keys(0, 0).entry()).set(new byte[] {'x'});
    client.<byte[]>getList(keys(1, 1).head()).add(new byte[] {1});
    List<Attempt<ChangeReply>> attempts = scripts.changeAll(puts(3, 3));
    assertThat(attempts.stream().map(a -> Objects.requireNonNull(a.reply()).status()))
        .containsExactly(ScriptStatus.FOREIGN, ScriptStatus.FOREIGN, ScriptStatus.DONE);
    List<Attempt<ChangeReply>> late = late(() -> scripts.changeAll(puts(2, 2).subList(0, 1)));
    assertThat(Objects.requireNonNull(late.get(0).reply()).status()).isEqualTo(ScriptStatus.LATE);
  }

  @Test
  void removingManyTellsThePriorEntries() {
    scripts.changeAll(puts(3, 1));
    List<Scripts.KeyedChange> removals = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      removals.add(new Scripts.KeyedChange(keys(0, i), removing(Condition.NONE, null)));
    }
    List<Attempt<ChangeReply>> attempts = scripts.changeAll(removals);
    assertThat(attempts.stream().map(a -> Objects.requireNonNull(a.reply()).existed()))
        .containsExactly(true, true, true, false);
    assertThat(Objects.requireNonNull(attempts.get(2).reply()).prior()).isNotNull();
    assertThat(keys()).containsExactly(keys(0, 0).head());
  }

  @Test
  void withoutMemoryNothingIsStoredButARemovalGoesOn() {
    put("a", FOR_EVER);
    scripts.changeAll(puts(3, 2));
    List<String> before = dump();
    var server = client.getRedisNodes(RedisNodes.SINGLE).getInstance();
    server.setConfig("maxmemory", "1");
    try {
      assertThatThrownBy(() -> put("b", FOR_EVER)).hasStackTraceContaining("maxmemory");
      assertThatThrownBy(() -> put("b", life(HOUR))).hasStackTraceContaining("maxmemory");
      assertThatThrownBy(() -> scripts.changeAll(puts(3, 2))).hasStackTraceContaining("maxmemory");
      assertThat(dump()).isEqualTo(before);
      assertThat(scripts.change(KEYS, removing(Condition.NONE, null)).existed()).isTrue();
      scripts.changeAll(
          List.of(new Scripts.KeyedChange(keys(0, 0), removing(Condition.NONE, null))));
      assertThat(keys()).doesNotContain(KEYS.entry(), keys(0, 0).entry());
      assertThat(keys()).contains(keys(1, 1).entry());
    } finally {
      server.setConfig("maxmemory", "0");
    }
  }

  @Test
  void clearingMakesEntriesAbsentAndSweepingDeletesThem() {
    put("a", FOR_EVER);
    bucket(TAG + ":foreign").set(new byte[] {'x'});
    client.<byte[]>getList(TAG + ":list").add(new byte[] {1});
    byte[] corrupt = raw();
    corrupt[10] ^= 1;
    bucket(TAG + ":corrupt").set(corrupt);
    byte[] future = raw();
    future[2] = 2;
    bucket(TAG + ":future").set(future);
    List<String> all =
        List.of(
            KEYS.entry(),
            TAG + ":foreign",
            TAG + ":list",
            TAG + ":corrupt",
            TAG + ":future",
            TAG + ":nothing");
    assertThat(scripts.sweep(KEYS.head(), all)).isZero();
    assertThat(scripts.clear(List.of(KEYS.head())).get(0).reply()).isEqualTo(ScriptStatus.DONE);
    assertThat(entry().isLive(head(), now())).isFalse();
    assertThat(late(() -> scripts.clear(List.of(KEYS.head()))).get(0).reply())
        .isEqualTo(ScriptStatus.LATE);
    scripts.clear(List.of(KEYS.head()));
    assertThatThrownBy(() -> late(() -> scripts.sweep(KEYS.head(), all.subList(0, 1))))
        .isInstanceOf(RemoteUnavailableException.class)
        .hasMessageContaining("too late");
    scripts.clear(List.of(KEYS.head()));
    assertThat(scripts.sweep(KEYS.head(), all)).isEqualTo(1);
    assertThat(keys())
        .containsExactlyInAnyOrder(
            KEYS.head(), TAG + ":foreign", TAG + ":list", TAG + ":corrupt", TAG + ":future");
  }

  @Test
  void sweepingDeletesWhatIsUpToTheFloorOrWithoutAHead() {
    put("a", FOR_EVER);
    Head head = head();
    head(new Head(head.generation(), head.clock(), entry().asOf(), head.fence()));
    assertThat(scripts.sweep(KEYS.head(), List.of(KEYS.entry()))).isEqualTo(1);
    put("a", FOR_EVER);
    bucket(KEYS.head()).delete();
    assertThat(scripts.sweep(KEYS.head(), List.of(KEYS.entry()))).isEqualTo(1);
    assertThat(keys()).isEmpty();
  }

  @Test
  void turnsAreFirstInFirstOut() {
    assertThat(scripts.turn(KEYS, 1, LEASE).position()).isZero();
    assertThat(scripts.turn(KEYS, 2, LEASE).position()).isEqualTo(1);
    assertThat(scripts.turn(KEYS, 3, LEASE).position()).isEqualTo(2);
    assertThat(scripts.turn(KEYS, 2, LEASE).position()).as("asked again").isEqualTo(1);
    assertThat(timeToLive(KEYS.turns())).isBetween(1L, LEASE);
    assertThat(scripts.leaveTurn(KEYS, 1)).isEqualTo(ScriptStatus.DONE);
    assertThat(scripts.leaveTurn(KEYS, 1)).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(scripts.turn(KEYS, 2, LEASE).position()).isZero();
    scripts.leaveTurn(KEYS, 3);
    scripts.leaveTurn(KEYS, 2);
    assertThat(keys()).isEmpty();
  }

  @Test
  void whoDoesNotComeBackLosesHisPlace() {
    scripts.turn(KEYS, 1, 1);
    org.awaitility.Awaitility.await().until(() -> scripts.turn(KEYS, 2, LEASE).position() == 0);
    assertThat(scripts.turn(KEYS, 1, LEASE).position()).isEqualTo(1);
    connection.timeoutNanos(-1_000_000_000L);
    assertThat(scripts.turn(KEYS, 9, LEASE).status()).isEqualTo(ScriptStatus.LATE);
    assertThat(scripts.leaveTurn(KEYS, 1)).isEqualTo(ScriptStatus.LATE);
  }

  @Test
  void changesAreAnnounced() throws InterruptedException {
    put("a", FOR_EVER);
    LinkedBlockingQueue<byte[]> heard = listen("nearside:ns:single");
    Scripts telling = new Scripts(connection, Clock.system(), Channels.of("ns", null, 0));
    telling.change(KEYS, storing(Condition.NONE, null, FOR_EVER));
    byte[] raw = raw();
    byte[] put = next(heard);
    assertThat(Arrays.copyOf(put, 2)).containsExactly(1, 1);
    assertThat(Arrays.copyOfRange(put, 2, 9)).isEqualTo(Arrays.copyOfRange(raw, 4, 11));
    assertThat(Arrays.copyOfRange(put, 9, 17)).isEqualTo(Arrays.copyOfRange(raw, 45, 53));
    assertThat(new String(put, 17, put.length - 17)).isEqualTo(KEYS.entry());
    telling.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER)); // refused: nothing is said
    telling.change(KEYS, removing(Condition.NONE, null));
    byte[] remove = next(heard);
    assertThat(Arrays.copyOfRange(remove, 9, 17)).containsOnly(0);
    telling.fill(
        new Scripts.KeyedFill(
            KEYS,
            Objects.requireNonNull(telling.reserve(CLAIM, LEASE).leased()),
            storing(Condition.ABSENT, null, FOR_EVER))); // fills are silent
    telling.clear(List.of(KEYS.head()));
    byte[] clear = next(heard);
    assertThat(Arrays.copyOf(clear, 2)).containsExactly(1, 2);
    assertThat(new String(clear, 9, clear.length - 9)).isEqualTo(TAG);
    assertThat(heard).isEmpty();
  }

  @Test
  void eventsCarryTheEntries() throws InterruptedException {
    LinkedBlockingQueue<byte[]> heard = listen("events");
    Scripts telling = new Scripts(connection, Clock.system(), new Channels(null, "events", 77));
    telling.change(KEYS, storing(Condition.NONE, null, FOR_EVER));
    byte[] first = raw();
    telling.change(KEYS, storing(Condition.NONE, null, FOR_EVER));
    byte[] second = raw();
    telling.change(KEYS, removing(Condition.NONE, null));
    assertThat(next(heard)).isEqualTo(event(1, first, new byte[0]));
    assertThat(next(heard)).isEqualTo(event(2, second, first));
    assertThat(next(heard)).isEqualTo(event(3, new byte[0], second));
    put("a", FOR_EVER);
    byte[] expired = expireEntry().raw();
    telling.expire(KEYS, identity(entry()), Returning.PRESENCE);
    assertThat(next(heard)).isEqualTo(event(4, new byte[0], expired));
  }

  private static byte[] event(int kind, byte[] current, byte[] prior) {
    byte[] key = KEYS.entry().getBytes();
    return java.nio.ByteBuffer.allocate(22 + key.length + current.length + prior.length)
        .put((byte) 1)
        .put((byte) kind)
        .putLong(77)
        .putInt(key.length)
        .put(key)
        .putInt(current.length)
        .put(current)
        .putInt(prior.length)
        .put(prior)
        .array();
  }

  private LinkedBlockingQueue<byte[]> listen(String channel) {
    LinkedBlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
    client
        .getTopic(channel, ByteArrayCodec.INSTANCE)
        .addListener(byte[].class, (name, message) -> heard.add(message));
    return heard;
  }

  private static byte[] next(LinkedBlockingQueue<byte[]> heard) throws InterruptedException {
    return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS));
  }
}
