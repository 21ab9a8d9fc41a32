package io.nearside.store.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Lives;
import io.nearside.store.ManualClock;
import io.nearside.store.Outcome;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Renewal;
import io.nearside.store.StaleEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalCopies;
import io.nearside.store.tiered.TieredSettings.Promotion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TieredStoreTest {
  private static final long SECOND = 1_000_000_000L;

  private final ManualClock clock = new ManualClock();
  private final FakeAuthority<String> authority =
      new FakeAuthority<>(new RecordingObserver<>(), clock);
  private final FakeProofs proofs = new FakeProofs();
  private final LocalCopies<Integer, String> copies =
      new LocalCopies<>(new LocalBound(1_000, null, null), FakeAuthority.PARTITIONS, clock);
  private TieredStore<Integer, String> store = store(Promotion.AT_ONCE, value -> true, 8, 0);

  private TieredStore<Integer, String> store(
      Promotion promotion, Predicate<String> copyable, int bypasses, long staleness) {
    return store(
        Runnable::run,
        new TieredSettings<>(
            2 * SECOND, 60 * SECOND, SECOND, copyable, promotion, bypasses, staleness));
  }

  private TieredStore<Integer, String> store(Executor background, TieredSettings<String> settings) {
    return new TieredStore<>(
        new Tiers<>(authority, copies, UnaryOperator.identity(), proofs, background, clock),
        settings);
  }

  private Outcome<String> read(int key) {
    return store.read(key, clock.nanos());
  }

  private static String value(Outcome<String> outcome) {
    assertThat(outcome).isInstanceOf(StoredEntry.class);
    return ((StoredEntry<String>) outcome).value();
  }

  private Applied<String> apply(int key, Change<String> change) {
    return store.apply(key, change, clock.nanos());
  }

  private void put(int key, String value) {
    apply(key, Change.put(value, Lives.FOR_EVER));
  }

  /** Another node does. */
  private VersionedEntry<String> putElsewhere(int key, String value) {
    Applied<String> applied =
        authority.apply(key, Change.put(value, Lives.FOR_EVER), clock.nanos());
    authority.asked.clear();
    return (VersionedEntry<String>) applied.current();
  }

  private List<String> asked() {
    List<String> asked = List.copyOf(authority.asked);
    authority.asked.clear();
    return asked;
  }

  @Test
  void aProvedCopyIsReadWithoutAskingAndMakesNothing() {
    putElsewhere(1, "a");
    assertThat(value(read(1))).isEqualTo("a");
    assertThat(asked()).containsExactly("read 1");
    Outcome<String> copy = read(1);
    assertThat(copy).isInstanceOf(CopiedEntry.class).isSameAs(read(1));
    assertThat(store.peek(1, clock.nanos())).isSameAs(copy);
    assertThat(store.readAll(List.of(1), clock.nanos())).isEqualTo(Map.of(1, copy));
    assertThat(store.readOrReserve(1, clock.nanos()).outcome()).isSameAs(copy);
    assertThat(asked()).isEmpty();
  }

  @Test
  void anUnprovedCopyIsPassedBy() {
    putElsewhere(1, "a");
    read(1);
    putElsewhere(1, "b");
    assertThat(value(read(1))).isEqualTo("a"); // nobody has told
    proofs.proved = false;
    assertThat(value(read(1))).isEqualTo("b");
    assertThat(counted(TierCount.BYPASSED_READS)).isEqualTo(1);
  }

  @Test
  void aWriteIsReadFromItsCopyAndItsOwnAnnouncementLeavesItThere() {
    VersionedEntry<String> early = (VersionedEntry<String>) apply(1, put("a")).current();
    assertThat(early).isNotNull();
    store.changed(1, early.identity());
    asked();
    assertThat(value(read(1))).isEqualTo("a");
    assertThat(asked()).isEmpty();
    store.changed(1, putElsewhere(1, "b").identity());
    assertThat(value(read(1))).isEqualTo("b");
  }

  private static Change<String> put(String value) {
    return Change.put(value, Lives.FOR_EVER);
  }

  @Test
  void whatIsToldBetweenExecutionAndAnswerIsNotMissed() {
    putElsewhere(1, "a");
    authority.meanwhile =
        () -> {
          authority.meanwhile = () -> {};
          store.changed(1, putElsewhere(1, "b").identity());
        };
    assertThat(value(read(1))).isEqualTo("a");
    assertThat(value(read(1))).isEqualTo("b");
  }

  @Test
  void ownAnnouncementBeforeTheAnswerLetsTheCopyBeTaken() {
    authority.meanwhile =
        () -> {
          authority.meanwhile = () -> {};
          store.changed(1, ((VersionedEntry<String>) authority.peek(1, clock.nanos())).identity());
        };
    put(1, "a");
    asked();
    assertThat(read(1)).isInstanceOf(CopiedEntry.class);
    assertThat(asked()).isEmpty();
  }

  @Test
  void compareAndSetOnACopyIsOneQuestionAndItsFailureEndsTheCopy() {
    putElsewhere(1, "a");
    StoredEntry<String> copy = (StoredEntry<String>) read(1);
    copy = (StoredEntry<String>) read(1);
    asked();
    assertThat(apply(1, Change.replace(copy, "b", Lives.FOR_EVER)).done()).isTrue();
    assertThat(asked()).containsExactly("apply 1");
    assertThat(value(read(1))).isEqualTo("b");
    StoredEntry<String> older = (StoredEntry<String>) read(1);
    putElsewhere(1, "c");
    assertThat(apply(1, Change.replace(older, "d", Lives.FOR_EVER)).done()).isFalse();
    assertThat(value(read(1))).isEqualTo("c");
  }

  @Test
  void aChangeOfUnknownOutcomeEndsTheCopy() {
    putElsewhere(1, "a");
    read(1);
    authority.away = true;
    assertThatThrownBy(() -> put(1, "b")).isInstanceOf(RemoteUnavailableException.class);
    assertThatThrownBy(() -> store.applyAll(Map.of(2, put("b")), clock.nanos()))
        .isInstanceOf(RemoteUnavailableException.class);
    assertThat(read(1)).isInstanceOf(Unavailable.class);
    assertThat(copies.peek(1)).isNull();
  }

  @Test
  void bulkReadsAndWritesAreCopied() {
    store.applyAll(Map.of(1, put("a"), 2, put("b")), clock.nanos());
    asked();
    assertThat(store.readAll(List.of(1, 2), clock.nanos()).values())
        .allMatch(outcome -> outcome instanceof CopiedEntry);
    assertThat(asked()).isEmpty();
    putElsewhere(3, "c");
    store.readAll(List.of(1, 3, 4), clock.nanos());
    assertThat(asked()).containsExactlyInAnyOrder("read 3", "read 4");
    assertThat(read(3)).isInstanceOf(CopiedEntry.class);
  }

  @Test
  void loadedValuesAreCopiedAndRefusedOnesAreNot() {
    var reserved = store.readOrReserve(1, clock.nanos());
    assertThat(reserved.outcome()).isInstanceOf(Absent.class);
    store.fill(1, reserved.reservation(), Change.putIfAbsent("a", Lives.FOR_EVER), clock.nanos());
    assertThat(read(1)).isInstanceOf(CopiedEntry.class);
    var refused = store.reserve(2);
    putElsewhere(2, "b");
    assertThat(store.fill(2, refused, put("c"), clock.nanos()).done()).isFalse();
    assertThat(value(read(2))).isEqualTo("b");
  }

  @Test
  void clearAndDroppedPartitionsEndCopies() {
    put(1, "a");
    put(2, "b");
    store.dropped(authority.partition(1));
    assertThat(copies.peek(1)).isNull();
    assertThat(copies.peek(2)).isNotNull();
    store.droppedAll();
    assertThat(copies.peek(2)).isNull();
    put(1, "a");
    store.clear();
    assertThat(read(1)).isInstanceOf(Absent.class);
    put(1, "a");
    store.removeLater(1);
    assertThat(copies.peek(1)).isNull();
  }

  /** As {@code removeAll} begins, which then removes what the authority has. */
  @Test
  void whenAllReservationsAreTakenAwaySoAreAllCopies() {
    putElsewhere(1, "a");
    read(1);
    authority.apply(1, Change.remove(), clock.nanos()); // and nobody tells
    assertThat(read(1)).isInstanceOf(CopiedEntry.class);
    store.releaseAll();
    assertThat(read(1)).isInstanceOf(Absent.class);
  }

  @Test
  void aCopyEndsWithItsEntryOrItsOwnLife() {
    apply(1, Change.put("a", Lives.of(SECOND)));
    put(2, "b");
    clock.advance(SECOND);
    assertThat(read(1)).isInstanceOf(Absent.class);
    asked();
    clock.advance(59 * SECOND);
    read(2);
    assertThat(asked()).containsExactly("read 2");
  }

  @Test
  void aCopyIsMadeAfterSoManyReadsWithinTheWindow() {
    store = store(new Promotion(3, 10 * SECOND), value -> true, 8, 0);
    putElsewhere(1, "a");
    read(1);
    read(1);
    assertThat(copies.peek(1)).isNull();
    read(1);
    assertThat(copies.peek(1)).isNotNull();
    putElsewhere(2, "b");
    read(2);
    clock.advance(20 * SECOND);
    read(2);
    read(2);
    assertThat(copies.peek(2)).isNull();
  }

  @Test
  void bigValuesAreNotCopied() {
    store = store(Promotion.AT_ONCE, value -> value.length() < 10, 8, 0);
    put(1, "small");
    put(2, "far too big to be copied");
    assertThat(copies.peek(1)).isNotNull();
    assertThat(copies.peek(2)).isNull();
    put(1, "far too big to be copied");
    assertThat(copies.peek(1)).isNull();
  }

  @Test
  void iteratorsDoNotPromote() {
    putElsewhere(1, "a");
    store.iterator().forEachRemaining(entry -> {});
    assertThat(copies.iterator().hasNext()).isFalse();
  }

  @Test
  void aMarkedKeyIsNotCopied() {
    authority.hot.add(1);
    put(1, "a");
    assertThat(apply(1, Change.putIfAbsent("b", Lives.FOR_EVER)).done()).isFalse();
    assertThat(value(read(1))).isEqualTo("a");
    assertThat(value(store.readAll(List.of(1), clock.nanos()).get(1))).isEqualTo("a");
    assertThat(value(store.readOrReserve(1, clock.nanos()).outcome())).isEqualTo("a");
    assertThat(copies.peek(1)).isNull();
    assertThat(counted(TierCount.PROMOTIONS)).isZero();
  }

  @Test
  void anOwnWriteOfAMarkedKeyEndsItsCopy() {
    put(1, "a");
    authority.hot.add(1);
    put(1, "b");
    assertThat(copies.peek(1)).isNull();
    assertThat(value(read(1))).isEqualTo("b");
  }

  @Test
  void aCopyWhoseKeyIsMarkedIsNotConfirmed() {
    put(1, "a");
    put(2, "b");
    authority.hot.add(1);
    proofs.rise();
    read(1);
    assertThat(copies.peek(1)).isNotNull();
    store.expire(clock.nanos());
    assertThat(copies.peek(1)).isNull();
    assertThat(counted(TierCount.REVALIDATIONS)).as("the other").isOne();
  }

  @Test
  void aMarkIsTakenOffByAReaderWhenTheKeyIsNotWrittenForAWhile() {
    authority.hot.add(1);
    putElsewhere(1, "a");
    read(1);
    clock.advance(Cooling.PAUSE - 1);
    read(1);
    assertThat(asked()).containsExactly("read 1", "read 1");
    clock.advance(1);
    read(1);
    assertThat(asked()).containsExactly("read 1", "cool 1");
    assertThat(copies.peek(1)).isNull();
    assertThat(value(read(1))).isEqualTo("a");
    assertThat(copies.peek(1)).isNotNull();
  }

  @Test
  void aMarkIsTakenOffForWhatIsReadOftenEnoughOnly() {
    store = store(new Promotion(3, 60 * SECOND), value -> true, 8, 0);
    authority.hot.add(1);
    putElsewhere(1, "a");
    clock.advance(Cooling.PAUSE);
    read(1);
    read(1);
    assertThat(asked()).containsExactly("read 1", "read 1");
    read(1);
    assertThat(asked()).containsExactly("read 1", "cool 1");
  }

  @Test
  void aMarkIsTakenOffByOneAtATimeAndAgainAfterAFailure() {
    List<Runnable> tasks = new ArrayList<>();
    store =
        store(
            tasks::add,
            new TieredSettings<>(
                2 * SECOND, 60 * SECOND, SECOND, value -> true, Promotion.AT_ONCE, 8, 0));
    authority.hot.add(1);
    putElsewhere(1, "a");
    clock.advance(Cooling.PAUSE);
    read(1);
    read(1);
    assertThat(tasks).hasSize(1);
    authority.away = true;
    assertThatThrownBy(tasks.get(0)::run).isInstanceOf(RemoteUnavailableException.class);
    authority.away = false;
    read(1);
    assertThat(tasks).hasSize(2);
  }

  @Test
  void tooManyAtOnceDoNotPassTheirCopiesBy() {
    store = store(Promotion.AT_ONCE, value -> true, 1, 0);
    put(1, "a");
    put(2, "b");
    proofs.proved = false;
    Outcome<?>[] second = new Outcome<?>[1];
    authority.meanwhile =
        () -> {
          authority.meanwhile = () -> {};
          second[0] = read(2);
        };
    assertThat(value(read(1))).isEqualTo("a");
    assertThat(second[0]).isInstanceOf(Unavailable.class);
    assertThat(counted(TierCount.REFUSED_READS)).isEqualTo(1);
    assertThat(value(read(2))).isEqualTo("b");
  }

  @Test
  void aCopyStandsInForAnAuthorityThatIsAwayIfThatIsWanted() {
    put(1, "a");
    proofs.proved = false;
    authority.away = true;
    assertThat(read(1)).isInstanceOf(Unavailable.class);
    store = store(Promotion.AT_ONCE, value -> true, 8, 30 * SECOND);
    assertThat(read(1)).isInstanceOf(StaleEntry.class);
    assertThat(store.readAll(List.of(1), clock.nanos()).get(1)).isInstanceOf(StaleEntry.class);
    assertThat(counted(TierCount.STALE_HITS)).isEqualTo(2);
    proofs.age = 31 * SECOND;
    assertThat(read(1)).isInstanceOf(Unavailable.class);
  }

  @Test
  void copiesOfAFormerEpochAreComparedAllAtOnce() {
    for (int key = 0; key < 600; key++) {
      put(key, "v" + key);
    }
    proofs.rise();
    putElsewhere(7, "changed");
    authority.apply(8, Change.remove(), clock.nanos());
    read(0);
    store.expire(clock.nanos());
    assertThat(counted(TierCount.REVALIDATIONS)).isEqualTo(598);
    asked();
    assertThat(value(read(7))).isEqualTo("changed");
    assertThat(value(read(599))).isEqualTo("v599");
    assertThat(asked()).isEmpty();
    assertThat(read(8)).isInstanceOf(Absent.class);
  }

  @Test
  void comparingGoesOnWhenTheAuthorityIsBack() {
    put(1, "a");
    put(2, "b");
    proofs.rise();
    authority.away = true;
    read(1);
    store.expire(clock.nanos());
    assertThat(counted(TierCount.REVALIDATIONS)).isZero();
    authority.away = false;
    store.expire(clock.nanos());
    assertThat(counted(TierCount.REVALIDATIONS)).isEqualTo(2);
  }

  @Test
  void nothingIsCopiedWhileNoEpochIsKnown() {
    proofs.epoch = null;
    put(1, "a");
    read(1);
    assertThat(copies.peek(1)).isNull();
  }

  @Test
  void aRenewalAsksTheAuthorityAndAShorterLifeEndsTheCopy() {
    apply(1, Change.put("a", Lives.of(10 * SECOND)));
    StoredEntry<String> copy = (StoredEntry<String>) read(1);
    assertThat(copy).isInstanceOf(CopiedEntry.class);
    assertThat(store.renew(1, copy, clock.nanos() + 20 * SECOND)).isTrue();
    clock.advance(15 * SECOND);
    assertThat(value(read(1))).isEqualTo("a");
    StoredEntry<String> again = (StoredEntry<String>) read(1);
    assertThat(store.renew(1, again, clock.nanos() + SECOND)).isTrue();
    assertThat(copies.peek(1)).isNull();
    clock.advance(SECOND);
    assertThat(read(1)).isInstanceOf(Absent.class);
  }

  @Test
  void itsCountsTellWhatTheAuthorityHasAnswered() {
    putElsewhere(1, "a");
    putElsewhere(2, "b");
    read(1);
    read(1);
    store.readAll(List.of(1, 2, 3), clock.nanos());
    store.readOrReserve(2, clock.nanos());
    assertThat(counted(TierCount.REMOTE_HITS)).isEqualTo(2);
    assertThat(counted(TierCount.PROMOTIONS)).isEqualTo(2);
    store.changed(1, null);
    store.cleared(2, 5);
    store.dropped(2);
    store.droppedAll();
    assertThat(counted(TierCount.ANNOUNCEMENTS)).isEqualTo(4);
    assertThat(counted(TierCount.DEMOTIONS)).isEqualTo(1);
    store.unwrap(TierCounts.class).clear();
    for (TierCount count : TierCount.values()) {
      assertThat(counted(count)).as(count.name()).isZero();
    }
  }

  private long counted(TierCount count) {
    return store.unwrap(TierCounts.class).get(count);
  }

  /** A store whose background waits to be run. */
  private TieredStore<Integer, String> waiting(Queue<Runnable> background) {
    return new TieredStore<>(
        new Tiers<>(authority, copies, UnaryOperator.identity(), proofs, background::add, clock),
        new TieredSettings<>(
            2 * SECOND, 600 * SECOND, SECOND, value -> true, Promotion.AT_ONCE, 8, 0));
  }

  private static void runAll(Queue<Runnable> background) {
    for (Runnable task = background.poll(); task != null; task = background.poll()) {
      task.run();
    }
  }

  /** Reads a copy of a life of 160 seconds. */
  private boolean readAndRenew(int key) {
    StoredEntry<String> entry = (StoredEntry<String>) read(key);
    assertThat(entry).isInstanceOf(CopiedEntry.class);
    return store.renew(key, entry, clock.nanos() + 160 * SECOND);
  }

  private long left(int key) {
    StoredEntry<String> entry = (StoredEntry<String>) authority.read(key, clock.nanos());
    return entry.expiresAt() - clock.nanos();
  }

  @Test
  void readsOfACopyProlongItsEntryOncePerSixteenthOfItsLifeWithoutTheirReaders() {
    Queue<Runnable> background = new ArrayDeque<>();
    store = waiting(background);
    apply(1, Change.put("a", Lives.of(160 * SECOND)));
    long end = clock.nanos() + 160 * SECOND;
    asked();
    int renewed = 0;
    for (int second = 0; second < 150; second++) {
      for (int i = 0; i < 100; i++) {
        assertThat(readAndRenew(1)).isTrue();
      }
      assertThat(asked()).as("by readers").isEmpty();
      runAll(background);
      renewed += asked().size();
      assertThat(left(1)).isBetween(150 * SECOND, 160 * SECOND);
      asked();
      clock.advance(SECOND);
    }
    assertThat(renewed).isBetween(10, 15);
    assertThat(counted(TierCount.RENEWALS)).isEqualTo(renewed);
    assertThat(copies.peek(1).expiresAt()).as("its own life").isEqualTo(end);
  }

  @Test
  void whatWouldEndSoonIsProlongedAtOnceAndByOneReaderOnly() {
    Queue<Runnable> background = new ArrayDeque<>();
    store = waiting(background);
    apply(1, Change.put("a", Lives.of(160 * SECOND)));
    asked();
    clock.advance(157 * SECOND);
    assertThat(readAndRenew(1)).isTrue();
    assertThat(asked()).containsExactly("renew 1");
    assertThat(readAndRenew(1)).isTrue();
    assertThat(asked()).isEmpty();
    assertThat(background).isEmpty();
  }

  @Test
  void aRenewalThatFailsIsTriedAgainByTheNextRead() {
    Queue<Runnable> background = new ArrayDeque<>();
    store = waiting(background);
    apply(1, Change.put("a", Lives.of(160 * SECOND)));
    clock.advance(20 * SECOND);
    authority.away = true;
    assertThat(readAndRenew(1)).isTrue();
    runAll(background);
    authority.away = false;
    asked();
    assertThat(readAndRenew(1)).isTrue();
    runAll(background);
    assertThat(asked()).containsExactly("renew 1");
    assertThat(left(1)).isEqualTo(160 * SECOND);
    assertThat(counted(TierCount.RENEWALS)).isEqualTo(1);
  }

  @Test
  void theRenewalsOfABulkReadAreCoalescedToo() {
    Queue<Runnable> background = new ArrayDeque<>();
    store = waiting(background);
    apply(1, Change.put("a", Lives.of(160 * SECOND)));
    apply(2, Change.put("b", Lives.of(160 * SECOND)));
    clock.advance(20 * SECOND);
    asked();
    for (int i = 0; i < 5; i++) {
      Map<Integer, Renewal<String>> renewals = new HashMap<>();
      store
          .readAll(List.of(1, 2), clock.nanos())
          .forEach((key, entry) ->
              renewals.put(
                  key, new Renewal<>((StoredEntry<String>) entry, clock.nanos() + 160 * SECOND)));
      assertThat(store.renewAll(renewals).expired()).isEmpty();
    }
    assertThat(asked()).isEmpty();
    assertThat(background).hasSize(1);
    runAll(background);
    assertThat(asked()).containsExactlyInAnyOrder("renew 1", "renew 2");
  }
}
