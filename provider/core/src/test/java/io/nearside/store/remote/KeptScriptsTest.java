package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import io.nearside.store.Marks.Company;
import io.nearside.store.Marks.Terms;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.MarkScripts.KeyedMark;
import io.nearside.store.remote.MarkScripts.KeyedStore;
import io.nearside.store.remote.MarkScripts.MarkReply;
import io.nearside.store.remote.Scripts.Claiming;
import io.nearside.store.remote.Scripts.KeyedBlank;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of entries whose time is over and that may stand in for loads that fail. */
class KeptScriptsTest extends ScriptTest {
  private static final Terms MARK = new Terms(Condition.NONE, Company.REFUSED, Returning.ENTRY);
  private static final Terms JOINED = new Terms(Condition.NONE, Company.BORNE, Returning.ENTRY);

  private final Scripts keeping = new Scripts(connection, Clock.system(), Channels.NONE, HOUR);
  private long tokens = 100;

  /** Stores an entry that has expired when this returns. */
  private Identity expired() {
    keeping.change(
        KEYS,
        ChangeRequest.store(Condition.NONE, null, client("old"), life(1), Returning.PRESENCE));
    await().until(() -> now() > entry().expiresAt());
    return identity(entry());
  }

  private boolean isKept() {
    ReserveReply reply = keeping.reserveAll(List.of(CLAIM), LEASE, Claiming.FIRST).get(0).reply();
    boolean kept = Objects.requireNonNull(reply).kept();
    assertThat(keeping.readOrReserve(CLAIM, LEASE).kept()).isEqualTo(kept);
    return kept;
  }

  private KeyedMark mark(Terms terms) {
    KeyedMark mark = new KeyedMark(KEYS, tokens++);
    MarkReply reply = keeping.marks().mark(List.of(mark), terms, LEASE).get(0).reply();
    assertThat(Objects.requireNonNull(reply).status()).isEqualTo(ScriptStatus.DONE);
    return mark;
  }

  private ScriptStatus release(KeyedMark mark) {
    return Objects.requireNonNull(keeping.marks().release(List.of(mark)).get(0).reply());
  }

  @Test
  void itStaysAsLongAsItMay() {
    expired();
    assertThat(bucket(KEYS.entry()).getExpireTime())
        .isEqualTo(entry().expiresAt() + Scripts.GRACE_MILLIS + HOUR);
    assertThat(isKept()).isTrue();
  }

