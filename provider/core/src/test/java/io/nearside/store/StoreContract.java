package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.Change.Condition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link Store} does, called by one thread; extended once for each kind of store. */
public abstract class StoreContract {
  protected static final Lives FOR_EVER = Lives.FOR_EVER;

  /** A short life. */
  protected final long ttl = ttl();

  /** Of a life, enough for whatever a test does between two readings of the clock. */
  protected final long margin = margin();

  protected final Clock clock = clock();
  protected final RecordingObserver<Integer, String> observer = new RecordingObserver<>();
  protected Store<Integer, String> store;

  /** Makes an empty store with room for a million entries. */
  protected abstract Store<Integer, String> create(StoreObserver<Integer, String> told, Clock time);

  protected Clock clock() {
    return new ManualClock();
  }

  protected long ttl() {
    return 1_000_000_000L;
  }

  protected long margin() {
    return 1;
  }

  /** Lets time pass, at least so much. */
  protected void pass(long nanos) {
    ((ManualClock) clock).advance(nanos);
  }

  /** Whether they are the same entry to compare-and-set. */
  protected void assertSame(@Nullable Outcome<String> actual, @Nullable Outcome<String> expected) {
    assertThat(actual).isSameAs(expected);
  }

  @BeforeEach
  void create() {
    store = create(observer, clock);
  }

  @AfterEach
  void end() {
    store.close();
  }

  protected StoredEntry<String> put(int key, String value) {
    return put(key, value, FOR_EVER);
  }

  protected StoredEntry<String> put(int key, String value, Lifetime lifetime) {
    StoredEntry<String> current = apply(key, Change.put(value, lifetime)).current();
    assertThat(current).isNotNull();
    return current;
  }

  protected Applied<String> apply(int key, Change<String> change) {
    return store.apply(key, change, clock.nanos());
  }

  protected @Nullable String value(int key) {
    Outcome<String> read = store.read(key, clock.nanos());
    Outcome<String> peeked = store.peek(key, clock.nanos());
    assertSame(peeked, read);
    return read instanceof StoredEntry<String> entry ? entry.value() : null;
  }

  protected void expire() {
    store.expire(clock.nanos());
  }

  private Applied<String> fill(Reservation reservation, Change<String> change) {
    return store.fill(1, reservation, change, clock.nanos());
  }

  private Applied<String> fill(Reservation reservation) {
    return fill(reservation, Change.putIfAbsent("loaded", FOR_EVER));
  }

  private static void assertRefused(Applied<String> applied) {
    assertThat(applied.done()).isFalse();
    assertThat(applied.current()).isNull();
  }

  @Test
  void nothingIsThereAtFirst() {
    assertSame(store.read(1, clock.nanos()), Absent.absent());
    assertThat(store.peek(1, clock.nanos())).isSameAs(Absent.absent());
    assertThat(store.iterator().hasNext()).isFalse();
    assertThat(observer.told()).isEmpty();
  }

  @Test
  void aPutCreatesThenUpdatesAndReturnsWhatWasThereAndWhatIs() {
    Applied<String> first = apply(1, Change.put("a", FOR_EVER));
    assertThat(first.done()).isTrue();
    assertThat(first.prior()).isNull();
    assertSame(store.read(1, clock.nanos()), first.current());
    Applied<String> second = apply(1, Change.put("b", FOR_EVER));
    assertThat(second.done()).isTrue();
    assertSame(second.prior(), first.current());
    assertThat(value(1)).isEqualTo("b");
    assertThat(observer.news()).containsExactly("CREATED 1 null>a", "UPDATED 1 a>b");
  }

  @Test
  void aPutOfAnEqualValueIsAChangeAllTheSame() {
    StoredEntry<String> first = put(1, "a");
    assertThat(put(1, "a")).isNotSameAs(first);
    assertThat(observer.news()).containsExactly("CREATED 1 null>a", "UPDATED 1 a>a");
  }

