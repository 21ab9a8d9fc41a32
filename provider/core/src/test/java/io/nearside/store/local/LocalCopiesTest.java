package io.nearside.store.local;

import static io.nearside.store.FetchedEntry.UNTOLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.CopiedEntry;
import io.nearside.store.Epoch;
import io.nearside.store.ManualClock;
import io.nearside.store.Reservation;
import io.nearside.store.Seeds;
import io.nearside.store.StoredEntry;
import io.nearside.store.Threads;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class LocalCopiesTest {
  private static final Epoch EPOCH = new Epoch() {};

  private final ManualClock clock = new ManualClock();
  private final LocalCopies<Integer, String> copies =
      new LocalCopies<>(new LocalBound(1_000, null, null), 8, clock);

  private static Identity identity(long version) {
    return new Identity(version, 7);
  }

  private static CopiedEntry<String> copy(long version, int partition, long expiresAt) {
    return CopiedEntry.of(
        new VersionedEntry<>("v" + version, identity(version), expiresAt, false, 1, 2),
        expiresAt,
        partition,
        16_383,
        EPOCH);
  }

  private boolean install(int key, long version) {
    Reservation reservation = copies.reserve(key, 3);
    boolean done = copies.install(key, reservation, copy(version, 3, StoredEntry.NEVER), UNTOLD);
    copies.release(key, reservation);
    return done;
  }

  @Test
  void aCopyKnowsWhereItComesFrom() {
    CopiedEntry<String> copy = copy(5, CopiedEntry.MOST_PARTITIONS - 1, StoredEntry.NEVER);
    assertThat(copy.partition()).isEqualTo(CopiedEntry.MOST_PARTITIONS - 1);
    assertThat(copy.slot()).isEqualTo(16_383);
    assertThat(copy.epoch()).isSameAs(EPOCH);
    assertThat(copy.detached().isSame(copy)).isTrue();
  }

  @Test
  void whatIsInstalledIsRead() {
    assertThat(install(1, 5)).isTrue();
    assertThat(copies.read(1)).isNotNull().isSameAs(copies.peek(1));
    assertThat(install(1, 4)).isTrue();
    assertThat(copies.read(1).identity()).isEqualTo(identity(4));
    assertThat(copies.read(2)).isNull();
  }

  @Test
  void aChangeTakesTheReservationsAway() {
    Reservation reservation = copies.reserve(1, 3);
    copies.changed(1, identity(6));
    assertThat(copies.install(1, reservation, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
    assertThat(copies.install(1, reservation, copy(7, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
  }

  @Test
  void aChangeToTheVeryIdentityThatIsInstalledDoesNotTouchIt() {
    Reservation early = copies.reserve(1, 3);
    copies.changed(1, identity(5));
    copies.changed(1, identity(5));
    assertThat(copies.install(1, early, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isTrue();
    assertThat(copies.changed(1, identity(5))).isFalse();
    assertThat(copies.read(1)).isNotNull();
    assertThat(copies.changed(1, new Identity(5, 8))).isTrue();
    assertThat(copies.read(1)).isNull();
  }

  @Test
  void anotherChangeInBetweenSpoilsItInEitherOrder() {
    Reservation first = copies.reserve(1, 3);
    copies.changed(1, identity(5));
    copies.changed(1, identity(6));
    copies.changed(1, identity(5));
    assertThat(copies.install(1, first, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
    Reservation second = copies.reserve(1, 3);
    copies.changed(1, null);
    copies.changed(1, identity(5));
    assertThat(copies.install(1, second, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
    copies.release(1, first);
    assertThat(install(1, 5)).as("a later one").isTrue();
    copies.release(1, second);
  }

  @Test
  void reservationsOfOneKeyDoNotDisturbEachOther() {
    Reservation first = copies.reserve(1, 3);
    Reservation second = copies.reserve(1, 3);
    Reservation third = copies.reserve(1, 3);
    copies.release(1, second);
    assertThat(copies.install(1, second, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
    assertThat(copies.install(1, first, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isTrue();
    assertThat(copies.install(1, third, copy(6, 3, StoredEntry.NEVER), UNTOLD)).isTrue();
    assertThat(copies.install(2, first, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
  }

  @Test
  void aDroppedPartitionTakesItsCopiesAndReservationsWithIt() {
    install(1, 5);
    Reservation there = copies.reserve(2, 3);
    Reservation elsewhere = copies.reserve(4, 4);
    copies.dropPartition(3);
    assertThat(copies.read(1)).isNull();
    assertThat(copies.iterator().hasNext()).isFalse();
    assertThat(copies.install(2, there, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
    assertThat(copies.install(4, elsewhere, copy(5, 4, StoredEntry.NEVER), UNTOLD)).isTrue();
    copies.expire(clock.nanos());
    assertThat(copies.unwrap(com.github.benmanes.caffeine.cache.Cache.class).asMap()).hasSize(1);
  }

  private boolean install(int key, long version, long generation) {
    Reservation reservation = copies.reserve(key, 3);
    boolean done =
        copies.install(key, reservation, copy(version, 3, StoredEntry.NEVER), generation);
    copies.release(key, reservation);
    return done;
  }

  @Test
  void aNewGenerationEndsTheCopiesOfTheFormerOne() {
    install(1, 5, 100);
    Reservation reservation = copies.reserve(2, 3);
    copies.clearPartition(3, 200);
    assertThat(copies.read(1)).isNull();
    assertThat(copies.install(2, reservation, copy(6, 3, StoredEntry.NEVER), 100)).isFalse();
    assertThat(install(2, 7, 200)).isTrue();
  }

  @Test
  void aGenerationThatIsToldAgainLeavesItsOwnCopiesAlone() {
    copies.clearPartition(3, 200);
    install(1, 5, 200);
    Reservation reservation = copies.reserve(2, 3);
    copies.clearPartition(3, 200);
    assertThat(copies.read(1)).isNotNull();
    assertThat(copies.install(2, reservation, copy(6, 3, StoredEntry.NEVER), 200)).isTrue();
    copies.clearPartition(3, 100);
    assertThat(copies.read(1)).as("numbers are not compared").isNull();
    copies.clearPartition(3, 200);
    assertThat(install(1, 5, 200)).isTrue();
  }

  @Test
  void whoBeginsAGenerationKeepsWhatItWroteInItWhetherTheMessageIsEarlyOrLate() {
    install(1, 5, 100);
    install(2, 5, 100);
    Reservation early = copies.reserve(1, 3);
    assertThat(copies.install(1, early, copy(6, 3, StoredEntry.NEVER), 200)).isTrue();
    assertThat(copies.read(2)).as("of the former generation").isNull();
    copies.clearPartition(3, 200);
    assertThat(copies.read(1)).isNotNull();

    Reservation late = copies.reserve(1, 3);
    copies.clearPartition(3, 300);
    assertThat(copies.install(1, late, copy(7, 3, StoredEntry.NEVER), 300)).isTrue();
    assertThat(copies.read(1)).isNotNull();
  }

  @Test
  void moreThanOneGenerationInBetweenSpoilsAReservation() {
    Reservation reservation = copies.reserve(1, 3);
    copies.clearPartition(3, 200);
    copies.clearPartition(3, 300);
    assertThat(copies.install(1, reservation, copy(5, 3, StoredEntry.NEVER), 300)).isFalse();
    Reservation dropped = copies.reserve(1, 3);
    copies.dropPartition(3);
    assertThat(install(2, 5, 300)).isTrue();
    assertThat(copies.install(1, dropped, copy(5, 3, StoredEntry.NEVER), 300)).isFalse();
  }

  @Test
  void aCopyOfUnknownGenerationEndsWithTheNextOne() {
    install(1, 5);
    assertThat(install(2, 6, 200)).isTrue();
    assertThat(copies.read(1)).isNull();
    copies.clearPartition(3, 200);
    assertThat(copies.read(2)).isNotNull();
    assertThat(install(1, 5)).isTrue();
    assertThat(copies.read(2)).isNotNull();
    copies.clearPartition(3, UNTOLD);
    assertThat(copies.iterator().hasNext()).isFalse();
  }

  @Test
  void clearTakesEverything() {
    install(1, 5);
    Reservation reservation = copies.reserve(2, 3);
    copies.clear();
    assertThat(copies.read(1)).isNull();
    assertThat(copies.install(2, reservation, copy(5, 3, StoredEntry.NEVER), UNTOLD)).isFalse();
    assertThat(install(1, 6)).isTrue();
  }

  @Test
  void theMemoryOfWhatHasExpiredIsGivenBack() {
    Reservation reservation = copies.reserve(1, 3);
    copies.install(1, reservation, copy(5, 3, clock.nanos() + 1_000_000_000L), UNTOLD);
    install(2, 5);
    clock.advance(2_000_000_000L);
    copies.expire(clock.nanos());
    assertThat(copies.peek(1)).isNull();
    assertThat(copies.peek(2)).isNotNull();
  }

  @Test
  void theBudgetKnowsWhatIsHeld() {
    LocalBudget budget = new LocalBudget(1_000_000, Runnable::run);
    LocalBound bound = new LocalBound(10_000, (key, value) -> 100, budget);
    LocalCopies<Integer, String> weighed = new LocalCopies<>(bound, 8, clock);
    for (int key = 0; key < 500; key++) {
      Reservation reservation = weighed.reserve(key, 3);
      weighed.install(key, reservation, copy(5, 3, StoredEntry.NEVER), UNTOLD);
      weighed.release(key, reservation);
    }
    weighed.expire(clock.nanos());
    assertThat(budget.used()).isBetween(5_000L, 10_000L);
    assertThat(weighed.evictions()).isGreaterThanOrEqualTo(400);
    weighed.clear();
    assertThat(budget.used()).isZero();
    weighed.close();
    assertThat(budget.used()).isZero();
  }

  /**
   * A source that only grows, whose changes are told after they are made: when all has been told,
   * no copy is older than the source.
   */
  @Test
  void noRaceLeavesAnOldCopyBehind() {
    long seed = Seeds.seed("LocalCopiesTest");
    int keys = 4;
    AtomicLong[] source = new AtomicLong[keys];
    for (int key = 0; key < keys; key++) {
      source[key] = new AtomicLong();
    }
    AtomicInteger number = new AtomicInteger();
    AtomicInteger installed = new AtomicInteger();
    Threads.Piece piece =
        () -> {
          RandomGenerator random = Seeds.random(seed + number.incrementAndGet());
          for (int i = 0; i < 50_000; i++) {
            int key = random.nextInt(keys);
            Reservation reservation = copies.reserve(key, 3);
            boolean write = random.nextInt(4) == 0;
            long version = write ? source[key].incrementAndGet() : source[key].get();
            if (write) {
              copies.changed(key, identity(version));
            }
            if (copies.install(key, reservation, copy(version, 3, StoredEntry.NEVER), UNTOLD)) {
              installed.incrementAndGet();
            }
            copies.release(key, reservation);
            if (random.nextInt(1_000) == 0) {
              copies.dropPartition(3);
            }
          }
        };
    Threads.together(piece, piece, piece, piece);
    assertThat(installed.get()).isGreaterThan(10_000);
    copies
        .iterator()
        .forEachRemaining(entry ->
            assertThat(entry.getValue().identity())
                .isEqualTo(identity(source[entry.getKey()].get())));
  }
}
