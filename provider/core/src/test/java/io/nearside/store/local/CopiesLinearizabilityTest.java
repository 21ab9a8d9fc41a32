package io.nearside.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.CopiedEntry;
import io.nearside.store.Epoch;
import io.nearside.store.FetchedEntry;
import io.nearside.store.ManualClock;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Lincheck over copies; and over ones that heed no reservation, which it must catch. Copies may be
 * lost at any time, so no map can say what a read finds: but it never finds what is too old.
 */
class CopiesLinearizabilityTest {
  private static final boolean LONG = Boolean.getBoolean("test.stress");

  private static StressOptions options(int iterations, int invocations) {
    return new StressOptions()
        .threads(3)
        .actorsPerThread(5)
        .actorsBefore(2)
        .actorsAfter(3)
        .iterations(iterations)
        .invocationsPerIteration(invocations)
        .minimizeFailedScenario(false);
  }

  /**
   * Copies of an authority that only grows. Threads ask it under a reservation, change it, and are
   * told of changes late; what they read is right if it is no older than the last change of which
   * all have been told.
   */
  @Param(name = "key", gen = IntGen.class, conf = "0:1")
  @Param(name = "thread", gen = ThreadIdGen.class)
  public static class RealCopies {
    /** Copies that were installed and read, so that it is known that there were any. */
    static final AtomicInteger READ = new AtomicInteger();

    static final int PARTITION = 3;
    private static final Epoch EPOCH = new Epoch() {};

    final LocalCopies<Integer, String> copies;
    private final AtomicLong[] authority = {new AtomicLong(1), new AtomicLong(1)};
    private final AtomicLong[] told = {new AtomicLong(), new AtomicLong()};

    /** By thread. */
    private final @Nullable Asked[] asked = new Asked[8];

    /** An answer that is under way. */
    private record Asked(int key, Reservation reservation, long version) {}

    public RealCopies() {
      LocalBound bound = new LocalBound(1_000, null, null);
      copies = new LocalCopies<>(bound, 8, new ManualClock());
    }

    Reservation standing(int key, Reservation reservation) {
      return reservation;
    }

    /** Whether an answer is wrong: never. */
    @Operation
    public boolean readsWrong(@Param(name = "key") int key) {
      long least = told[key].get();
      CopiedEntry<String> copy = copies.read(key);
      if (copy != null) {
        READ.incrementAndGet();
      }
      return copy != null && copy.identity().version() < least;
    }

    @Operation
    public void ask(@Param(name = "thread") int thread, @Param(name = "key") int key) {
      if (asked[thread] == null) {
        Reservation reservation = copies.reserve(key, PARTITION);
        asked[thread] = new Asked(key, reservation, authority[key].get());
      }
    }

    @Operation
    public void install(@Param(name = "thread") int thread) {
      Asked answer = asked[thread];
      if (answer != null) {
        Reservation standing = standing(answer.key, answer.reservation);
        copies.install(answer.key, standing, copy(answer.version), FetchedEntry.UNTOLD);
      }
    }

    @Operation
    public void release(@Param(name = "thread") int thread) {
      Asked answer = asked[thread];
      if (answer != null) {
        copies.release(answer.key, answer.reservation);
        asked[thread] = null;
      }
    }

    /** Another node changes it. */
    @Operation
    public void change(@Param(name = "key") int key) {
      long version = authority[key].incrementAndGet();
      copies.changed(key, identity(version));
      told[key].accumulateAndGet(version, Math::max);
    }

    /** This node changes it, and takes what it has made for a copy. */
    @Operation
    public void put(@Param(name = "key") int key) {
      Reservation reservation = copies.reserve(key, PARTITION);
      long version = authority[key].incrementAndGet();
      copies.changed(key, identity(version));
      copies.install(key, reservation, copy(version), FetchedEntry.UNTOLD);
      copies.release(key, reservation);
      told[key].accumulateAndGet(version, Math::max);
    }

    /** All keys are changed, and nobody says to what. */
    @Operation
    public void clear() {
      long first = authority[0].incrementAndGet();
      long second = authority[1].incrementAndGet();
      copies.dropPartition(PARTITION);
      told[0].accumulateAndGet(first, Math::max);
      told[1].accumulateAndGet(second, Math::max);
    }

    private static Identity identity(long version) {
      return new Identity(version, 1);
    }

    private static CopiedEntry<String> copy(long version) {
      return CopiedEntry.of(
          new VersionedEntry<>("v", identity(version), StoredEntry.NEVER, false, 0, 0),
          StoredEntry.NEVER,
          PARTITION,
          0,
          EPOCH);
    }
  }

  /** What it means: no answer is wrong. */
  public static class NeverWrong {
    public boolean readsWrong(int key) {
      return false;
    }

    public void ask(int thread, int key) {}

    public void install(int thread) {}

    public void release(int thread) {}

    public void change(int key) {}

    public void put(int key) {}

    public void clear() {}
  }

  /** Installs under a reservation that is made only then. */
  public static class CopiesWithoutReservations extends RealCopies {
    @Override
    Reservation standing(int key, Reservation reservation) {
      return copies.reserve(key, PARTITION);
    }
  }

  @Test
  void copiesAreNeverOlderThanWhatWasTold() {
    RealCopies.READ.set(0);
    options(LONG ? 300 : 25, LONG ? 20_000 : 1_500)
        .sequentialSpecification(NeverWrong.class)
        .check(RealCopies.class);
    assertThat(RealCopies.READ.get()).isGreaterThan(1_000);
  }

  @Test
  void copiesWithoutReservationsAre() {
    StressOptions untilCaught = options(300, 5_000).sequentialSpecification(NeverWrong.class);
    assertThatThrownBy(() -> untilCaught.check(CopiesWithoutReservations.class))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }
}
