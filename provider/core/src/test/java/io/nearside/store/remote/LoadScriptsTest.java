package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.VersionedEntry.Identity;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Reservations and fills. */
class LoadScriptsTest extends ScriptTest {

  private Leased lease() {
    ReserveReply reply = scripts.reserve(CLAIM, LEASE);
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    return Objects.requireNonNull(reply.leased());
  }

  private ChangeReply fill(Leased leased, Condition condition) {
    return scripts.fill(new Scripts.KeyedFill(KEYS, leased, storing(condition, null, life(HOUR))));
  }

  @Test
  void aFillStoresWhatWasLoadedAsOfItsReservation() {
    Leased leased = lease();
    assertThat(timeToLive(KEYS.lease())).isBetween(1L, LEASE);
    ChangeReply reply = fill(leased, Condition.ABSENT);
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.stored()).isTrue();
    assertThat(entry().asOf()).isEqualTo(leased.asOf()).isLessThan(entry().version());
    assertThat(entry().isLive(head(), now())).isTrue();
    assertThat(bucket(KEYS.entry()).getExpireTime())
        .isEqualTo(reply.expiresAt() + Scripts.GRACE_MILLIS);
    assertThat(keys()).as("a fill voids nobody's lease").contains(KEYS.lease());
  }

  @Test
  void thoseWhoLoadTheSameKeyShareALease() {
    Leased first = lease();
    Leased second = lease();
    assertThat(second.token()).isEqualTo(first.token());
    assertThat(second.asOf()).isGreaterThan(first.asOf());
    assertThat(fill(second, Condition.NONE).status()).isEqualTo(ScriptStatus.DONE);
    ChangeReply older = fill(first, Condition.NONE);
    assertThat(older.status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(older.existed()).isTrue();
    assertThat(entry().asOf()).isEqualTo(second.asOf());
  }

  @Test
  void aLaterLoadReplacesWhatAnEarlierOneStored() {
    Leased first = lease();
    Leased second = lease();
    assertThat(fill(first, Condition.NONE).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(fill(second, Condition.ABSENT).status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(fill(second, Condition.PRESENT).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(entry().asOf()).isEqualTo(second.asOf());
  }

  @Test
  void aChangeAClearAFenceAndALostHeadVoidAReservation() {
    List<Runnable> ends =
        List.of(
            () -> put("a", FOR_EVER),
            () -> scripts.change(KEYS, removing(Condition.NONE, null)),
            () -> scripts.clear(List.of(KEYS.head())),
            () -> scripts.fence(List.of(KEYS.head()), false),
            () -> bucket(KEYS.head()).delete(),
            () -> bucket(KEYS.lease()).delete());
    for (Runnable end : ends) {
      empty();
      Leased leased = lease();
      end.run();
      List<String> before = dump();
      assertThat(fill(leased, Condition.NONE).status()).isEqualTo(ScriptStatus.VOID);
      assertThat(dump()).isEqualTo(before);
    }
  }

  @Test
  void aReservationAfterAFenceStands() {
    scripts.fence(List.of(KEYS.head()), false);
    assertThat(fill(lease(), Condition.NONE).status()).isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void aFenceLeavesEntriesAlone() {
    put("a", FOR_EVER);
    scripts.fence(List.of(KEYS.head()), false);
    assertThat(entry().isLive(head(), now())).isTrue();
  }

  @Test
  void aReadFindsWhatIsLive() {
    put("a", FOR_EVER);
    ReserveReply reply = scripts.readOrReserve(CLAIM, LEASE);
    assertThat(reply.status()).isEqualTo(ScriptStatus.FOUND);
    assertThat(reply.entry()).isEqualTo(raw());
    assertThat(reply.generation()).isEqualTo(entry().generation());
    assertThat(keys()).doesNotContain(KEYS.lease());
  }

  @Test
  void aReadThatFindsNothingReserves() {
    ReserveReply reply = scripts.readOrReserve(CLAIM, LEASE);
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.entry()).isNull();
    assertThat(fill(Objects.requireNonNull(reply.leased()), Condition.ABSENT).status())
        .isEqualTo(ScriptStatus.DONE);
    scripts.clear(List.of(KEYS.head()));
    assertThat(scripts.readOrReserve(CLAIM, LEASE).entry()).isNull();
  }

  @Test
  void aReadThatFindsWhatHasExpiredReservesAndTellsIt() {
    put("a", FOR_EVER);
    expireEntry();
    ReserveReply reply = scripts.readOrReserve(CLAIM, LEASE);
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.entry()).isEqualTo(raw());
    ChangeReply filled = fill(Objects.requireNonNull(reply.leased()), Condition.ABSENT);
    assertThat(filled.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(filled.expired()).isTrue();
  }

  @Test
  void whatOthersHaveWrittenIsNeitherReadNorFilled() {
    Leased leased = lease();
    bucket(KEYS.entry()).set(new byte[] {'x'});
    assertThat(fill(leased, Condition.NONE).status()).isEqualTo(ScriptStatus.FOREIGN);
    assertThat(scripts.readOrReserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.FOREIGN);
    assertThat(raw()).isEqualTo(new byte[] {'x'});
    client.getKeys().delete(KEYS.lease());
    client.<byte[]>getList(KEYS.lease()).add(new byte[] {1});
    assertThat(scripts.reserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.FOREIGN);
    assertThat(client.getList(KEYS.lease()).size()).isEqualTo(1);
  }

  @Test
  void whatIsTooLateChangesNothing() {
    Leased leased = new Leased(1, 1, 1, 0);
    assertThat(late(() -> fill(leased, Condition.NONE)).status()).isEqualTo(ScriptStatus.LATE);
    assertThat(late(() -> scripts.reserve(CLAIM, LEASE)).status()).isEqualTo(ScriptStatus.LATE);
    assertThat(late(() -> scripts.readOrReserve(CLAIM, LEASE)).status())
        .isEqualTo(ScriptStatus.LATE);
    assertThat(late(() -> scripts.fence(List.of(KEYS.head()), false)).get(0).reply())
        .isEqualTo(ScriptStatus.LATE);
  }

  @Test
  void aRenewalMovesTheExpiryAndNothingElse() {
    put("a", life(HOUR));
    var before = entry();
    long moved = before.expiresAt() + HOUR;
    assertThat(scripts.renew(KEYS, identity(before), moved)).isEqualTo(ScriptStatus.DONE);
    assertThat(entry().expiresAt()).isEqualTo(moved);
    assertThat(entry().version()).isEqualTo(before.version());
    assertThat(value(raw())).isEqualTo("a");
    assertThat(bucket(KEYS.entry()).getExpireTime()).isEqualTo(moved + Scripts.GRACE_MILLIS);
    assertThat(scripts.renew(KEYS, identity(before), 0)).isEqualTo(ScriptStatus.DONE);
    assertThat(timeToLive(KEYS.entry())).isEqualTo(-1);
  }

  @Test
  void onlyThatLiveEntryWithoutOwnLifeIsRenewed() {
    assertThat(scripts.renew(KEYS, new Identity(1, 1), 0)).isEqualTo(ScriptStatus.NOT_MET);
    put("a", life(HOUR));
    Identity old = identity(entry());
    put("b", life(HOUR));
    assertThat(scripts.renew(KEYS, old, 0)).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(scripts.renew(KEYS, identity(expireEntry()), 0)).isEqualTo(ScriptStatus.NOT_MET);
    put(
        "c",
        new io.nearside.store.Lifetime.Terms(HOUR * MILLI, HOUR * MILLI, Long.MAX_VALUE, true));
    assertThat(scripts.renew(KEYS, identity(entry()), 0)).isEqualTo(ScriptStatus.NOT_MET);
    bucket(KEYS.entry()).set(new byte[] {'x'});
    assertThat(scripts.renew(KEYS, old, 0)).isEqualTo(ScriptStatus.FOREIGN);
    empty();
    assertThat(late(() -> scripts.renew(KEYS, identity(entry()), 7))).isEqualTo(ScriptStatus.LATE);
  }

  @Test
  void oneCallerRemovesWhatHasExpired() {
    put("a", FOR_EVER);
    Identity live = identity(entry());
    assertThat(scripts.expire(KEYS, live, Returning.ENTRY).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    Identity expired = identity(expireEntry());
    assertThat(scripts.expire(KEYS, new Identity(expired.version(), -1), Returning.ENTRY).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    ExpireReply first = scripts.expire(KEYS, expired, Returning.ENTRY);
    assertThat(first.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(value(first.prior())).isEqualTo("a");
    assertThat(scripts.expire(KEYS, expired, Returning.ENTRY).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @Test
  void whatWasClearedDoesNotExpire() {
    put("a", FOR_EVER);
    Identity expired = identity(expireEntry());
    scripts.clear(List.of(KEYS.head()));
    assertThat(scripts.expire(KEYS, expired, Returning.PRESENCE).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(late(() -> scripts.expire(KEYS, expired, Returning.ENTRY)).status())
        .isEqualTo(ScriptStatus.LATE);
  }
}
