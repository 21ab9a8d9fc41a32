package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Change.Condition;
import io.nearside.store.Clock;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.Scripts.Claim;
import io.nearside.store.remote.Scripts.Claiming;
import io.nearside.store.remote.Scripts.Lease;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.redisson.api.RTopic;
import org.redisson.client.codec.ByteArrayCodec;

/** Who holds a lease, and who is told that he does no longer. */
class LeaseScriptsTest extends ScriptTest {
  private static final String LOADS = new Layout("ns", "orders", 1, 8).loads();

  private final Scripts one = of(1);
  private final Scripts other = of(2);

  private Scripts of(int node) {
    return new Scripts(connection, Clock.system(), new Channels(null, null, (long) node << 32));
  }

  private static Leased leased(ReserveReply reply) {
    return Objects.requireNonNull(reply.leased());
  }

  private byte[] lease() {
    return bucket(KEYS.lease()).get();
  }

  private boolean isHeld() {
    return ByteBuffer.wrap(lease()).getLong(8) != 0;
  }

  private boolean isAsked() {
    return lease()[23] == 1;
  }

  private ChangeReply fill(Scripts by, Leased leased) {
    return by.fill(new Scripts.KeyedFill(KEYS, leased, storing(Condition.ABSENT, null, FOR_EVER)));
  }

  private ScriptStatus prolong(Scripts by, long token) {
    return Objects.requireNonNull(
        by.prolongAll(List.of(new Lease(CLAIM, token)), 4 * LEASE).get(0).reply());
  }

