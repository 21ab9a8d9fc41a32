package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearside.codec.Envelope;
import io.nearside.codec.Head;
import io.nearside.store.Change.Condition;
import io.nearside.store.Lifetime.Terms;
import io.nearside.store.VersionedEntry.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeScriptTest extends ScriptTest {

  @Test
  void aPutStoresHeadAndEntryAndNothingElse() {
    ChangeReply reply = put("a", FOR_EVER);
    assertThat(reply.existed()).isFalse();
    assertThat(reply.stored()).isTrue();
    assertThat(reply.expired()).isFalse();
    assertThat(keys()).containsExactlyInAnyOrder(KEYS.head(), KEYS.entry());
    Envelope.View entry = entry();
    assertThat(value(raw())).isEqualTo("a");
    assertThat(entry.version()).isEqualTo(reply.version()).isEqualTo(entry.asOf());
    assertThat(entry.generation()).isEqualTo(reply.generation()).isEqualTo(head().generation());
    assertThat(entry.isLive(head(), now())).isTrue();
    assertThat(entry.createdAt()).isCloseTo(now(), within(10_000L));
    assertThat(entry.expiresAt()).isZero();
    assertThat(timeToLive(KEYS.entry())).isEqualTo(-1);
    assertThat(entry.ownLife()).isFalse();
  }

  @Test
  void anUpdateTellsThePriorEntryAndKeepsItsCreation() {
    put("a", FOR_EVER);
    Envelope.View first = entry();
    ChangeReply reply = scripts.change(KEYS, storing(Condition.NONE, null, life(HOUR)));
    assertThat(reply.existed()).isTrue();
    assertThat(value(reply.prior())).isEqualTo("a");
    assertThat(entry().createdAt()).isEqualTo(first.createdAt());
    assertThat(entry().version()).isGreaterThan(first.version());
    assertThat(entry().expiresAt()).isEqualTo(reply.expiresAt());
  }

  @Test
  void whatIsToldOfAPriorEntryIsItsPresenceUnlessAskedFor() {
    put("a", FOR_EVER);
    assertThat(put("b", FOR_EVER).prior()).isNull();
  }

  @Test
  void physicalLifeIsLogicalLifeAndFiveSeconds() {
    ChangeReply reply = put("a", life(HOUR));
    assertThat(reply.expiresAt()).isCloseTo(now() + HOUR, within(10_000L));
    assertThat(bucket(KEYS.entry()).getExpireTime())
        .isEqualTo(reply.expiresAt() + Scripts.GRACE_MILLIS);
  }

  @Test
  void anEternalUpdateEndsTheTimeToLive() {
    put("a", life(HOUR));
    put("b", FOR_EVER);
    assertThat(timeToLive(KEYS.entry())).isEqualTo(-1);
    assertThat(entry().expiresAt()).isZero();
  }

  @Test
  void keepKeepsTheExpiry() {
    ChangeReply first = put("a", life(HOUR));
    ChangeReply second = put("b", new Terms(MILLI, Terms.KEEP, Terms.ETERNAL, false));
    assertThat(second.expiresAt()).isEqualTo(first.expiresAt());
    assertThat(bucket(KEYS.entry()).getExpireTime())
        .isEqualTo(first.expiresAt() + Scripts.GRACE_MILLIS);
  }

  @Test
  void noUpdateProlongsBeyondTheMaximumLife() {
    ChangeReply first = put("a", life(1000));
    ChangeReply second = put("b", new Terms(0, Terms.ETERNAL, HOUR * MILLI, false));
    assertThat(second.createdAt()).isEqualTo(first.createdAt());
    assertThat(second.expiresAt()).isEqualTo(first.createdAt() + HOUR);
    assertThat(put("c", new Terms(0, 9 * HOUR * MILLI, HOUR * MILLI, false)).expiresAt())
        .isEqualTo(first.createdAt() + HOUR);
  }

  @Test
  void ownLifeIsNoted() {
    put("a", new Terms(HOUR * MILLI, HOUR * MILLI, Terms.ETERNAL, true));
    assertThat(entry().ownLife()).isTrue();
  }

  @Test
  void aLifeUnderAMillisecondIsOne() {
    ChangeReply reply = put("a", new Terms(1, 1, Terms.ETERNAL, false));
    assertThat(reply.expiresAt()).isEqualTo(reply.createdAt() + 1);
  }

  @Test
  void whatHasNoLifeIsNotCreated() {
    ChangeReply reply = put("a", life(0));
    assertThat(reply.stored()).isFalse();
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @Test
  void anUpdateWithoutLifeRemoves() {
    put("a", FOR_EVER);
    ChangeReply reply = put("b", new Terms(HOUR, 0, Terms.ETERNAL, false));
    assertThat(reply.existed()).isTrue();
    assertThat(reply.stored()).isFalse();
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @Test
  void removeRemoves() {
    put("a", FOR_EVER);
    ChangeReply reply = scripts.change(KEYS, removing(Condition.NONE, null));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.existed()).isTrue();
    assertThat(value(reply.prior())).isEqualTo("a");
    assertThat(keys()).containsExactly(KEYS.head());
    assertThat(scripts.change(KEYS, removing(Condition.NONE, null)).existed()).isFalse();
  }

  @Test
  void absentIsMetOnlyByNothing() {
    assertThat(scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.DONE);
    byte[] first = raw();
    ChangeReply refused = scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER));
    assertThat(refused.status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(refused.existed()).isTrue();
    assertThat(refused.prior()).isEqualTo(first).isEqualTo(raw());
  }

  @Test
  void presentIsMetOnlyBySomething() {
    assertThat(scripts.change(KEYS, storing(Condition.PRESENT, null, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(keys()).isEmpty();
    put("a", FOR_EVER);
    assertThat(scripts.change(KEYS, storing(Condition.PRESENT, null, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void sameIsMetOnlyByThatIdentity() {
    put("a", FOR_EVER);
    Identity identity = identity(entry());
    Identity otherNonce = new Identity(identity.version(), identity.nonce() + 1);
    Identity otherVersion = new Identity(identity.version() + 1, identity.nonce());
    for (Identity other : List.of(otherNonce, otherVersion)) {
      ChangeReply refused = scripts.change(KEYS, storing(Condition.SAME, other, FOR_EVER));
      assertThat(refused.status()).isEqualTo(ScriptStatus.NOT_MET);
      assertThat(value(refused.prior())).isEqualTo("a");
    }
    assertThat(scripts.change(KEYS, storing(Condition.SAME, identity, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.DONE);
    assertThat(scripts.change(KEYS, removing(Condition.SAME, identity)).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(scripts.change(KEYS, removing(Condition.SAME, identity(entry()))).status())
        .isEqualTo(ScriptStatus.DONE);
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @Test
  void sameIsRefusedWhileSomebodyElseIsFirstInTheQueue() {
    put("a", FOR_EVER);
    Identity identity = identity(entry());
    scripts.turn(KEYS, 11, LEASE);
    scripts.turn(KEYS, 12, LEASE);
    ChangeRequest request = storing(Condition.SAME, identity, FOR_EVER);
    assertThat(scripts.change(KEYS, request).status()).isEqualTo(ScriptStatus.QUEUED);
    assertThat(scripts.change(KEYS, request.withTurn(12)).status()).isEqualTo(ScriptStatus.QUEUED);
    assertThat(value(raw())).isEqualTo("a");
    assertThat(scripts.change(KEYS, request.withTurn(11)).status()).isEqualTo(ScriptStatus.DONE);
    put("plain changes do not queue", FOR_EVER);
  }

  @Test
  void aChangeVoidsTheLease() {
    scripts.reserve(CLAIM, LEASE);
    assertThat(keys()).contains(KEYS.lease());
    put("a", FOR_EVER);
    assertThat(keys()).doesNotContain(KEYS.lease());
    scripts.reserve(CLAIM, LEASE);
    scripts.change(KEYS, removing(Condition.NONE, null));
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @Test
  void aRefusedChangeVoidsNothing() {
    scripts.reserve(CLAIM, LEASE);
    scripts.change(KEYS, storing(Condition.PRESENT, null, FOR_EVER));
    assertThat(keys()).contains(KEYS.lease());
  }

  @Test
  void stayingAbsentVoidsTheLease() {
    scripts.reserve(CLAIM, LEASE);
    assertThat(scripts.change(KEYS, removing(Condition.ABSENT, null)).status())
        .isEqualTo(ScriptStatus.DONE);
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @ParameterizedTest
  @EnumSource(Condition.class)
  void whatIsTooLateChangesNothing(Condition condition) {
    ChangeReply reply =
        late(() -> scripts.change(KEYS, storing(condition, new Identity(1, 1), FOR_EVER)));
    assertThat(reply.status()).isEqualTo(ScriptStatus.LATE);
    assertThat(late(() -> scripts.change(KEYS, removing(condition, new Identity(1, 1)))).status())
        .isEqualTo(ScriptStatus.LATE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "somebody's", "\u0001\u0002"})
  void aForeignStringIsNeverTouched(String foreign) {
    byte[] bytes = foreign.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    bucket(KEYS.entry()).set(bytes);
    for (Condition condition : List.of(Condition.NONE, Condition.ABSENT)) {
      assertThat(scripts.change(KEYS, storing(condition, null, FOR_EVER)).status())
          .isEqualTo(ScriptStatus.FOREIGN);
      assertThat(scripts.change(KEYS, storing(condition, null, life(HOUR))).status())
          .isEqualTo(ScriptStatus.FOREIGN);
      scripts.change(KEYS, removing(condition, null));
    }
    assertThat(raw()).isEqualTo(bytes);
    assertThat(timeToLive(KEYS.entry())).isEqualTo(-1);
  }

  @Test
  void aKeyOfAnotherTypeIsNeverTouched() {
    client.<byte[]>getList(KEYS.entry()).add(new byte[] {1});
    for (ChangeRequest request :
        List.of(
            storing(Condition.NONE, null, FOR_EVER),
            storing(Condition.SAME, new Identity(1, 1), FOR_EVER),
            ChangeRequest.remove(Condition.NONE, null, io.nearside.store.Change.Returning.PRESENCE),
            removing(Condition.NONE, null))) {
      assertThat(scripts.change(KEYS, request).status()).isEqualTo(ScriptStatus.FOREIGN);
    }
    assertThat(client.getList(KEYS.entry()).readAll()).hasSize(1);
    assertThat(keys()).containsExactly(KEYS.entry());
  }

  @Test
  void aHeadOfAnotherTypeIsNeverTouched() {
    client.<byte[]>getList(KEYS.head()).add(new byte[] {1});
    assertThat(scripts.change(KEYS, storing(Condition.NONE, null, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.FOREIGN);
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 10, 11, 17, 18, 24, 25, 30, 31, 36, 37, 42, 43, 44})
  void anEntryWhoseServersPartIsNotWholeCountsAsMissingAndMayBeReplaced(int place) {
    put("a", life(HOUR));
    byte[] raw = raw();
    raw[place] ^= 0x40;
    bucket(KEYS.entry()).set(raw);
    assertThat(scripts.change(KEYS, removing(Condition.PRESENT, null)).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(raw()).isEqualTo(raw);
    ChangeReply reply = scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.existed()).isFalse();
    assertThat(reply.prior()).isNull();
    assertThat(value(raw())).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 44, 62})
  void aTruncatedEntryCountsAsMissingAndMayBeRemoved(int length) {
    put("a", life(HOUR));
    bucket(KEYS.entry()).set(java.util.Arrays.copyOf(raw(), length));
    assertThat(scripts.change(KEYS, removing(Condition.NONE, null)).existed()).isFalse();
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @Test
  void anEntryThatItsReaderCouldNotDecodeCountsAsMissing() {
    put("a", FOR_EVER);
    Identity unreadable = identity(entry());
    ChangeReply reply = scripts.change(KEYS, storing(Condition.ABSENT, unreadable, FOR_EVER));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.existed()).isFalse();
    assertThat(scripts.change(KEYS, storing(Condition.ABSENT, unreadable, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.NOT_MET);
  }

  @Test
  void withoutItsHeadAnEntryIsAbsentForGood() {
    put("a", FOR_EVER);
    byte[] old = raw();
    bucket(KEYS.head()).delete();
    ChangeReply reply = scripts.change(KEYS, storing(Condition.PRESENT, null, FOR_EVER));
    assertThat(reply.status()).isEqualTo(ScriptStatus.NOT_MET);
    put("b", FOR_EVER);
    bucket(KEYS.entry()).set(old);
    assertThat(entry().isLive(head(), now())).isFalse();
    assertThat(scripts.change(KEYS, removing(Condition.NONE, null)).existed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 28, 30})
  void aHeadThatCanNotBeOneIsReplaced(int length) {
    put("a", FOR_EVER);
    bucket(KEYS.head()).set(new byte[length]);
    assertThat(scripts.change(KEYS, storing(Condition.NONE, null, FOR_EVER)).existed()).isFalse();
    assertThat(entry().isLive(head(), now())).isTrue();
  }

  @Test
  void anEntryOfAnotherGenerationIsAbsent() {
    put("a", FOR_EVER);
    scripts.clear(List.of(KEYS.head()));
    ChangeReply reply = scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.prior()).isNull();
    assertThat(reply.expired()).isFalse();
  }

  @Test
  void anEntryUpToTheFloorIsAbsent() {
    put("a", FOR_EVER);
    Head head = head();
    head(new Head(head.generation(), head.clock(), entry().asOf() - 1, head.fence()));
    assertThat(scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    head(new Head(head.generation(), head.clock(), entry().asOf(), head.fence()));
    assertThat(scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void anExpiredEntryIsAbsentAndTold() {
    put("a", FOR_EVER);
    expireEntry();
    assertThat(scripts.change(KEYS, removing(Condition.PRESENT, null)).expired()).isTrue();
    assertThat(keys()).contains(KEYS.entry());
    ChangeReply reply = scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.existed()).isFalse();
    assertThat(reply.expired()).isTrue();
    assertThat(value(reply.prior())).isEqualTo("a");
    assertThat(value(raw())).isEqualTo("new");
  }

  @Test
  void anExpiredEntryIsNotTheSame() {
    put("a", FOR_EVER);
    Identity identity = identity(expireEntry());
    ChangeReply reply = scripts.change(KEYS, storing(Condition.SAME, identity, FOR_EVER));
    assertThat(reply.status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(reply.existed()).isFalse();
    assertThat(reply.expired()).isTrue();
  }

  @Test
  void versionsGrowWhenTheClockHasSteppedBack() {
    put("a", FOR_EVER);
    Head head = head();
    long ahead = head.clock() + 3_600_000_000L;
    head(new Head(head.generation(), ahead, head.floor(), head.fence()));
    assertThat(put("b", FOR_EVER).version()).isEqualTo(ahead + 1);
    assertThat(scripts.change(KEYS, removing(Condition.NONE, null)).version()).isEqualTo(ahead + 2);
    assertThat(put("c", FOR_EVER).version()).isEqualTo(ahead + 3);
    assertThat(head().clock()).isEqualTo(ahead + 3);
  }

  @Test
  void aBigValueIsStoredWhole() {
    String big = "x".repeat(3 << 20);
    put(big, FOR_EVER);
    assertThat(value(raw())).isEqualTo(big);
    assertThat(value(scripts.change(KEYS, removing(Condition.NONE, null)).prior())).isEqualTo(big);
  }
}
