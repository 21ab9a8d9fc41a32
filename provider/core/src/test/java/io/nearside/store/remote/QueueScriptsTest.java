package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.KeyAddress;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.WriteJournal.Fate;
import io.nearside.store.remote.QueueScripts.Portion;
import io.nearside.store.remote.QueueScripts.Settled;
import io.nearside.store.remote.QueueScripts.SettledPart;
import io.nearside.store.remote.QueueScripts.Told;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The scripts of the queue of writes: turns, and what becomes of what was taken. */
class QueueScriptsTest extends ScriptTest {
  private static final long HERE = 1;
  private static final long THERE = 2;
  private static final Portion ALL = new Portion(5_000, 0, 10, 1 << 20);

  private final Layout layout = new Layout("ns", "queued", 1, 1);
  private final RemoteKey key = key(TAIL);
  private final QueueScripts queue =
      scripts.queue(layout, new QueueSettings(3, (1L << 48) - 1, 0, 0, 10, false));

  private RemoteKey key(String text) {
    return layout.key(KeyAddress.of(text, 1));
  }

  private long write(RemoteKey where, String value) {
    ChangeReply reply = queue.change(where, storing(where, value));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    return reply.version();
  }

  private Told take(long token, Portion portion) {
    return Objects.requireNonNull(queue.take(List.of(0), token, portion).get(0).reply());
  }

  private ScriptStatus settle(long token, long version, Fate fate) {
    List<Settled> writes = List.of(new Settled(TAIL, version, fate));
    return Objects.requireNonNull(
        queue.settle(List.of(new SettledPart(0, writes)), token).get(0).reply());
  }

  /** As if the holder of the turn had died long ago. */
  private void endTurn(long token) {
    ByteBuffer turn = ByteBuffer.allocate(14).putLong(token);
    Wire.sixBytes(turn, now() - 1);
    bucket(layout.writeTurn(0)).set(turn.array());
  }

  @Test
  void aWriteIsMadeWithItsChangeAndOnlyWithIt() {
    queue.change(key, removing(Condition.PRESENT, null));
    assertThat(take(HERE, ALL).all()).isZero();
    long version = write(key, "a");
    Told told = take(HERE, ALL);
    assertThat(told.writes()).hasSize(1);
    assertThat(told.writes().get(0).field()).isEqualTo(TAIL);
    assertThat(told.writes().get(0).version()).isEqualTo(version);
    assertThat(told.writes().get(0).client()).isNotEmpty();
    assertThat(settle(HERE, version, Fate.WRITTEN)).isEqualTo(ScriptStatus.DONE);
    assertThat(take(HERE, ALL).all()).isZero();
    queue.change(key, removing(Condition.NONE, null));
    assertThat(take(HERE, ALL).writes().get(0).client()).isEmpty();
  }

  @Test
  void whatFillsABatchTogetherWaitsForNoOthers() {
    Layout two = new Layout("ns", "queued", 1, 2);
    QueueScripts both = scripts.queue(two, new QueueSettings(9, (1L << 48) - 1, 0, 0, 3, false));
    Portion full = new Portion(5_000, HOUR, 3, 1 << 20);
    List<Integer> parts = List.of(0, 1);
    RemoteKey[] keys = new RemoteKey[2];
    for (int i = 0; keys[0] == null || keys[1] == null; i++) {
      RemoteKey some = two.key(KeyAddress.of("s:" + i, 2));
      keys[some.partition()] = some;
    }
    RemoteKey third = two.key(KeyAddress.of("s:third", 2));
    both.change(keys[0], storing(keys[0], "a"));
    both.change(keys[1], storing(keys[1], "a"));
    assertThat(both.take(parts, HERE, full))
        .allSatisfy(told -> assertThat(Objects.requireNonNull(told.reply()).writes()).isEmpty());
    both.change(third, storing(third, "a"));
    List<Told> told =
        both.take(parts, HERE, full).stream()
            .map(Attempt::reply)
            .map(Objects::requireNonNull)
            .toList();
    assertThat(told).allSatisfy(one -> assertThat(one.writes()).isNotEmpty());
    assertThat(told.stream().mapToInt(one -> one.writes().size()).sum()).isEqualTo(3);
  }

