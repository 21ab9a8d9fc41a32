package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Absent;
import io.nearside.store.AppliedAll;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Fill;
import io.nearside.store.Lives;
import io.nearside.store.Outcome;
import io.nearside.store.Reservation;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import io.nearside.store.Turn;
import io.nearside.store.Unavailable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store does while its Redis hangs, and what it says when Redis is back. */
abstract class AwayContract {
  static final Clock CLOCK = Clock.system();

  final LocalRedis redis = LocalRedis.down();
  final RemoteBed.Options options = RemoteBed.Options.of(RemoteBed.cacheName());

  /** Of a node that waits for Redis no longer than a test can, and of one that does. */
  Store<Integer, String> store;

  Store<Integer, String> other;

  @BeforeEach
  void start() {
    redis.start();
    open();
    put(store, 100, "so that nothing is done for the first time");
  }

  @AfterEach
  void stop() {
    close();
    redis.close();
  }

  /** Opens two nodes, and a store of the same cache on each. */
  abstract void open();

  abstract void close();

  /** One more store of the first node. */
  abstract Store<Integer, String> another(RemoteBed.Options of);

  /** What asks Redis for the first store. */
  abstract RemoteStore<Integer, String> remote();

  static void put(Store<Integer, String> through, int key, String value) {
    await()
        .ignoreException(RemoteUnavailableException.class)
        .until(() -> through.apply(key, Change.put(value, Lives.FOR_EVER), 0).done());
  }

  static @Nullable String value(Store<Integer, String> through, int key) {
    Outcome<String> outcome = through.read(key, CLOCK.nanos());
    return outcome instanceof StoredEntry<String> entry ? entry.value() : null;
  }

  final void recover() {
    redis.goOn();
    await()
        .until(() -> {
          store.expire(CLOCK.nanos());
          return remote().isQuiet();
        });
  }

