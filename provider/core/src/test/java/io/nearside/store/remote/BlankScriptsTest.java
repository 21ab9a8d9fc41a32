package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import io.nearside.store.Marks;
import io.nearside.store.remote.MarkScripts.KeyedMark;
import io.nearside.store.remote.Scripts.Claim;
import io.nearside.store.remote.Scripts.Claiming;
import io.nearside.store.remote.Scripts.KeyedBlank;
import io.nearside.store.remote.Scripts.Lease;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RTopic;
import org.redisson.client.codec.ByteArrayCodec;

/** When a lease becomes a blank, what ends it, and who hears of that. */
class BlankScriptsTest extends ScriptTest {
  private static final String CHANNEL = "nearside:blank:single";
  private static final BlankSettings LIMITS = new BlankSettings(20, 2 * HOUR);
  private static final long LIFE = HOUR / 2;

  private final Scripts one = of(1);
  private final Scripts other = of(2);
  private final Queue<Announcement> heard = new ConcurrentLinkedQueue<>();
  private final RTopic topic = client.getTopic(CHANNEL, ByteArrayCodec.INSTANCE);

  private Scripts of(int node) {
    return new Scripts(
        connection,
        Clock.system(),
        new Channels(Channels.of("blank", null, 1).announcements(), null, (long) node << 32));
  }

  @BeforeEach
  void hear() {
    topic.addListener(
        byte[].class,
        (channel, message) -> heard.add(Objects.requireNonNull(Announcement.parse(message))));
  }

  @AfterEach
  void hearNoMore() {
    topic.removeAllListeners();
  }

  /** Whether the key's change was announced since the last question. */
  private boolean isAnnounced() {
    topic.publish(new byte[] {1, 2, 0, 0, 0, 0, 0, 0, 0, 'e', 'n', 'd'});
    Announcement end = new Announcement.Cleared(0, "end");
    await().until(() -> heard.contains(end));
    List<Announcement> all = new ArrayList<>(heard);
    heard.clear();
    return all.stream().anyMatch(Announcement.Changed.class::isInstance);
  }

  private static Leased leased(ReserveReply reply) {
    return Objects.requireNonNull(reply.leased());
  }

  private static BlankReply blank(Scripts by, Claim claim, Leased leased, long life) {
    return Objects.requireNonNull(
        by.blankAll(List.of(new KeyedBlank(claim, leased, life)), LIMITS).get(0).reply());
  }

  private Leased blanked() {
    isAnnounced(); // what was said before
    Leased leased = leased(one.readOrReserve(CLAIM, LEASE));
    BlankReply reply = blank(one, CLAIM, leased, LIFE);
    assertThat(reply).isEqualTo(new BlankReply(ScriptStatus.DONE, LIFE));
    assertThat(isAnnounced()).isFalse();
    return leased;
  }

  private ScriptStatus reserved(Scripts by) {
    return by.readOrReserve(CLAIM, LEASE).status();
  }

  @Test
  void whoReadsOrReservesIsToldForHowLong() {
    blanked();
    for (ReserveReply reply :
        List.of(other.readOrReserve(CLAIM, LEASE), other.reserve(CLAIM, LEASE))) {
      assertThat(reply.status()).isEqualTo(ScriptStatus.NOT_FOUND);
      assertThat(reply.leased()).isNull();
      assertThat(reply.holder()).isBetween(LIFE - 60_000, LIFE);
      assertThat(reply.generation()).isEqualTo(head().generation());
    }
    assertThat(timeToLive(KEYS.lease())).isBetween(LIFE - 60_000, LIFE + 1_000);
    assertThat(isAnnounced()).isFalse();
  }

  @Test
  void itCountsUpToItsEndAndNotThoughItIsStillThere() {
    Leased leased = leased(one.readOrReserve(CLAIM, LEASE));
    assertThat(blank(one, CLAIM, leased, 1).status()).isEqualTo(ScriptStatus.DONE);
    await()
        .until(() -> {
          ScriptStatus status = reserved(other);
          return status != ScriptStatus.NOT_FOUND;
        });
    assertThat(isAnnounced()).as("somebody may have a copy").isTrue();
  }

