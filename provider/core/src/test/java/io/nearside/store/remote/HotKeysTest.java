package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.codec.Envelope;
import io.nearside.codec.Head;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import io.nearside.store.Lifetime.Terms;
import io.nearside.store.Marks;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.Announcement.Changed;
import io.nearside.store.remote.MarkScripts.KeyedMark;
import io.nearside.store.remote.MarkScripts.KeyedStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RTopic;
import org.redisson.client.codec.ByteArrayCodec;

/** A key that is written too often is marked, and what becomes of it is not announced any more. */
@Tag("any-jdk")
@Timeout(120)
class HotKeysTest extends ScriptTest {
  private static final String CHANNEL = "nearside:hot:single";
  private static final String EVENTS = "nearside:hot:events";
  private static final long TICK = 100_000;
  private static final int HOTTEST = 60;

  private final Scripts announcing =
      new Scripts(connection, Clock.system(), Channels.of("hot", EVENTS, 1));
  private final Queue<Announcement> heard = new ConcurrentLinkedQueue<>();
  private long tokens = 1;
  private final Queue<byte[]> events = new ConcurrentLinkedQueue<>();
  private final RTopic topic = client.getTopic(CHANNEL, ByteArrayCodec.INSTANCE);
  private final RTopic eventTopic = client.getTopic(EVENTS, ByteArrayCodec.INSTANCE);

  @BeforeEach
  void hear() {
    topic.addListener(
        byte[].class,
        (channel, message) -> heard.add(Objects.requireNonNull(Announcement.parse(message))));
    eventTopic.addListener(byte[].class, (channel, message) -> events.add(message));
  }

  @AfterEach
  void hearNoMore() {
    topic.removeAllListeners();
    eventTopic.removeAllListeners();
  }

  /** How many changes were announced until now. */
  private int announced() {
    return (int) heard().stream().filter(Changed.class::isInstance).count();
  }

  /** All that was announced until now. */
  private List<Announcement> heard() {
    topic.publish(new byte[] {1, 2, 0, 0, 0, 0, 0, 0, 0, 'e', 'n', 'd'});
    Announcement end = new Announcement.Cleared(0, "end");
    await().until(() -> heard.contains(end));
    List<Announcement> all = new ArrayList<>(heard);
    heard.clear();
    all.remove(end);
    return all;
  }

  private ChangeReply put() {
    ChangeReply reply =
        announcing.change(
            KEYS,
            ChangeRequest.store(
                Condition.NONE, null, client("new"), life(HOUR), Returning.PRESENCE));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    return reply;
  }

  private int heat() {
    return Objects.requireNonNull(raw())[3] >> 1;
  }

  /** As if the entry had been written that long before, so hot as it was then. */
  private void written(int heat, long ticksAgo) {
    put();
    announced();
    events.clear();
    byte[] raw = raw().clone();
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    long now = connection.serverMicros() - TICK / 2; // it is an estimate
    Wire.sevenBytes(bytes.position(4), now - ticksAgo * TICK);
    raw[3] = (byte) (2 * heat);
    rewrite(raw, now - ticksAgo * TICK, entry().expiresAt());
    bucket(KEYS.entry()).set(raw);
    assertThat(entry().version()).isEqualTo(now - ticksAgo * TICK);
    head(new Head(entry().generation(), now, 0, 0));
  }