  private ChangeRequest storing(RemoteKey where, String value) {
    return ChangeRequest.store(
        Condition.NONE, null, client(where.canonical(), value), FOR_EVER, Returning.PRESENCE);
  }

  @Test
  void onlyOneHasTheTurn() {
    long version = write(key, "a");
    assertThat(take(HERE, ALL).writes()).hasSize(1);
    assertThat(take(THERE, ALL).status()).isEqualTo(ScriptStatus.QUEUED);
    assertThat(take(THERE, ALL).writes()).isEmpty();
    assertThat(take(HERE, Portion.nothing(5_000)).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(take(THERE, Portion.nothing(5_000)).status()).isEqualTo(ScriptStatus.QUEUED);
    assertThat(settle(THERE, version, Fate.WRITTEN)).isEqualTo(ScriptStatus.VOID);
    assertThat(take(HERE, ALL).writes()).hasSize(1);
  }

  @Test
  void whoseTurnIsOverMaySettleNothing() {
    long version = write(key, "a");
    take(HERE, ALL);
    endTurn(HERE);
    assertThat(take(THERE, ALL).writes()).as("it is taken over").hasSize(1);
    assertThat(settle(HERE, version, Fate.WRITTEN)).isEqualTo(ScriptStatus.VOID);
    assertThat(take(HERE, Portion.nothing(5_000)).status()).isEqualTo(ScriptStatus.QUEUED);
    assertThat(take(THERE, ALL).all()).isEqualTo(1);
  }

  @Test
  void aNewerWriteStaysWhenTheOlderOneWasWritten() {
    long older = write(key, "a");
    take(HERE, ALL);
    long newer = write(key, "b");
    assertThat(settle(HERE, older, Fate.WRITTEN)).isEqualTo(ScriptStatus.DONE);
    Told told = take(HERE, ALL);
    assertThat(told.writes()).hasSize(1);
    assertThat(told.writes().get(0).version()).isEqualTo(newer);
  }

  @Test
  void whatFailedWaitsAndWhatFailedTooOftenIsParked() {
    long version = write(key, "a");
    take(HERE, ALL);
    settle(HERE, version, new Fate(Fate.Kind.FAILED, 30_000, "no"));
    assertThat(take(HERE, ALL).writes()).as("it is not yet time").isEmpty();
    assertThat(take(HERE, ALL).waiting()).isEqualTo(1);
    long newer = write(key, "b");
    take(HERE, ALL);
    settle(HERE, newer, new Fate(Fate.Kind.PARKED, 0, "ä no"));
    Told told = take(HERE, ALL);
    assertThat(told.waiting()).isZero();
    assertThat(told.all()).isEqualTo(1);
    RawWrite parked = Objects.requireNonNull(queue.parked(List.of(0)).get(0).reply()).get(0);
    assertThat(parked.failure()).isEqualTo("ä no");
    assertThat(parked.attempts()).isEqualTo(1);
    assertThat(queue.coming(List.of(key)).get(0).reply()).isNotEqualTo(RawWrite.NONE);
    assertThat(queue.unpark(key, true)).isEqualTo(ScriptStatus.DONE);
    assertThat(take(HERE, ALL).writes()).hasSize(1);
    assertThat(queue.unpark(key, true)).isEqualTo(ScriptStatus.NOT_MET);
  }

  @Test
  void aFullQueueLeavesTheEntryAlone() {
    for (int i = 0; i < 3; i++) {
      write(key("s:k" + i), "a");
    }
    List<String> before = dump();
    ChangeReply refused = queue.change(key, removing(Condition.NONE, null));
    assertThat(refused.status()).isEqualTo(ScriptStatus.QUEUE_FULL);
    assertThat(dump()).isEqualTo(before);
    write(key("s:k1"), "needs no room");
  }

  @Test
  void aClockThatStepsBackHoldsUpNobody() {
    write(key, "a");
    ByteBuffer turn = ByteBuffer.allocate(14).putLong(HERE);
    Wire.sixBytes(turn, now() + HOUR);
    bucket(layout.writeTurn(0)).set(turn.array());
    client
        .getScoredSortedSet(layout.writeOrder(0), org.redisson.client.codec.StringCodec.INSTANCE)
        .add(now() + HOUR, TAIL);
    assertThat(take(THERE, ALL).writes()).hasSize(1);
  }
}
