package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Store} does when many threads call it; extended once for each kind of store.
 */
public abstract class StoreRacesContract {
  private static final int THREADS = 4;
  private static final int KEYS = 8;

  protected final Clock clock = clock();

  /** How far time goes on at once, in nanoseconds. */
  private final long step = step();

  /** Makes an empty store with room for a million entries. */
  protected abstract Store<Integer, Integer> create(
      StoreObserver<Integer, Integer> told, Clock time);

  protected Clock clock() {
    return new ManualClock();
  }

  protected long step() {
    return 40_000_000L;
  }

  /** Less where each operation is a round trip. */
  protected int slowness() {
    return 1;
  }

  /** Lets time pass, at least so much. */
  protected void pass(long nanos) {
    ((ManualClock) clock).advance(nanos);
  }

  /** Has all that is due expired. */
  protected void expire(Store<Integer, Integer> store) {
    store.expire(clock.nanos());
  }

  /** Whether expiry is told to who does not want to hear of changes. */
  protected boolean tellsUnasked() {
    return true;
  }

  /** Every entry that was stored ends once: overwritten, removed or expired. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyEntryEndsOnceAndInOrder(boolean wantsChanges) {
    assumeTrue(wantsChanges || tellsUnasked());
    long seed = Seeds.seed("StoreRacesContract");
    RecordingObserver<Integer, Integer> observer =
        new RecordingObserver<Integer, Integer>().wantsChanges(wantsChanges);
    Store<Integer, Integer> store = create(observer, clock);
    Ends ends = new Ends();
    AtomicInteger running = new AtomicInteger(THREADS);
    List<Threads.Piece> pieces = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      RandomGenerator random = Seeds.random(seed + i);
      pieces.add(() -> {
        try {
          for (int n = 0; n < 30_000 / slowness(); n++) {
            ends.note(step(store, random));
          }
        } finally {
          running.decrementAndGet();
        }
      });
    }
    pieces.add(() -> {
      while (running.get() > 0) {
        pass(step);
        store.expire(clock.nanos());
      }
    });
    Threads.together(pieces);
    pass(1_000 * step);
    expire(store);
    pass(1_000 * step);
    expire(store);
    observer.told().stream()
        .filter(told -> told.kind() == RecordingObserver.Kind.EXPIRED)
        .forEach(told -> ends.ended.add(told.ended()));
    assertThat(observer.outOfOrder()).isEmpty();
    assertThat(observer.told()).isNotEmpty();
    ends.assertOnce();
    store.close();
  }

  private @Nullable Applied<Integer> step(Store<Integer, Integer> store, RandomGenerator random) {
    int key = random.nextInt(KEYS);
    long now = clock.nanos();
    Lives lives = Lives.of(1 + random.nextLong(6 * step));
    StoredEntry<Integer> seen =
        store.read(key, now) instanceof StoredEntry<Integer> entry ? entry : null;
    switch (random.nextInt(8)) {
      case 0, 1:
        return store.apply(key, Change.put(random.nextInt(), lives), now);
      case 2:
        return store.apply(key, Change.putIfAbsent(random.nextInt(), lives), now);
      case 3:
        return store.apply(key, Change.remove(), now);
      case 4:
        return seen == null
            ? null
            : store.apply(key, Change.replace(seen, random.nextInt(), lives), now);
      case 5:
        return store.fill(
            key, store.reserve(key), Change.putIfAbsent(random.nextInt(), lives), now);
      default:
        if (seen != null) {
          store.renew(key, seen, now + lives.createdNanos());
        }
        return null;
    }
  }

  /** The entries that began and ended. */
  private static final class Ends {
    final Queue<StoredEntry<Integer>> begun = new ConcurrentLinkedQueue<>();
    final Queue<StoredEntry<Integer>> ended = new ConcurrentLinkedQueue<>();

    void note(@Nullable Applied<Integer> applied) {
      if (applied != null && applied.done()) {
        if (applied.prior() != null) {
          ended.add(applied.prior());
        }
        if (applied.current() != null) {
          begun.add(applied.current());
        }
      }
    }

    void assertOnce() {
      Map<Object, Integer> counts = new HashMap<>();
      begun.forEach(entry -> counts.put(identity(entry), 0));
      ended.forEach(entry -> counts.merge(identity(entry), 1, Integer::sum));
      assertThat(counts).hasSize(begun.size());
      assertThat(counts.values()).allMatch(count -> count == 1);
    }

    private static Object identity(StoredEntry<Integer> entry) {
      return entry instanceof VersionedEntry<Integer> versioned ? versioned.identity() : entry;
    }
  }

  /** Whether who sees one key cleared can't see another one that is not, while a clear runs. */
  protected boolean clearsInOneInstant() {
    return true;
  }

  @Test
  void nothingIsLeftWhenAClearReturns() {
    Store<Integer, Integer> store = create(new RecordingObserver<>(), clock);
    assertThat(StoreChecks.leftByClear(store, clock, 300)).isZero();
  }

  @Test
  void clearIsOneInstant() {
    assumeTrue(clearsInOneInstant());
    Store<Integer, Integer> store = create(new RecordingObserver<>(), clock);
    assertThat(StoreChecks.halfCleared(store, clock, 20_000 / slowness())).isZero();
  }

  @Test
  void noFillFollowsAChange() {
    Store<Integer, Integer> store = create(new RecordingObserver<>(), clock);
    assertThat(StoreChecks.staleFills(store, clock, 20_000 / slowness())).isZero();
  }

  @Test
  void compareAndSetLosesNothing() {
    Store<Integer, Integer> store = create(new RecordingObserver<>(), clock);
    assertThat(StoreChecks.lostUpdates(store, clock, 50_000 / slowness())).isZero();
  }
}