  @Test
  void keysDoNotDisturbEachOther() {
    for (int key = 0; key < 1_000; key++) {
      put(key, "v" + key);
    }
    apply(500, Change.remove());
    for (int key = 0; key < 1_000; key++) {
      assertThat(value(key)).isEqualTo(key == 500 ? null : "v" + key);
    }
  }

  @Test
  void putIfAbsentStoresOnlyWhereNothingIs() {
    assertThat(apply(1, Change.putIfAbsent("a", FOR_EVER)).done()).isTrue();
    Applied<String> second = apply(1, Change.putIfAbsent("b", FOR_EVER));
    assertRefused(second);
    assertSame(second.prior(), store.read(1, clock.nanos()));
    assertThat(value(1)).isEqualTo("a");
    assertThat(observer.news()).containsExactly("CREATED 1 null>a");
  }

  @Test
  void replaceStoresOnlyWhereSomethingIs() {
    Applied<String> none = apply(1, Change.replace("a", FOR_EVER));
    assertRefused(none);
    assertThat(none.prior()).isNull();
    StoredEntry<String> there = put(1, "b");
    Applied<String> replaced = apply(1, Change.replace("c", FOR_EVER));
    assertThat(replaced.done()).isTrue();
    assertSame(replaced.prior(), there);
    assertThat(value(1)).isEqualTo("c");
    assertThat(observer.news()).containsExactly("CREATED 1 null>b", "UPDATED 1 b>c");
  }

  @Test
  void compareAndSetTakesExactlyTheEntryThatItExpects() {
    StoredEntry<String> there = put(1, "a");
    StoredEntry<String> equal = new StoredEntry<>("a", there.expiresAt());
    assertRefused(apply(1, Change.replace(equal, "b", FOR_EVER)));
    assertRefused(apply(2, Change.replace(there, "b", FOR_EVER)));
    assertThat(apply(1, Change.replace(there, "b", FOR_EVER)).done()).isTrue();
    Applied<String> stale = apply(1, Change.replace(there, "c", FOR_EVER));
    assertRefused(stale);
    assertSame(stale.prior(), store.read(1, clock.nanos()));
    assertThat(value(1)).isEqualTo("b");
    assertThat(observer.news()).containsExactly("CREATED 1 null>a", "UPDATED 1 a>b");
  }

  @Test
  void compareAndRemoveTakesExactlyTheEntryThatItExpects() {
    StoredEntry<String> there = put(1, "a");
    assertRefused(apply(1, Change.remove(new StoredEntry<>("a", there.expiresAt()))));
    Applied<String> removed = apply(1, Change.remove(there));
    assertThat(removed.done()).isTrue();
    assertSame(removed.prior(), there);
    assertRefused(apply(1, Change.remove(there)));
    assertThat(observer.news()).containsExactly("CREATED 1 null>a", "REMOVED 1 a>null");
  }

  @Test
  void aRemovedEntryThatComesAgainIsNotTheSame() {
    StoredEntry<String> first = put(1, "a");
    apply(1, Change.remove());
    put(1, "a");
    assertRefused(apply(1, Change.remove(first)));
    assertThat(value(1)).isEqualTo("a");
  }

  @Test
  void removeOfNothingIsDoneAndNotTold() {
    Applied<String> applied = apply(1, Change.remove());
    assertThat(applied.done()).isTrue();
    assertThat(applied.prior()).isNull();
    assertThat(applied.current()).isNull();
    assertThat(observer.news()).isEmpty();
  }

  @Test
  void whatHasNoTimeToLiveIsNeverStored() {
    Applied<String> applied = apply(1, Change.put("a", Lives.of(0)));
    assertThat(applied.done()).isTrue();
    assertThat(applied.current()).isNull();
    assertThat(value(1)).isNull();
    pass(10 * ttl);
    expire();
    assertThat(observer.news()).isEmpty();
  }