  @Test
  void aKeyThatIsWrittenOftenIsAnnouncedUntilItIsMarked() {
    put();
    bucket(KEYS.entry()).delete();
    announced();
    long start = connection.serverMicros();
    List<ChangeReply> replies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      replies.add(put());
    }
    long ticks = (connection.serverMicros() - start) / TICK + 1;
    assertThat(replies.get(0).hot()).isFalse();
    assertThat(replies.get(199).hot()).isTrue();
    assertThat(entry().hot()).isTrue();
    long silent = replies.stream().filter(ChangeReply::hot).count() - 1;
    assertThat(announced()).isBetween(11, (int) (11 + ticks)).isEqualTo(200 - (int) silent);
  }

  @Test
  void onlyTheFirstChangeUnderAMarkIsAnnounced() {
    do { // unless a tick has passed meanwhile
      written(10, 0);
    } while (!put().hot());
    assertThat(announced()).isOne();
    put();
    assertThat(announced()).as("nobody could have a copy").isZero();
  }

  @Test
  void listenersAreToldAllTheSame() {
    written(HOTTEST, 0);
    put();
    announcing.change(KEYS, removing(Condition.NONE, null));
    assertThat(announced()).isZero();
    await().until(() -> events.size() == 2);
  }

  @Test
  void aKeyCoolsDownByTheTimeBetweenItsChanges() {
    written(30, 4);
    put();
    assertThat(heat()).isBetween(18, 27);
    assertThat(entry().hot()).isTrue();
    written(30, 25);
    put();
    assertThat(heat()).isBetween(1, 6);
    assertThat(entry().hot()).isFalse();
    assertThat(announced()).as("nobody could have a copy").isZero();
    put();
    assertThat(announced()).isOne();
    written(30, 10_000);
    put();
    assertThat(heat()).isOne();
  }

  @Test
  void aKeyGetsNoHotterThanWhatCoolsDownInFiveSeconds() {
    written(HOTTEST, 0);
    put();
    assertThat(heat()).isBetween(HOTTEST - 10, HOTTEST);
  }

  @Test
  void whatSeemsToBeWrittenInTheFutureIsNotHot() {
    written(30, -100);
    put();
    assertThat(heat()).isOne();
    assertThat(announced()).isZero();
    put();
    assertThat(announced()).isOne();
  }

  @Test
  void aRemovalEndsTheMark() {
    written(HOTTEST, 0);
    announcing.change(KEYS, removing(Condition.NONE, null));
    assertThat(announced()).as("nobody could have a copy").isZero();
    assertThat(put().hot()).isFalse();
    assertThat(announced()).isOne();
  }

  @Test
  void anEntryOfAnotherGenerationHasNoMark() {
    written(HOTTEST, 0);
    announcing.clear(List.of(KEYS.head()));
    announced();
    assertThat(put().hot()).isFalse();
    assertThat(announced()).isOne();
  }

  @Test
  void withoutItsHeadAnEntryHasNoMark() {
    written(HOTTEST, 0);
    bucket(KEYS.head()).delete();
    assertThat(put().hot()).isFalse();
    assertThat(announced()).isOne();
  }

  @Test
  void aMarkThatHasExpiredOrWasEvictedWithItsEntryEnds() {
    written(HOTTEST, 0);
    bucket(KEYS.entry()).delete();
    assertThat(put().hot()).isFalse();
    assertThat(announced()).isOne();
    written(HOTTEST, 0);
    expireEntry();
    assertThat(put().hot()).as("the entry was there, and its heat").isTrue();
    assertThat(announced()).as("somebody could have a copy of a blank").isOne();
  }

  @Test
  void changesOfManyKeysKnowTheMarkToo() {
    written(HOTTEST, 0);
    EntryKeys other = EntryKeys.of(TAG, "s:other");
    announcing.changeAll(
        List.of(
            new Scripts.KeyedChange(KEYS, storing(Condition.NONE, null, life(HOUR))),
            new Scripts.KeyedChange(other, removing(Condition.NONE, null))));
    assertThat(entry().hot()).isTrue();
    assertThat(announced()).as("of the other").isOne();
  }

  @Test
  void aRefreshOfAMarkedEntryIsSilentAndAFillOverNothingHasNoMark() {
    written(HOTTEST, 0);
    assertThat(fill(Condition.PRESENT).hot()).isTrue();
    assertThat(announced()).isZero();
    announcing.change(KEYS, removing(Condition.NONE, null));
    assertThat(fill(Condition.ABSENT).hot()).isFalse();
  }

  private ChangeReply fill(Condition condition) {
    Leased leased = Objects.requireNonNull(announcing.reserve(CLAIM, LEASE).leased());
    ChangeReply reply =
        announcing.fill(new Scripts.KeyedFill(KEYS, leased, storing(condition, null, life(HOUR))));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    return reply;
  }

  @Test
  void aMarkedEntryIsNotConfirmed() {
    written(HOTTEST, 0);
    assertThat(confirm()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(announcing.cool(KEYS, identity(entry()))).isEqualTo(ScriptStatus.DONE);
    assertThat(confirm()).isEqualTo(ScriptStatus.DONE);
  }

  private ScriptStatus confirm() {
    Scripts.KnownEntry known = new Scripts.KnownEntry(KEYS.head(), KEYS.entry(), identity(entry()));
    return Objects.requireNonNull(announcing.confirmAll(List.of(known)).get(0).reply()).status();
  }

  @Test
  void coolingTakesTheMarkOffAndNothingElse() {
    written(HOTTEST, 0);
    Envelope.View before = entry();
    long life = timeToLive(KEYS.entry());
    assertThat(announcing.cool(KEYS, identity(before))).isEqualTo(ScriptStatus.DONE);
    assertThat(heat()).isZero();
    assertThat(entry().hot()).isFalse();
    assertThat(identity(entry())).isEqualTo(identity(before));
    assertThat(entry().asOf()).isEqualTo(before.asOf());
    assertThat(entry().expiresAt()).isEqualTo(before.expiresAt());
    assertThat(entry().createdAt()).isEqualTo(before.createdAt());
    assertThat(value(raw())).isEqualTo("new");
    assertThat(timeToLive(KEYS.entry())).isBetween(life - 60_000, life);
    assertThat(announced()).isZero();
    put();
    assertThat(announced()).isOne();
  }

  /** Once it is cooled it may be copied. */
  @Test
  void whatIsCooledWhileItsSourceIsToldIsAnnounced() {
    for (int writers = 1; writers <= 2; writers++) {
      written(HOTTEST, 0);
      KeyedMark mark = mark();
      assertThat(entry().hot()).isTrue();
      assertThat(announcing.cool(KEYS, identity(entry()))).isEqualTo(ScriptStatus.DONE);
      KeyedMark other = (writers == 1) ? mark : mark();
      assertThat(entry().hot()).isFalse();
      announced();
      announcing
          .marks()
          .store(List.of(new KeyedStore(mark, storing(Condition.NONE, null, life(HOUR)))));
      assertThat(announced()).as("stored by one of " + writers).isOne();
      announcing.marks().release(List.of(other));
    }
  }

  @Test
  void whatIsCooledWhileItsSourceFailsStaysCool() {
    written(HOTTEST, 0);
    KeyedMark mark = mark();
    long before = entry().expiresAt();
    assertThat(announcing.cool(KEYS, identity(entry()))).isEqualTo(ScriptStatus.DONE);
    announcing.marks().release(List.of(mark));
    assertThat(entry().hot()).isFalse();
    assertThat(entry().expiresAt()).as("its life of before").isGreaterThan(before);
    announced();
    put();
    assertThat(announced()).isOne();
  }

  private KeyedMark mark() {
    KeyedMark mark = new KeyedMark(KEYS, tokens++);
    var terms = new Marks.Terms(Condition.NONE, Marks.Company.BORNE, Returning.PRESENCE);
    var marked = announcing.marks().mark(List.of(mark), terms, LEASE).get(0).reply();
    assertThat(Objects.requireNonNull(marked).status()).isEqualTo(ScriptStatus.DONE);
    return mark;
  }

  @Test
  void onlyTheSameMarkedEntryIsCooled() {
    written(HOTTEST, 0);
    Identity former = identity(entry());
    put();
    byte[] raw = raw();
    assertThat(announcing.cool(KEYS, former)).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(raw()).isEqualTo(raw);
    written(10, 0);
    assertThat(announcing.cool(KEYS, identity(entry()))).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(heat()).isEqualTo(10);
    bucket(KEYS.entry()).delete();
    assertThat(announcing.cool(KEYS, former)).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(raw()).isNull();
  }

  @Test
  void aShorterLifeOfAMarkedEntryIsNotAnnounced() {
    written(HOTTEST, 0);
    Envelope.View entry = entry();
    long sooner = entry.expiresAt() - 60_000;
    assertThat(announcing.renew(KEYS, identity(entry), sooner)).isEqualTo(ScriptStatus.DONE);
    assertThat(entry().expiresAt()).isEqualTo(sooner);
    assertThat(entry().hot()).isTrue();
    assertThat(announced()).isZero();
  }

  @Test
  void prolongingALifeLeavesTheMarkAsItIs() {
    written(HOTTEST, 0);
    Envelope.View entry = entry();
    prolong(entry, entry.expiresAt() + HOUR);
    prolong(entry, entry.expiresAt() - 60_000); // late
    assertThat(entry().expiresAt()).isEqualTo(entry.expiresAt() + HOUR);
    assertThat(heat()).isEqualTo(HOTTEST);
    assertThat(announced()).isZero();
    put();
    assertThat(announced()).as("nobody could have a copy").isZero();
  }

  private void prolong(Envelope.View entry, long expiresAt) {
    assertThat(announcing.renewAsync(KEYS, identity(entry), expiresAt, Scripts.Moving.LATER_ONLY))
        .succeedsWithin(Duration.ofSeconds(5))
        .isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void aPartitionThatBeginsAnewIsAnnouncedEvenIfAllOfItWasMarked() {
    written(HOTTEST, 0);
    bucket(KEYS.head()).delete();
    assertThat(confirm()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(heard()).containsExactly(begun());

    written(HOTTEST, 0);
    bucket(KEYS.head()).delete();
    announcing.changeAll(
        List.of(new Scripts.KeyedChange(KEYS, storing(Condition.NONE, null, life(HOUR)))));
    assertThat(entry().hot()).isFalse();
    Identity stored = identity(entry());
    assertThat(heard())
        .containsExactly(begun(), new Changed(stored.version(), stored.nonce(), KEYS.entry()));
  }

  @Test
  void aMarkUnderALostHeadIsNotTakenOff() {
    written(HOTTEST, 0);
    Identity marked = identity(entry());
    bucket(KEYS.head()).delete();
    assertThat(announcing.cool(KEYS, marked)).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(heat()).isEqualTo(HOTTEST);
    assertThat(heard()).isEmpty();
  }

  private Announcement begun() {
    return new Announcement.Cleared(head().generation(), TAG);
  }

  @Test
  void aHotEntryMayHaveALifeOfItsOwn() {
    written(HOTTEST, 0);
    Terms own = new Terms(HOUR * MILLI, HOUR * MILLI, HOUR * MILLI, true);
    announcing.change(KEYS, storing(Condition.NONE, null, own));
    assertThat(entry().hot()).isTrue();
    assertThat(entry().ownLife()).isTrue();
    assertThat(announcing.renew(KEYS, identity(entry()), now() + 2 * HOUR))
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(announcing.cool(KEYS, identity(entry()))).isEqualTo(ScriptStatus.DONE);
    assertThat(entry().ownLife()).isTrue();
  }
}