  @Test
  void itIsToldOnceThatItHasExpired() {
    Identity identity = expired();
    assertThat(keeping.readOrReserve(CLAIM, LEASE, Returning.ENTRY).entry()).isNotNull();
    assertThat(keeping.readOrReserve(CLAIM, LEASE, Returning.PRESENCE).entry()).isNull();
    ExpireReply first = keeping.expire(KEYS, identity, Returning.ENTRY);
    assertThat(first.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(value(first.prior())).isEqualTo("old");
    assertThat(keeping.expire(KEYS, identity, Returning.ENTRY).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(keeping.readOrReserve(CLAIM, LEASE).entry()).isNull();
    assertThat(value(raw())).isEqualTo("old");
    assertThat(isKept()).isTrue();
    ChangeReply next = keeping.change(KEYS, storing(Condition.ABSENT, null, life(HOUR)));
    assertThat(next.expired()).isFalse();
    assertThat(next.prior()).isNull();
  }

  @Test
  void whatMayNotStandInIsRemovedWhenItIsTold() {
    Identity identity = expired();
    keeping.fence(List.of(KEYS.head()), false);
    assertThat(isKept()).isFalse();
    assertThat(keeping.expire(KEYS, identity, Returning.ENTRY).status())
        .isEqualTo(ScriptStatus.DONE);
    assertThat(raw()).isNull();
  }

  @Test
  void aChangeTellsWhatNobodyHasToldAndTakesItAway() {
    expired();
    ChangeReply reply = keeping.change(KEYS, removing(Condition.NONE, null));
    assertThat(reply.expired()).isTrue();
    assertThat(raw()).isNull();
  }

  @Test
  void aMarkEndsItUnlessTheSourceWasNotChanged() {
    for (boolean told : new boolean[] {false, true}) {
      Identity identity = expired();
      if (told) {
        keeping.expire(KEYS, identity, Returning.PRESENCE);
      }
      KeyedMark mark = mark(MARK);
      assertThat(entry().spoilt()).isTrue();
      assertThat(entry().told()).isEqualTo(told);
      long expireTime = bucket(KEYS.entry()).getExpireTime();
      assertThat(release(mark)).isEqualTo(ScriptStatus.DONE);
      assertThat(entry().spoilt()).isFalse();
      assertThat(entry().told()).isEqualTo(told);
      assertThat(bucket(KEYS.entry()).getExpireTime()).isEqualTo(expireTime);
      assertThat(isKept()).isTrue();
    }
  }

  @Test
  void itIsToldWhileItIsMarked() {
    Identity identity = expired();
    KeyedMark mark = mark(MARK);
    assertThat(keeping.expire(KEYS, identity, Returning.PRESENCE).status())
        .isEqualTo(ScriptStatus.DONE);
    release(mark);
    assertThat(entry().told()).isTrue();
    assertThat(isKept()).isTrue();
  }

  @Test
  void whoIsNeverHeardOfAgainHasEndedIt() {
    expired();
    mark(MARK);
    bucket(KEYS.lease()).delete(); // its time is over
    assertThat(isKept()).isFalse();
    KeyedMark next = mark(MARK);
    release(next);
    assertThat(isKept()).as("whoever does not change anything afterwards").isFalse();
  }

  @Test
  void whatAMarkHasShortenedStandsInForNothing() {
    put("old", life(HOUR));
    KeyedMark mark = new KeyedMark(KEYS, tokens++);
    keeping.marks().mark(List.of(mark), MARK, 1);
    await()
        .until(
            () -> now() > entry().expiresAt() && raw() != null && !keys().contains(KEYS.lease()));
    assertThat(isKept()).isFalse();
  }

  @Test
  void aReleaseGivesALiveEntryAllBack() {
    keeping.change(KEYS, storing(Condition.NONE, null, life(HOUR)));
    long expireTime = bucket(KEYS.entry()).getExpireTime();
    release(mark(MARK));
    assertThat(entry().spoilt()).isFalse();
    assertThat(bucket(KEYS.entry()).getExpireTime()).isEqualTo(expireTime);
  }

  @Test
  void ofSeveralWhoWriteNoneGivesItBack() {
    expired();
    KeyedMark one = mark(MARK);
    KeyedMark two = mark(JOINED);
    release(one);
    release(two);
    assertThat(isKept()).isFalse();
  }

  @Test
  void whatIsStoredTellsThatItHasExpired() {
    expired();
    KeyedMark mark = mark(MARK);
    ChangeReply reply =
        keeping
            .marks()
            .store(List.of(new KeyedStore(mark, storing(Condition.NONE, null, life(HOUR)))))
            .get(0)
            .reply();
    assertThat(Objects.requireNonNull(reply).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.expired()).isTrue();
    assertThat(value(raw())).isEqualTo("new");
    assertThat(entry().spoilt()).isFalse();
  }

  @Test
  void aBlankEndsIt() {
    expired();
    Leased leased = Objects.requireNonNull(keeping.reserve(CLAIM, LEASE).leased());
    KeyedBlank blank = new KeyedBlank(CLAIM, leased, LEASE);
    BlankReply reply =
        keeping.blankAll(List.of(blank), new BlankSettings(10, 60_000)).get(0).reply();
    assertThat(Objects.requireNonNull(reply).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(entry().spoilt()).isTrue();
    assertThat(entry().told()).isFalse();
    bucket(KEYS.lease()).delete();
    assertThat(isKept()).isFalse();
  }

  @Test
  void aClearEndsIt() {
    expired();
    keeping.clear(List.of(KEYS.head()));
    assertThat(isKept()).isFalse();
  }
}
