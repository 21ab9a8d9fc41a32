package io.nearside.store;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

/** Races that a store must withstand; each returns how often it did not. */
public final class StoreChecks {
  private static final Clock STILL = new ManualClock();

  private StoreChecks() {}

  public static int halfCleared(Store<Integer, Integer> store, int rounds) {
    return halfCleared(store, STILL, rounds);
  }

  /** Rounds in which a reader saw one key cleared and, later, another one not. */
  public static int halfCleared(Store<Integer, Integer> store, Clock clock, int rounds) {
    AtomicInteger wrong = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(3);
    Threads.together(
        () -> {
          for (int i = 0; i < rounds; i++) {
            for (int key = 0; key < 16; key++) {
              store.apply(key, Change.put(i, Lives.FOR_EVER), clock.nanos());
            }
            barrier.await();
            store.clear();
            barrier.await();
          }
        },
        () -> watch(store, clock, barrier, rounds, wrong, false),
        () -> watch(store, clock, barrier, rounds, wrong, true));
    return wrong.get();
  }

  private static void watch(
      Store<Integer, Integer> store,
      Clock clock,
      CyclicBarrier barrier,
      int rounds,
      AtomicInteger wrong,
      boolean backwards)
      throws Exception {
    for (int i = 0; i < rounds; i++) {
      barrier.await();
      boolean gone = false;
      for (int n = 0; n < 16; n++) {
        boolean there =
            store.peek(backwards ? 15 - n : n, clock.nanos()) instanceof StoredEntry<Integer>;
        if (gone && there) {
          wrong.incrementAndGet();
          break;
        }
        gone |= !there;
      }
      barrier.await();
    }
  }

  /** Rounds in which something was read of before a clear that had returned. */
  public static int leftByClear(Store<Integer, Integer> store, Clock clock, int rounds) {
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger cleared = new AtomicInteger(-1);
    CyclicBarrier barrier = new CyclicBarrier(3);
    Threads.Piece reader =
        () -> {
          for (int round = 0; round < rounds; round++) {
            barrier.await();
            boolean after;
            do {
              after = cleared.get() == round;
              for (int key = 0; key < 4; key++) {
                if (store.read(key, clock.nanos()) instanceof StoredEntry<Integer> && after) {
                  wrong.incrementAndGet();
                }
              }
              Thread.yield();
            } while (!after);
            barrier.await();
          }
        };
    Threads.together(
        () -> {
          for (int round = 0; round < rounds; round++) {
            for (int key = 0; key < 4; key++) {
              store.apply(key, Change.put(round, Lives.FOR_EVER), clock.nanos());
            }
            barrier.await();
            store.clear();
            cleared.set(round);
            barrier.await();
          }
        },
        reader,
        reader);
    return wrong.get();
  }

  public static int staleFills(Store<Integer, Integer> store, int rounds) {
    return staleFills(store, STILL, rounds);
  }

  /** Rounds in which a load that began before a removal was stored after it. */
  public static int staleFills(Store<Integer, Integer> store, Clock clock, int rounds) {
    AtomicInteger wrong = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(2);
    Threads.together(
        () -> {
          for (int i = 0; i < rounds; i++) {
            Reservation reservation = store.reserve(1);
            barrier.await();
            store.fill(1, reservation, Change.putIfAbsent(i, Lives.FOR_EVER), clock.nanos());
            barrier.await();
          }
        },
        () -> {
          for (int i = 0; i < rounds; i++) {
            barrier.await();
            store.apply(1, Change.remove(), clock.nanos());
            barrier.await();
            if (store.peek(1, clock.nanos()) instanceof StoredEntry<Integer>) {
              wrong.incrementAndGet();
            }
            store.apply(1, Change.remove(), clock.nanos());
          }
        });
    return wrong.get();
  }

  public static int lostUpdates(Store<Integer, Integer> store, int increments) {
    return lostUpdates(store, STILL, increments);
  }

  /** Increments by compare-and-set that got lost. */
  public static int lostUpdates(Store<Integer, Integer> store, Clock clock, int increments) {
    store.apply(1, Change.put(0, Lives.FOR_EVER), clock.nanos());
    Threads.Piece piece =
        () -> {
          for (int i = 0; i < increments; i++) {
            while (!increment(store, clock)) {
              Thread.onSpinWait();
            }
          }
        };
    Threads.together(piece, piece);
    return 2 * increments
        - (store.peek(1, clock.nanos()) instanceof StoredEntry<Integer> e ? e.value() : 0);
  }

  private static boolean increment(Store<Integer, Integer> store, Clock clock) {
    return store.read(1, clock.nanos()) instanceof StoredEntry<Integer> seen
        && store
            .apply(1, Change.replace(seen, seen.value() + 1, Lives.FOR_EVER), clock.nanos())
            .done();
  }
}
