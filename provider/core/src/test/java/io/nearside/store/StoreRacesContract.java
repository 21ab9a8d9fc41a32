package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
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
  private static final int OPERATIONS = 30_000;
  private static final int KEYS = 8;
  private static final long STEP = 40_000_000L;

  /** Makes an empty store with room for a million entries. */
  protected abstract Store<Integer, Integer> create(
      StoreObserver<Integer, Integer> told, Clock time);

  /** Every entry that was stored ends once: overwritten, removed or expired. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyEntryEndsOnceAndInOrder(boolean wantsChanges) {
    long seed = Seeds.seed("StoreRacesContract");
    ManualClock clock = new ManualClock();
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
          for (int n = 0; n < OPERATIONS; n++) {
            ends.note(step(store, clock, random));
          }
        } finally {
          running.decrementAndGet();
        }
      });
    }
    pieces.add(() -> {
      while (running.get() > 0) {
        store.expire(clock.advance(STEP));
      }
    });
    Threads.together(pieces);
    store.expire(clock.advance(1_000 * STEP));
    store.expire(clock.advance(1_000 * STEP));
    observer.told().stream()
        .filter(told -> told.kind() == RecordingObserver.Kind.EXPIRED)
        .forEach(told -> ends.ended.add(told.ended()));
    assertThat(observer.outOfOrder()).isEmpty();
    assertThat(observer.told()).isNotEmpty();
    ends.assertOnce();
    store.close();
  }

  private static @Nullable Applied<Integer> step(
      Store<Integer, Integer> store, ManualClock clock, RandomGenerator random) {
    int key = random.nextInt(KEYS);
    long now = clock.nanos();
    Lives lives = Lives.of(1 + random.nextLong(6 * STEP));
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
      Map<StoredEntry<Integer>, Integer> counts = new IdentityHashMap<>();
      begun.forEach(entry -> counts.put(entry, 0));
      ended.forEach(entry -> counts.merge(entry, 1, Integer::sum));
      assertThat(counts).hasSize(begun.size());
      assertThat(counts.values()).allMatch(count -> count == 1);
    }
  }

  @Test
  void clearIsOneInstant() {
    Store<Integer, Integer> store = create(new RecordingObserver<>(), new ManualClock());
    assertThat(StoreChecks.halfCleared(store, 20_000)).isZero();
  }

  @Test
  void noFillFollowsAChange() {
    Store<Integer, Integer> store = create(new RecordingObserver<>(), new ManualClock());
    assertThat(StoreChecks.staleFills(store, 20_000)).isZero();
  }

  @Test
  void compareAndSetLosesNothing() {
    Store<Integer, Integer> store = create(new RecordingObserver<>(), new ManualClock());
    assertThat(StoreChecks.lostUpdates(store, 50_000)).isZero();
  }
}