  @Test
  void readsAnswerThatTheyCanNot() {
    redis.stop();
    assertThat(store.read(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
    assertThat(store.peek(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
    assertThat(store.readAll(List.of(1, 2), CLOCK.nanos()).values())
        .hasSize(2)
        .allMatch(outcome -> outcome instanceof Unavailable);
    assertThat(store.readOrReserve(1, CLOCK.nanos()).outcome()).isInstanceOf(Unavailable.class);
    Reservation reserved = store.readOrReserve(1, CLOCK.nanos()).reservation();
    assertThat(reserved).as("for those who load here meanwhile").isNotNull();
    assertThat(store.fill(1, reserved, Change.put("b", Lives.FOR_EVER), CLOCK.nanos()).done())
        .isFalse();
  }

  static Stream<Change<String>> changes() {
    return Stream.of(
        Change.put("b", Lives.FOR_EVER),
        Change.putIfAbsent("b", Lives.FOR_EVER),
        Change.replace("b", Lives.FOR_EVER),
        Change.remove());
  }

  @ParameterizedTest
  @MethodSource("changes")
  void changesFailAndTheirOutcomeIsUnknown(Change<String> change) {
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, change, 0))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class, e -> assertThat(e.isOutcomeUnknown()).isTrue());
    AppliedAll<Integer, String> all = store.applyAll(Map.of(1, change, 2, change), 0);
    assertThat(all.applied()).isEmpty();
    assertThat(all.failed()).containsOnlyKeys(1, 2);
  }

  @Test
  void loadsGoOnWithoutAReservationThatStands() {
    Reservation before = store.reserve(1);
    redis.stop();
    Change<String> loaded = Change.putIfAbsent("loaded", Lives.FOR_EVER);
    assertThat(store.fill(1, before, loaded, 0).done()).isFalse();
    Reservation reservation = store.reserve(2);
    assertThat(store.fill(2, reservation, loaded, 0).done()).isFalse();
    Map<Integer, Reservation> several = store.reserveAll(List.of(3, 4));
    assertThat(several).containsOnlyKeys(3, 4);
    assertThat(store.fillAll(Map.of(3, new Fill<>(several.get(3), loaded)), 0).get(3).done())
        .isFalse();
    store.release(2, reservation);
    several.forEach(store::release);
  }

  @Test
  void whatElseCanNotBeDoneSaysSo() {
    put(store, 1, "a");
    StoredEntry<String> entry = (StoredEntry<String>) store.read(1, CLOCK.nanos());
    redis.stop();
    assertThatThrownBy(() -> store.renew(1, entry, CLOCK.nanos() + 1_000_000_000))
        .isInstanceOf(RemoteUnavailableException.class);
    assertThatThrownBy(store::clear).isInstanceOf(RemoteUnavailableException.class);
    assertThatThrownBy(store::releaseAll).isInstanceOf(RemoteUnavailableException.class);
    assertThatThrownBy(store::destroy).isInstanceOf(RemoteUnavailableException.class);
    assertThatThrownBy(() -> store.iterator().hasNext())
        .isInstanceOf(RemoteUnavailableException.class);
    try (Turn turn = store.turn(1)) {
      assertThatThrownBy(turn::await).isInstanceOf(RemoteUnavailableException.class);
    }
    store.expire(CLOCK.nanos());
    store.close();
  }

  @Test
  void anEntryThatCouldNotBeReplacedIsNeverReadAgain() {
    put(store, 1, "old");
    put(store, 2, "old");
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.put("lost", Lives.FOR_EVER), 0))
        .isInstanceOf(RemoteUnavailableException.class);
    assertThatThrownBy(() -> store.apply(2, Change.remove(), 0))
        .isInstanceOf(RemoteUnavailableException.class);
    assertThat(store.read(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
    redis.goOn();
    assertThat(store.read(2, CLOCK.nanos())).isNotInstanceOf(StoredEntry.class);
    recover();
    assertThat(value(other, 1)).isNull();
    assertThat(value(other, 2)).isNull();
    put(store, 1, "new");
    assertThat(value(other, 1)).isEqualTo("new");
  }

  @Test
  void whatAnotherNodeHasWrittenSinceStays() {
    put(store, 1, "old");
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.put("lost", Lives.FOR_EVER), 0))
        .isInstanceOf(RemoteUnavailableException.class);
    redis.goOn();
    RemoteBed.pass(20_000_000); // beyond what is not known of the server's clock
    put(other, 1, "newer");
    recover();
    assertThat(value(store, 1)).isEqualTo("newer");
    assertThat(value(other, 1)).isEqualTo("newer");
  }

  @Test
  void aConditionIsNotJudgedByWhatIsOutOfDate() {
    put(store, 1, "old");
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.remove(), 0))
        .isInstanceOf(RemoteUnavailableException.class);
    redis.goOn();
    await()
        .ignoreException(RemoteUnavailableException.class)
        .until(() -> store.apply(1, Change.putIfAbsent("b", Lives.FOR_EVER), 0).done());
    recover();
    assertThat(value(other, 1)).isEqualTo("b");
  }

  @Test
  void aLoadFromBeforeAChangeThatFailedIsNotStored() {
    Reservation before = store.reserve(1);
    Reservation elsewhere = other.reserve(1);
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.put("lost", Lives.FOR_EVER), 0))
        .isInstanceOf(RemoteUnavailableException.class);
    recover();
    Change<String> loaded = Change.putIfAbsent("stale", Lives.FOR_EVER);
    assertThat(store.fill(1, before, loaded, 0).done()).isFalse();
    assertThat(other.fill(1, elsewhere, loaded, 0).done()).isFalse();
    assertThat(value(other, 1)).isNull();
  }

  @Test
  void aClearIsMadeUpFor() {
    put(store, 1, "old");
    redis.stop();
    assertThatThrownBy(store::clear).isInstanceOf(RemoteUnavailableException.class);
    assertThat(store.read(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
    recover();
    assertThat(value(other, 1)).isNull();
    put(store, 1, "new");
    assertThat(value(store, 1)).isEqualTo("new");
  }

  @Test
  void whatWasToBeRemovedLaterIs() {
    put(store, 1, "old");
    store.removeLater(1);
    assertThat(store.read(1, CLOCK.nanos())).isSameAs(Absent.absent());
    recover();
    assertThat(value(other, 1)).isNull();
  }

  @Test
  void whoFailsFastRemembersNothing() {
    Store<Integer, String> fast = another(RemoteBed.Options.of(RemoteBed.cacheName()).failFast());
    put(fast, 1, "old");
    redis.stop();
    assertThatThrownBy(() -> fast.apply(1, Change.put("lost", Lives.FOR_EVER), 0))
        .isInstanceOf(RemoteUnavailableException.class);
    redis.goOn();
    await().until(() -> "old".equals(value(fast, 1)));
  }
}