  @Test
  void oneNodeHoldsAndOthersShare() {
    Leased first = leased(one.readOrReserve(CLAIM, LEASE));
    for (ReserveReply reply :
        List.of(other.readOrReserve(CLAIM, 2 * LEASE), other.reserve(CLAIM, 2 * LEASE))) {
      assertThat(reply.status()).isEqualTo(ScriptStatus.HELD);
      assertThat(leased(reply).token()).isEqualTo(first.token());
      assertThat(leased(reply).asOf()).isGreaterThan(first.asOf());
      assertThat(reply.holder()).isEqualTo(1L << 32 | 1);
      assertThat(timeToLive(KEYS.lease())).as("who waits prolongs nothing").isLessThan(LEASE + 1);
      assertThat(isAsked()).isTrue();
    }
    ReserveReply again = one.reserve(new Claim(KEYS, 2), 2 * LEASE);
    assertThat(again.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(timeToLive(KEYS.lease())).isGreaterThan(LEASE);
    assertThat(other.reserve(CLAIM, LEASE).holder()).isEqualTo(1L << 32 | 2);
  }

  @Test
  void whoLoadsAnewTakesTheLeaseOver() {
    one.reserve(CLAIM, LEASE);
    ReserveReply reply = other.reserveAll(List.of(CLAIM), LEASE, Claiming.EVERYONE).get(0).reply();
    assertThat(Objects.requireNonNull(reply).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(one.reserve(CLAIM, LEASE).holder()).isEqualTo(2L << 32 | 1);
  }

  @Test
  void onlyOneLoadsAnewAndOnlyWhatIsStillThere() {
    put("a", FOR_EVER);
    Identity first = identity(entry());
    Leased leased = leased(one.reserveAnew(CLAIM, first, LEASE));
    ReserveReply held = other.reserveAnew(CLAIM, first, LEASE);
    assertThat(held.status()).isEqualTo(ScriptStatus.HELD);
    assertThat(held.holder()).isEqualTo(1L << 32 | 1);
    assertThat(isAsked()).as("who may do without does not wait").isFalse();
    assertThat(
            one.fill(new Scripts.KeyedFill(KEYS, leased, storing(Condition.NONE, null, FOR_EVER)))
                .status())
        .isEqualTo(ScriptStatus.DONE);
    assertThat(isHeld()).isFalse();
    ReserveReply done = other.reserveAnew(CLAIM, first, LEASE);
    assertThat(done.status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(done.leased()).isNull();
    assertThat(isHeld()).isFalse();
  }

  @Test
  void whatIsGoneIsNotLoadedAnew() {
    put("a", FOR_EVER);
    Identity removed = identity(entry());
    bucket(KEYS.entry()).delete();
    put("a", FOR_EVER);
    Identity cleared = identity(entry());
    scripts.clear(List.of(KEYS.head()));
    for (Identity identity : List.of(removed, cleared)) {
      assertThat(one.reserveAnew(CLAIM, identity, LEASE).status()).isEqualTo(ScriptStatus.NOT_MET);
    }
    assertThat(keys()).doesNotContain(KEYS.lease());
    bucket(KEYS.entry()).set(new byte[] {1});
    assertThat(one.reserveAnew(CLAIM, cleared, LEASE).leased()).isNull();
  }

  @Test
  void aFillEndsTheHoldingAndKeepsTheToken() {
    Leased first = leased(one.reserve(CLAIM, LEASE));
    Leased second = leased(other.reserve(CLAIM, LEASE));
    assertThat(fill(one, first).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(isHeld()).isFalse();
    assertThat(isAsked()).isFalse();
    assertThat(timeToLive(KEYS.lease())).isBetween(1L, LEASE);
    ReserveReply found = other.reserve(CLAIM, LEASE);
    assertThat(found.status()).isEqualTo(ScriptStatus.FOUND);
    assertThat(leased(found).token()).isEqualTo(first.token());
    assertThat(isHeld()).as("who finds an entry need not load").isFalse();
    bucket(KEYS.entry()).delete();
    assertThat(other.reserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(fill(other, second).status()).isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void onlyItsHolderReleasesALease() {
    Lease lease = new Lease(CLAIM, leased(one.reserve(CLAIM, LEASE)).token());
    other.reserve(CLAIM, LEASE);
    other.releaseSoon(lease, LEASE);
    one.releaseSoon(new Lease(new Claim(KEYS, 7), lease.token()), LEASE);
    one.releaseSoon(new Lease(CLAIM, lease.token() + 2), LEASE);
    assertThat(other.reserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.HELD);
    one.releaseSoon(lease, LEASE);
    await().until(() -> !isHeld());
    assertThat(leased(other.reserve(CLAIM, LEASE)).token()).isEqualTo(lease.token());
    assertThat(one.reserve(CLAIM, LEASE).holder()).isEqualTo(2L << 32 | 1);
  }

  @Test
  void itsHolderProlongsALeaseThatIsThere() {
    Leased leased = leased(one.reserve(CLAIM, LEASE));
    assertThat(prolong(other, leased.token())).isEqualTo(ScriptStatus.QUEUED);
    assertThat(timeToLive(KEYS.lease())).isLessThan(LEASE + 1);
    assertThat(prolong(one, leased.token())).isEqualTo(ScriptStatus.DONE);
    assertThat(timeToLive(KEYS.lease())).isGreaterThan(LEASE);
    assertThat(prolong(one, leased.token() + 2)).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(fill(one, leased).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(prolong(other, leased.token())).isEqualTo(ScriptStatus.DONE);
    bucket(KEYS.lease()).delete();
    assertThat(prolong(one, leased.token())).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(keys()).doesNotContain(KEYS.lease());
  }

  @Test
  void nobodyIsToldToWaitForALoadThatMayNotBeStored() {
    for (Runnable end :
        List.<Runnable>of(
            () -> scripts.clear(List.of(KEYS.head())),
            () -> scripts.fence(List.of(KEYS.head()), false),
            () -> bucket(KEYS.head()).delete())) {
      empty();
      Leased before = leased(one.reserve(CLAIM, LEASE));
      end.run();
      ReserveReply reply = other.reserve(CLAIM, LEASE);
      assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
      assertThat(leased(reply).token()).isNotEqualTo(before.token());
      assertThat(fill(one, before).status()).isEqualTo(ScriptStatus.VOID);
      assertThat(one.reserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.HELD);
    }
  }

  @Test
  void whoWaitsIsTold() {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    RTopic topic = client.getTopic(LOADS, ByteArrayCodec.INSTANCE);
    int listener =
        topic.addListener(
            byte[].class,
            (channel, message) -> told.add(new String(message, StandardCharsets.UTF_8)));
    List<java.util.function.Consumer<Leased>> ends =
        List.of(
            leased -> fill(one, leased),
            leased -> one.releaseSoon(new Lease(CLAIM, leased.token()), LEASE),
            leased -> put("a", FOR_EVER),
            leased ->
                scripts.changeAll(
                    List.of(
                        new Scripts.KeyedChange(KEYS, storing(Condition.NONE, null, FOR_EVER)))));
    for (java.util.function.Consumer<Leased> end : ends) {
      empty();
      told.clear();
      Leased leased = leased(one.reserve(CLAIM, LEASE));
      end.accept(leased);
      empty();
      leased = leased(one.reserve(CLAIM, LEASE));
      assertThat(other.reserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.HELD);
      assertThat(told).as("before anybody waited").isEmpty();
      end.accept(leased);
      await().untilAsserted(() -> assertThat(told).containsExactly(KEYS.lease()));
    }
    topic.removeListener(listener);
  }
}
