package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.Envelope;
import io.nearside.store.Lifetime.Terms;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A new life for an entry that its source has not changed. */
class ReviveScriptTest extends ScriptTest {

  private Leased lease() {
    return Objects.requireNonNull(
        scripts
            .reserveAll(List.of(CLAIM), LEASE, Scripts.Claiming.EVERYONE)
            .get(0)
            .reply()
            .leased());
  }

  private ChangeReply revive(Leased leased, Terms terms, byte[] client) {
    return scripts.revive(new Revival(KEYS, identity(entry()), leased, terms, client));
  }

  private ChangeReply revive(Leased leased, Terms terms) {
    return revive(leased, terms, Wire.NOTHING);
  }

  @Test
  void theEntryGetsALifeAndAVersionAndKeepsTheRest() {
    put("a", life(HOUR));
    Envelope.View before = entry();
    ChangeReply reply = revive(lease(), life(2 * HOUR));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.existed()).isTrue();
    assertThat(reply.stored()).isTrue();
    Envelope.View after = entry();
    assertThat(after.version()).isEqualTo(reply.version()).isGreaterThan(before.version());
    assertThat(after.version()).isEqualTo(head().clock());
    assertThat(after.nonce()).isEqualTo(before.nonce());
    assertThat(after.asOf()).isEqualTo(before.asOf());
    assertThat(after.createdAt()).isEqualTo(before.createdAt()).isEqualTo(reply.createdAt());
    assertThat(after.expiresAt()).isEqualTo(reply.expiresAt());
    assertThat(after.expiresAt() - now()).isBetween(HOUR, 2 * HOUR);
    assertThat(bucket(KEYS.entry()).getExpireTime())
        .isEqualTo(reply.expiresAt() + Scripts.GRACE_MILLIS);
    assertThat(value(raw())).isEqualTo("a");
    assertThat(after.isLive(head(), now())).isTrue();
  }

  @Test
  void aLifeMayEndOrNotOrStayOrBeTheEntrysOwn() {
    put("a", life(HOUR));
    long known = entry().expiresAt();
    Terms keep = new Terms(Terms.ETERNAL, Terms.KEEP, Terms.ETERNAL, false);
    assertThat(revive(lease(), keep).expiresAt()).isEqualTo(known);
    assertThat(revive(lease(), FOR_EVER).expiresAt()).isZero();
    assertThat(timeToLive(KEYS.entry())).isEqualTo(-1);
    assertThat(entry().expiresAt()).isZero();
    Terms own = new Terms(HOUR * MILLI, HOUR * MILLI, Terms.ETERNAL, true);
    revive(lease(), own);
    assertThat(entry().ownLife()).isTrue();
    revive(lease(), life(HOUR));
    assertThat(entry().ownLife()).isFalse();
    Terms capped = new Terms(HOUR * MILLI, HOUR * MILLI, HOUR * MILLI / 2, false);
    revive(lease(), capped);
    assertThat(entry().expiresAt()).isEqualTo(entry().createdAt() + HOUR / 2);
  }

  @Test
  void theWritersPartCanBeAnother() {
    put("a", life(HOUR));
    for (Terms terms : List.of(life(HOUR), FOR_EVER)) {
      byte[] client = client("again");
      ChangeReply reply = revive(lease(), terms, client);
      assertThat(value(raw())).isEqualTo("again");
      assertThat(entry().version()).isEqualTo(reply.version());
      assertThat(entry().expiresAt()).isEqualTo(reply.expiresAt());
    }
  }

  @Test
  void whatTakesAReservationAwayRefusesALife() {
    List<Runnable> ends =
        List.of(
            () -> put("b", FOR_EVER),
            () -> scripts.clear(List.of(KEYS.head())),
            () -> scripts.fence(List.of(KEYS.head()), false),
            () -> bucket(KEYS.head()).delete(),
            () -> bucket(KEYS.lease()).delete());
    for (Runnable end : ends) {
      empty();
      put("a", FOR_EVER);
      Leased leased = lease();
      end.run();
      List<String> before = dump();
      assertThat(revive(leased, life(HOUR)).status()).isEqualTo(ScriptStatus.VOID);
      assertThat(dump()).isEqualTo(before);
    }
  }

  @Test
  void anotherEntryAndOneThatIsOverAreLeftAlone() {
    put("a", life(HOUR));
    Envelope.View first = entry();
    put("b", life(HOUR));
    Leased leased = lease();
    List<String> before = dump();
    Revival revival = new Revival(KEYS, identity(first), leased, FOR_EVER, Wire.NOTHING);
    assertThat(scripts.revive(revival).status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(dump()).isEqualTo(before);
    expireEntry();
    before = dump();
    assertThat(revive(leased, FOR_EVER).status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void aMarkedKeyCoolsSinceNobodyHasWrittenIt() {
    put("a", FOR_EVER);
    byte[] marked = entry().raw().clone();
    marked[3] = 2 * 60;
    rewrite(marked, entry().asOf(), 0);
    bucket(KEYS.entry()).set(marked);
    assertThat(entry().hot()).isTrue();
    ChangeReply reply = revive(lease(), FOR_EVER);
    assertThat(entry().raw()[3]).isLessThanOrEqualTo(marked[3]).isNotNegative();
    assertThat(reply.hot()).isEqualTo(entry().hot());
  }

  @Test
  void tooLateNothingIsDone() {
    put("a", FOR_EVER);
    Leased leased = lease();
    Revival revival = new Revival(KEYS, identity(entry()), leased, FOR_EVER, Wire.NOTHING);
    assertThat(late(() -> scripts.revive(revival)).status()).isEqualTo(ScriptStatus.LATE);
  }

  @Test
  void whatOthersWroteIsLeftAlone() {
    put("a", FOR_EVER);
    Leased leased = lease();
    Revival revival = new Revival(KEYS, identity(entry()), leased, FOR_EVER, Wire.NOTHING);
    bucket(KEYS.entry()).set(new byte[] {1});
    assertThat(scripts.revive(revival).status()).isEqualTo(ScriptStatus.FOREIGN);
    assertThat(raw()).containsExactly(1);
  }
}