  @Test
  void anUpdateWithoutTimeToLiveExpiresAtOnce() {
    put(1, "a");
    assertThat(apply(1, Change.put("b", new Lives(ttl, 0))).done()).isTrue();
    assertThat(value(1)).isNull();
    pass(ttl);
    expire();
    assertThat(observer.news())
        .containsExactly("CREATED 1 null>a", "UPDATED 1 a>b", "EXPIRED 1 b>null");
  }

  @Test
  void anEntryIsThereUntilTheLastNanosecondOfItsTime() {
    put(1, "a", Lives.of(10 * ttl));
    pass(10 * ttl - margin);
    assertThat(value(1)).isEqualTo("a");
    assertThat(store.iterator().hasNext()).isTrue();
    pass(margin);
    assertThat(value(1)).isNull();
    assertThat(store.iterator().hasNext()).isFalse();
  }

  @Test
  void expiryIsToldOnce() {
    put(1, "a", Lives.of(ttl));
    expire();
    assertThat(observer.news()).containsExactly("CREATED 1 null>a");
    pass(2 * ttl);
    expire();
    assertThat(observer.news()).containsExactly("EXPIRED 1 a>null");
    pass(2 * ttl);
    expire();
    assertThat(observer.news()).isEmpty();
  }

  static Stream<Change<String>> changes() {
    StoredEntry<String> unknown = new StoredEntry<>("a", StoredEntry.NEVER);
    return Stream.of(
        Change.put("b", FOR_EVER),
        Change.putIfAbsent("b", FOR_EVER),
        Change.replace("b", FOR_EVER),
        Change.replace(unknown, "b", FOR_EVER),
        Change.remove(),
        Change.remove(unknown),
        new Change<>(Condition.PRESENT, null, null, null));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void forEveryChangeAnExpiredEntryIsAbsentAndToldOnce(Change<String> change) {
    put(1, "a", Lives.of(ttl));
    observer.news();
    pass(ttl);
    Applied<String> applied = apply(1, change);
    assertThat(applied.prior()).isNull();
    assertThat(applied.done()).isEqualTo(change.admits(null));
    pass(ttl);
    expire();
    expire();
    if (applied.current() == null) {
      assertThat(observer.news()).containsExactly("EXPIRED 1 a>null");
    } else {
      assertThat(observer.news()).containsExactly("EXPIRED 1 a>null", "CREATED 1 null>b");
    }
  }

  @ParameterizedTest
  @MethodSource("changes")
  void everyChangeTakesTheReservationAway(Change<String> change) {
    Reservation reservation = store.reserve(1);
    apply(1, change);
    apply(1, Change.remove());
    assertRefused(fill(reservation));
    assertThat(value(1)).isNull();
  }

  @Test
  void anOverwrittenEntryIsNotToldAsExpired() {
    put(1, "a", Lives.of(ttl));
    put(1, "b", Lives.of(100 * ttl));
    pass(2 * ttl);
    expire();
    assertThat(value(1)).isEqualTo("b");
    assertThat(observer.news()).containsExactly("CREATED 1 null>a", "UPDATED 1 a>b");
  }

  @Test
  void aRenewedEntryLivesLonger() {
    StoredEntry<String> entry = put(1, "a", Lives.of(ttl));
    assertThat(store.renew(1, entry, clock.nanos() + 10 * ttl)).isTrue();
    pass(10 * ttl - margin);
    expire();
    assertThat(value(1)).isEqualTo("a");
    pass(ttl + margin);
    expire();
    assertThat(observer.news()).containsExactly("CREATED 1 null>a", "EXPIRED 1 a>null");
  }

  @Test
  void anEntryRenewedForLessExpiresEarlier() {
    StoredEntry<String> entry = put(1, "a");
    assertThat(store.renew(1, entry, clock.nanos() + ttl)).isTrue();
    pass(2 * ttl);
    assertThat(value(1)).isNull();
    expire();
    assertThat(observer.news()).containsExactly("CREATED 1 null>a", "EXPIRED 1 a>null");
  }

  @Test
  void whatHasBeenFoundExpiredCanNotBeRenewed() {
    StoredEntry<String> entry = put(1, "a", Lives.of(ttl));
    pass(ttl);
    assertRefused(apply(1, Change.replace("b", FOR_EVER)));
    assertThat(store.renew(1, entry, clock.nanos() + 10 * ttl)).isFalse();
    assertThat(value(1)).isNull();
    StoredEntry<String> other = put(2, "b", Lives.of(ttl));
    pass(2 * ttl);
    expire();
    assertThat(store.renew(2, other, clock.nanos() + ttl)).isFalse();
    assertThat(value(2)).isNull();
  }

  /** Where that costs nothing. */
  protected boolean tellsUnasked() {
    return true;
  }

  @Test
  void expiryIsToldEvenToWhoWantsNoChanges() {
    observer.wantsChanges(false);
    put(1, "a", Lives.of(ttl));
    put(1, "b", Lives.of(ttl));
    put(2, "c", Lives.of(ttl));
    apply(2, Change.remove());
    pass(2 * ttl);
    expire();
    if (tellsUnasked()) {
      assertThat(observer.news()).containsExactly("EXPIRED 1 b>null");
    } else {
      assertThat(observer.news()).isEmpty();
    }
  }

  @Test
  void aStandingReservationCanBeFilledOnce() {
    Reservation reservation = store.reserve(1);
    Applied<String> filled = fill(reservation);
    assertThat(filled.done()).isTrue();
    assertSame(store.read(1, clock.nanos()), filled.current());
    apply(1, Change.remove());
    assertRefused(fill(reservation));
    assertThat(observer.news()).containsExactly("CREATED 1 null>loaded", "REMOVED 1 loaded>null");
  }

  @Test
  void aFillHeedsItsCondition() {
    put(1, "a");
    Reservation reservation = store.reserve(1);
    Applied<String> filled = fill(reservation);
    assertRefused(filled);
    assertSame(filled.prior(), store.read(1, clock.nanos()));
    assertThat(value(1)).isEqualTo("a");
    assertThat(fill(reservation, Change.put("b", FOR_EVER)).done()).as("another try").isTrue();
    assertThat(value(1)).isEqualTo("b");
  }

  @Test
  void aFillLeavesLaterLoadsTheirReservation() {
    Reservation early = store.reserve(1);
    Reservation late = store.reserve(1);
    assertThat(fill(early).done()).isTrue();
    store.release(1, early);
    assertThat(fill(late, Change.put("fresh", FOR_EVER)).done()).isTrue();
    assertThat(value(1)).isEqualTo("fresh");
  }

  @Test
  void anEarlierLoadDoesNotFillAfterALaterOne() {
    Reservation early = store.reserve(1);
    Reservation late = store.reserve(1);
    assertThat(fill(late, Change.putIfAbsent("late", Lives.of(ttl))).done()).isTrue();
    store.release(1, late);
    pass(ttl);
    assertRefused(fill(early));
    store.release(1, early);
    assertThat(fill(store.reserve(1)).done()).isTrue();
  }

  @Test
  void clearTakesAllReservationsAway() {
    Reservation reservation = store.reserve(1);
    store.clear();
    assertRefused(fill(reservation));
  }

  @Test
  void aChangeOfAnotherKeyLeavesAReservationAlone() {
    Reservation reservation = store.reserve(1);
    put(2, "a");
    apply(3, Change.remove());
    assertThat(fill(reservation).done()).isTrue();
  }

  @Test
  void expiryLeavesAReservationAlone() {
    put(1, "a", Lives.of(ttl));
    pass(ttl);
    Reservation reservation = store.reserve(1);
    pass(ttl);
    expire();
    assertThat(fill(reservation).done()).isTrue();
    assertThat(value(1)).isEqualTo("loaded");
  }

  @Test
  void loadsOfAKeyShareItsReservationAndTheFirstFills() {
    Reservation first = store.reserve(1);
    Reservation second = store.reserve(1);
    assertThat(fill(second).done()).isTrue();
    assertRefused(fill(first, Change.put("late", FOR_EVER)));
    assertThat(value(1)).isEqualTo("loaded");
  }

  @Test
  void oneLoadThatGivesUpLeavesTheOthersTheirReservation() {
    Reservation first = store.reserve(1);
    Reservation second = store.reserve(1);
    store.release(1, first);
    assertThat(fill(second).done()).isTrue();
  }

  @Test
  void aReservationThatAllGaveBackIsGone() {
    Reservation first = store.reserve(1);
    store.release(1, store.reserve(1));
    store.release(1, first);
    Reservation later = store.reserve(1);
    assertRefused(fill(first));
    assertThat(fill(later).done()).isTrue();
  }

  @Test
  void aReservationThatWasTakenAwayDoesNotDisturbALaterOne() {
    Reservation early = store.reserve(1);
    apply(1, Change.remove());
    Reservation late = store.reserve(1);
    assertRefused(fill(early));
    store.release(1, early);
    assertThat(fill(late).done()).isTrue();
  }

  private StoredEntry<String> inspected() {
    Outcome<String> outcome = store.inspect(1, clock.nanos());
    assertThat(outcome).isInstanceOf(StoredEntry.class);
    return (StoredEntry<String>) outcome;
  }

  private Applied<String> revive(
      Reservation reservation, StoredEntry<String> entry, Lifetime life) {
    return store.revive(1, reservation, entry, life, clock.nanos());
  }

  @Test
  void whatTheSourceKnowsAValueByIsKeptUntilItIsChanged() {
    Reservation reservation = store.reserve(1);
    fill(reservation, Change.putIfAbsent("a", FOR_EVER.knownBy("e1")));
    assertThat(inspected().validator()).isEqualTo("e1");
    store.release(1, reservation);
    Applied<String> revived = revive(store.reserve(1), inspected(), FOR_EVER.knownBy("e2"));
    assertThat(revived.done()).isTrue();
    assertThat(inspected().validator()).isEqualTo("e2");
    assertThat(value(1)).isEqualTo("a");
    put(1, "b");
    assertThat(inspected().validator()).isNull();
  }

  @Test
  void aRevivedEntryLivesAnewAndNobodyIsTold() {
    put(1, "a", Lives.of(ttl));
    StoredEntry<String> entry = inspected();
    Reservation reservation = store.reserve(1);
    Applied<String> revived = revive(reservation, entry, FOR_EVER);
    assertThat(revived.done()).isTrue();
    assertSame(store.read(1, clock.nanos()), revived.current());
    assertRefused(revive(reservation, entry, FOR_EVER)); // it is another one by now
    pass(ttl + margin);
    expire();
    assertThat(value(1)).isEqualTo("a");
    assertThat(observer.news()).containsExactly("CREATED 1 null>a");
  }

  @Test
  void anEntryRevivedForLessExpiresEarlier() {
    put(1, "a");
    assertThat(revive(store.reserve(1), inspected(), Lives.of(ttl)).done()).isTrue();
    assertThat(value(1)).isEqualTo("a");
    pass(ttl + margin);
    assertThat(value(1)).isNull();
  }

  @Test
  void whatWasChangedSinceItWasReservedIsNotRevived() {
    StoredEntry<String> first = put(1, "a");
    Reservation reservation = store.reserve(1);
    put(1, "b");
    assertRefused(revive(reservation, first, FOR_EVER.knownBy("e1")));
    assertRefused(revive(reservation, inspected(), FOR_EVER.knownBy("e1")));
    assertThat(value(1)).isEqualTo("b");
    assertThat(inspected().validator()).isNull();
    Reservation later = store.reserve(1);
    StoredEntry<String> second = inspected();
    apply(1, Change.remove());
    assertRefused(revive(later, second, FOR_EVER));
    assertThat(value(1)).isNull();
    put(1, "c");
    Reservation last = store.reserve(1);
    StoredEntry<String> third = inspected();
    store.clear();
    assertRefused(revive(last, third, FOR_EVER));
    assertThat(value(1)).isNull();
  }

  @Test
  void anEarlierLoadDoesNotFillAfterALaterOneRevived() {
    put(1, "a", Lives.of(ttl));
    Reservation early = store.reserve(1);
    Reservation late = store.reserve(1);
    assertThat(revive(late, inspected(), FOR_EVER).done()).isTrue();
    store.release(1, late);
    fill(early, Change.put("older", FOR_EVER));
    pass(ttl + margin);
    assertThat(value(1)).isNotNull();
    store.release(1, early);
  }

  @Test
  void clearRemovesAllAndTellsNobody() {
    for (int key = 0; key < 100; key++) {
      put(key, "v", Lives.of(ttl));
    }
    StoredEntry<String> old = put(1, "w", Lives.of(ttl));
    observer.news();
    store.clear();
    assertThat(store.iterator().hasNext()).isFalse();
    assertThat(value(1)).isNull();
    assertRefused(apply(1, Change.remove(old)));
    pass(10 * ttl);
    expire();
    assertThat(observer.news()).isEmpty();
    put(1, "x");
    assertThat(value(1)).isEqualTo("x");
  }

  @Test
  void theIteratorShowsEveryLiveEntryOnce() {
    Map<Integer, StoredEntry<String>> expected = new HashMap<>();
    for (int key = 0; key < 1_000; key++) {
      StoredEntry<String> entry = put(key, "v" + key, Lives.of(key % 2 == 0 ? ttl : 100 * ttl));
      if (key % 2 != 0) {
        expected.put(key, entry);
      }
    }
    pass(ttl);
    Map<Integer, StoredEntry<String>> seen = new HashMap<>();
    store.iterator().forEachRemaining(e -> assertThat(seen.put(e.getKey(), e.getValue())).isNull());
    assertThat(seen).containsOnlyKeys(expected.keySet());
    expected.forEach((key, entry) -> assertSame(seen.get(key), entry));
  }

  @Test
  void theIteratorSurvivesChangesAndEndsByTheBook() {
    for (int key = 0; key < 100; key++) {
      put(key, "v");
    }
    Iterator<Map.Entry<Integer, StoredEntry<String>>> entries = store.iterator();
    int seen = 0;
    while (entries.hasNext()) {
      Map.Entry<Integer, StoredEntry<String>> entry = entries.next();
      apply(entry.getKey(), Change.remove());
      seen++;
    }
    assertThat(seen).isEqualTo(100);
    assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    assertThat(store.iterator().hasNext()).isFalse();
  }

  @Test
  void aTagEndsTheEntriesThatHaveItAndNoOthers() {
    StoredEntry<String> first = put(1, "a", FOR_EVER.tagged("x"));
    put(2, "a", FOR_EVER.tagged("y", "x"));
    put(3, "a", FOR_EVER.tagged("y"));
    put(4, "a");
    put(5, "a", FOR_EVER.tagged("x"));
    put(5, "b");
    assertThat(inspected().notes().tags()).containsExactly("x");
    store.invalidateTags(List.of("x", "z"));
    assertThat(values(1, 2, 3, 4, 5)).containsExactly(null, null, "a", "a", "b");
    assertThat(apply(1, Change.replace(first, "b", FOR_EVER)).done()).isFalse();
    assertThat(apply(1, Change.replace("b", FOR_EVER)).done()).isFalse();
    Set<Integer> keys = new HashSet<>();
    store.iterator().forEachRemaining(entry -> keys.add(entry.getKey()));
    assertThat(keys).containsExactlyInAnyOrder(3, 4, 5);
    Applied<String> put = apply(2, Change.putIfAbsent("b", FOR_EVER.tagged("x")));
    assertThat(put.done()).isTrue();
    assertThat(put.existed()).isFalse();
    assertThat(values(2)).containsExactly("b");
    assertThat(observer.news())
        .endsWith("CREATED 2 null>b")
        .noneMatch(news -> news.startsWith("REMOVED") || news.startsWith("EXPIRED"));
  }

  private List<@Nullable String> values(Integer... keys) {
    return Arrays.stream(keys).map(this::value).toList();
  }

  @Test
  void whatWasLoadedBeforeItsTagWasInvalidatedIsNotStored() {
    Reservation before = store.reserve(1);
    Reservation joining = store.reserve(1);
    assertThat(before.sharesWith(joining)).isEqualTo(joining.sharesWith(before));
    store.invalidateTags(List.of("x"));
    Reservation after = store.reserve(1);
    assertThat(before.sharesWith(after)).as("an older load answers a later caller").isFalse();
    assertRefused(fill(before, Change.putIfAbsent("old", FOR_EVER.tagged("y", "x"))));
    assertThat(value(1)).isNull();
    assertThat(fill(after, Change.putIfAbsent("new", FOR_EVER.tagged("x"))).done()).isTrue();
    assertThat(value(1)).isEqualTo("new");
    store.release(1, before);
    store.release(1, joining);
    store.release(1, after);
  }

  @Test
  void whatIsLoadedMeanwhileWithOtherTagsIsStored() {
    Reservation reservation = store.reserve(1);
    store.invalidateTags(List.of("x"));
    assertThat(fill(reservation, Change.putIfAbsent("a", FOR_EVER.tagged("y"))).done()).isTrue();
    assertThat(value(1)).isEqualTo("a");
    store.invalidateTags(List.of("y"));
    assertThat(value(1)).isNull();
  }

  @Test
  void whatWasInvalidatedIsNotRevived() {
    put(1, "a", FOR_EVER.tagged("x"));
    StoredEntry<String> entry = inspected();
    Reservation reservation = store.reserve(1);
    store.invalidateTags(List.of("x"));
    assertRefused(revive(reservation, entry, FOR_EVER.tagged("x")));
    assertRefused(revive(store.reserve(1), entry, FOR_EVER));
    assertThat(value(1)).isNull();
  }

  @Test
  void aRevivedEntryHasTheTagsThatItIsGiven() {
    put(1, "a", FOR_EVER.tagged("y"));
    store.invalidateTags(List.of("x"));
    assertThat(revive(store.reserve(1), inspected(), FOR_EVER.tagged("x")).done()).isTrue();
    store.invalidateTags(List.of("y"));
    assertThat(value(1)).isEqualTo("a");
    Reservation reservation = store.reserve(1);
    store.invalidateTags(List.of("z"));
    assertRefused(revive(reservation, inspected(), FOR_EVER.tagged("z")));
    store.invalidateTags(List.of("x"));
    assertThat(value(1)).isNull();
  }

  @Test
  void manyTagsNeverEndWhatIsNewerOrHasNone() {
    put(1, "a");
    put(2, "a", FOR_EVER.tagged("tag 299"));
    for (int tag = 0; tag < 300; tag++) {
      store.invalidateTags(List.of("tag " + tag));
      if (tag == 250) {
        put(3, "a", FOR_EVER.tagged("tag 7", "tag 250"));
      }
    }
    assertThat(values(1, 2, 3)).containsExactly("a", null, "a");
    store.invalidateTags(List.of("tag 7"));
    assertThat(value(3)).isNull();
  }

  @Test
  void whatIsNotBehindTheStoreCanNotBeUnwrapped() {
    assertThat(store.unwrap(StringBuilder.class)).isNull();
  }

  @Test
  void aClosedStoreHoldsNothing() {
    put(1, "a");
    Reservation reservation = store.reserve(1);
    store.close();
    assertThat(value(1)).isNull();
    assertRefused(fill(reservation));
  }
}