  @Test
  void anyChangeVoidsTheLoad() {
    Leased leased = leased(one.readOrReserve(CLAIM, LEASE));
    other.change(KEYS, removing(Condition.NONE, null));
    assertThat(blank(one, CLAIM, leased, LIFE).status()).isEqualTo(ScriptStatus.VOID);
    leased = leased(one.readOrReserve(CLAIM, LEASE));
    other.fence(List.of(KEYS.head()), true);
    assertThat(blank(one, CLAIM, leased, LIFE).status()).isEqualTo(ScriptStatus.VOID);
    leased = leased(one.readOrReserve(CLAIM, LEASE));
    other.clear(List.of(KEYS.head()));
    assertThat(blank(one, CLAIM, leased, LIFE).status()).isEqualTo(ScriptStatus.VOID);
    leased = leased(one.readOrReserve(CLAIM, LEASE));
    other.reserveAll(List.of(CLAIM), LEASE, Claiming.EVERYONE);
    assertThat(blank(one, CLAIM, leased, LIFE).status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(reserved(other)).isEqualTo(ScriptStatus.DONE);
    assertThat(bucket(KEYS.blanks()).isExists()).isFalse();
  }

  @Test
  void anEntryIsStronger() {
    Leased leased = leased(one.readOrReserve(CLAIM, LEASE));
    one.fill(new Scripts.KeyedFill(KEYS, leased, storing(Condition.ABSENT, null, life(HOUR))));
    assertThat(blank(one, CLAIM, leased, LIFE).status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(reserved(other)).isEqualTo(ScriptStatus.FOUND);
  }

  @Test
  void whatEndsItIsAnnounced() {
    blanked();
    other.change(KEYS, storing(Condition.NONE, null, FOR_EVER));
    assertThat(isAnnounced()).as("a change").isTrue();
    one.change(KEYS, removing(Condition.NONE, null));

    blanked();
    assertThat(leased(one.reserveAll(List.of(CLAIM), LEASE, Claiming.EVERYONE).get(0).reply()))
        .isNotNull();
    assertThat(isAnnounced()).as("a load that asks the source all the same").isTrue();
    assertThat(reserved(other)).isEqualTo(ScriptStatus.HELD);
    one.change(KEYS, removing(Condition.NONE, null));

    blanked();
    KeyedMark mark = new KeyedMark(KEYS, 77);
    other
        .marks()
        .mark(
            List.of(mark),
            new Marks.Terms(Condition.NONE, Marks.Company.BORNE, Returning.PRESENCE),
            LEASE);
    assertThat(isAnnounced()).as("a write through").isTrue();
    other.marks().release(List.of(mark));
    assertThat(reserved(other)).isEqualTo(ScriptStatus.DONE);
    one.change(KEYS, removing(Condition.NONE, null));

    blanked();
    other.fence(List.of(KEYS.head()), true);
    assertThat(isAnnounced()).as("a fence").isTrue();
    assertThat(reserved(other)).isEqualTo(ScriptStatus.DONE);
    one.change(KEYS, removing(Condition.NONE, null));

    blanked();
    other.clear(List.of(KEYS.head()));
    assertThat(reserved(other)).isEqualTo(ScriptStatus.DONE);
  }

  /** It shared the token, and the other one was quicker to find nothing. */
  @Test
  void aFillOverItIsAnnounced() {
    Leased late = leased(other.reserve(CLAIM, LEASE));
    Lease lease = new Lease(CLAIM, late.token());
    other.releaseSoon(lease, LEASE);
    await().until(() -> ByteBuffer.wrap(bucket(KEYS.lease()).get()).getLong(8) == 0);
    blanked();
    assertThat(
            other
                .fill(new Scripts.KeyedFill(KEYS, late, storing(Condition.ABSENT, null, FOR_EVER)))
                .status())
        .isEqualTo(ScriptStatus.DONE);
    assertThat(isAnnounced()).isTrue();
    assertThat(reserved(one)).isEqualTo(ScriptStatus.FOUND);
    bucket(KEYS.entry()).delete();
    assertThat(reserved(one)).isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void whoProlongsALeaseProlongsNoBlank() {
    Lease lease = new Lease(CLAIM, blanked().token());
    assertThat(one.prolongAll(List.of(lease), 10 * HOUR).get(0).reply())
        .isNotEqualTo(ScriptStatus.NOT_MET);
    assertThat(timeToLive(KEYS.lease())).isLessThan(LIFE + 1_001);
    one.releaseSoon(lease, LEASE);
    assertThat(reserved(other)).isEqualTo(ScriptStatus.NOT_FOUND);
  }

  @Test
  void aPartitionHasRoomForSoMany() {
    List<ScriptStatus> statuses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Claim claim = new Claim(EntryKeys.of(TAG, "s:" + i), 1);
      Leased leased = leased(one.readOrReserve(claim, LEASE));
      statuses.add(
          Objects.requireNonNull(
                  one.blankAll(
                          List.of(new KeyedBlank(claim, leased, LIFE)),
                          new BlankSettings(3, 2 * HOUR))
                      .get(0)
                      .reply())
              .status());
    }
    assertThat(statuses)
        .containsExactly(
            ScriptStatus.DONE,
            ScriptStatus.DONE,
            ScriptStatus.DONE,
            ScriptStatus.NOT_MET,
            ScriptStatus.NOT_MET);
    assertThat(timeToLive(KEYS.blanks())).isBetween(3 * HOUR, 4 * HOUR);
  }

  @Test
  void theRoomIsFreeAgainAfterAWindow() {
    BlankSettings brief = new BlankSettings(1, 300);
    for (int i = 0; i < 3; i++) {
      Claim claim = new Claim(EntryKeys.of(TAG, "s:" + i), 1);
      await()
          .until(() -> {
            Leased leased = leased(one.readOrReserve(claim, LEASE));
            ScriptStatus status =
                Objects.requireNonNull(
                        one.blankAll(List.of(new KeyedBlank(claim, leased, 100)), brief)
                            .get(0)
                            .reply())
                    .status();
            return status == ScriptStatus.DONE;
          });
    }
  }

  /** Its entry is still there for those who listen, but no copy of it counts. */
  @Test
  void aChangeOverAHotEntryThatHasExpiredIsAnnounced() {
    put("a", life(HOUR));
    byte[] raw = Objects.requireNonNull(raw()).clone();
    raw[3] = (byte) (2 * 30);
    rewrite(raw, entry().version(), connection.serverMicros() / 1_000 - 100);
    bucket(KEYS.entry()).set(raw);
    assertThat(entry().hot()).isTrue();
    Leased leased = leased(one.readOrReserve(CLAIM, LEASE));
    assertThat(blank(one, CLAIM, leased, LIFE).status()).isEqualTo(ScriptStatus.DONE);
    isAnnounced();
    other.change(KEYS, storing(Condition.NONE, null, FOR_EVER));
    assertThat(isAnnounced()).isTrue();
  }
}
