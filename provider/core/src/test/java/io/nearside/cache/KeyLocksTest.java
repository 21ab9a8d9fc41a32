package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.cache.KeyLocks.Held;
import io.nearside.store.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeyLocksTest {
  private final KeyLocks<Object> locks = new KeyLocks<>("orders");

  /** A key whose hash code is not its own. */
  private record Tied(String name) {
    @Override
    public int hashCode() {
      return 7;
    }
  }

  @Test
  void oneThreadAtATimeHoldsAKey() {
    int[] counts = new int[3]; // plain, so that any overlap loses increments
    List<Threads.Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pieces.add(() -> {
        for (int n = 0; n < 30_000; n++) {
          int key = n % counts.length;
          Held held = locks.lock(key);
          try {
            counts[key]++;
          } finally {
            locks.unlock(key, held);
          }
        }
      });
    }
    Threads.together(pieces);
    assertThat(counts).containsOnly(40_000);
    assertThat(locks.idle()).isTrue();
  }

  @Test
  void otherKeysAreFree() throws Exception {
    Held held = locks.lock("a");
    Thread other = new Thread(() -> locks.unlock("b", locks.lock("b")));
    other.start();
    other.join();
    assertThat(locks.heldHere("a")).isTrue();
    assertThat(locks.heldHere("b")).isFalse();
    assertThat(locks.idle()).isFalse();
    locks.unlock("a", held);
    assertThat(locks.heldHere("a")).isFalse();
    assertThat(locks.idle()).isTrue();
  }

  @Test
  void aHolderThatLocksAgainIsRefused() {
    Held held = locks.lock("a");
    assertThatThrownBy(() -> locks.lock("a"))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cache \"orders\"")
        .hasMessageContaining("MutableEntry");
    assertThat(locks.heldHere("a")).isTrue();
    locks.unlock("a", held);
    assertThat(locks.idle()).isTrue();
  }

  @Test
  void aKeyHeldElsewhereIsNotHeldHere() throws Exception {
    Held held = locks.lock("a");
    AtomicBoolean there = new AtomicBoolean(true);
    Thread other = new Thread(() -> there.set(locks.heldHere("a")));
    other.start();
    other.join();
    assertThat(there).isFalse();
    locks.unlock("a", held);
  }

  /** Waiters get the lock in the order of their coming, though the holder asks again at once. */
  @Test
  void nobodyIsStarved() throws Exception {
    Held first = locks.lock("a");
    List<Integer> order = new ArrayList<>(); // guarded by the lock under test
    List<Thread> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      Thread waiter =
          new Thread(() -> {
            Held held = locks.lock("a");
            order.add(number);
            locks.unlock("a", held);
          });
      waiter.start();
      waiters.add(waiter);
      await().until(() -> waiter.getState() == Thread.State.WAITING);
    }
    locks.unlock("a", first);
    for (Thread waiter : waiters) {
      waiter.join();
    }
    Held last = locks.lock("a");
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
    locks.unlock("a", last);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void aCircleIsRefusedAndNobodyHangs(int threads) {
    for (int round = 0; round < 200; round++) {
      AtomicInteger refused = new AtomicInteger();
      AtomicInteger passed = new AtomicInteger();
      CyclicBarrier allHold = new CyclicBarrier(threads);
      List<Threads.Piece> pieces = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int mine = i;
        int next = (i + 1) % threads;
        pieces.add(() -> {
          Held outer = locks.lock(mine);
          try {
            allHold.await();
            Held inner = locks.lock(next);
            passed.incrementAndGet();
            locks.unlock(next, inner);
          } catch (CacheException e) {
            assertThat(e).hasMessageContaining("cache \"orders\"");
            refused.incrementAndGet();
          } finally {
            locks.unlock(mine, outer);
          }
        });
      }
      Threads.together(pieces);
      assertThat(refused.get()).isPositive();
      assertThat(refused.get() + passed.get()).isEqualTo(threads);
      assertThat(locks.idle()).isTrue();
    }
  }

  @Test
  void aCircleThroughTwoCachesIsRefused() {
    KeyLocks<Object> others = new KeyLocks<>("customers");
    AtomicInteger refused = new AtomicInteger();
    CyclicBarrier bothHold = new CyclicBarrier(2);
    Threads.together(
        () -> crosswise(locks, others, bothHold, refused),
        () -> crosswise(others, locks, bothHold, refused));
    assertThat(refused.get()).isPositive();
    assertThat(locks.idle()).isTrue();
    assertThat(others.idle()).isTrue();
  }

  private static void crosswise(
      KeyLocks<Object> mine, KeyLocks<Object> theirs, CyclicBarrier bothHold, AtomicInteger refused)
      throws Exception {
    Held outer = mine.lock(1);
    try {
      bothHold.await();
      theirs.unlock(1, theirs.lock(1));
    } catch (CacheException e) {
      refused.incrementAndGet();
    } finally {
      mine.unlock(1, outer);
    }
  }

  @Test
  void whoOnlyWaitsIsNotRefused() throws Exception {
    Held held = locks.lock("a");
    CountDownLatch got = new CountDownLatch(1);
    Thread waiter =
        new Thread(() -> {
          Held mine = locks.lock("b");
          locks.unlock("a", locks.lock("a"));
          locks.unlock("b", mine);
          got.countDown();
        });
    waiter.start();
    await().until(held::isAwaited);
    locks.unlock("a", held);
    got.await();
    assertThat(locks.idle()).isTrue();
  }

  @Test
  void manyLocksInAnyOrderDoNotHang() {
    List<Object> keys = List.of("a", "b", "c", "d");
    List<Object> reversed = List.of("d", "c", "b", "a");
    int[] count = new int[1];
    Threads.Piece forth = () -> lockMany(keys, count);
    Threads.Piece back = () -> lockMany(reversed, count);
    Threads.together(forth, back, forth, back);
    assertThat(count[0]).isEqualTo(20_000);
    assertThat(locks.idle()).isTrue();
  }

  @Test
  void keysOfOneHashCodeHaveAnOrderToo() {
    List<Object> keys = List.of(new Tied("a"), new Tied("b"), new Tied("c"), 7);
    List<Object> reversed = List.of(7, new Tied("c"), new Tied("b"), new Tied("a"));
    int[] count = new int[1];
    Threads.Piece forth = () -> lockMany(keys, count);
    Threads.Piece back = () -> lockMany(reversed, count);
    Threads.together(forth, back, forth, back);
    assertThat(count[0]).isEqualTo(20_000);
    assertThat(locks.idle()).isTrue();
  }

  private void lockMany(List<Object> keys, int[] count) {
    for (int i = 0; i < 5_000; i++) {
      try (KeyLocks.Many<Object> many = locks.lockAll(keys)) {
        count[0]++;
      }
    }
  }

  /** Who holds a key and wants ties waits for who holds the ties and wants the key. */
  @Test
  void aCircleThroughTiesIsRefused() throws Exception {
    List<Object> keys = List.of(new Tied("a"), new Tied("b"));
    Held outer = locks.lock(keys.get(0));
    Thread other =
        new Thread(() -> {
          try (KeyLocks.Many<Object> many = locks.lockAll(keys)) {
            assertThat(locks.heldHere(keys.get(0))).isTrue();
          } catch (CacheException e) {
            // either may be the one who is refused
          }
        });
    other.start();
    await().until(outer::isAwaited);
    assertThatThrownBy(() -> locks.lockAll(List.of(new Tied("x"), new Tied("y"))))
        .isInstanceOf(CacheException.class);
    locks.unlock(keys.get(0), outer);
    other.join(Duration.ofSeconds(20).toMillis());
    assertThat(other.isAlive()).isFalse();
    assertThat(locks.idle()).isTrue();
  }

  @Test
  void lockAllThatIsRefusedHalfWayGivesBackWhatItGot() throws Exception {
    CyclicBarrier bothHold = new CyclicBarrier(2);
    CountDownLatch done = new CountDownLatch(1);
    Thread other =
        new Thread(() -> {
          Held mine = locks.lock(2);
          try {
            bothHold.await();
            locks.unlock(0, locks.lock(0)); // waits for the main thread
          } catch (Exception e) {
            throw new AssertionError(e);
          } finally {
            locks.unlock(2, mine);
            done.countDown();
          }
        });
    Held outer = locks.lock(0);
    other.start();
    bothHold.await();
    await().until(outer::isAwaited);
    assertThatThrownBy(() -> locks.lockAll(List.of(1, 2))).isInstanceOf(CacheException.class);
    assertThat(locks.heldHere(1)).isFalse();
    locks.unlock(0, outer);
    done.await();
    await().until(locks::idle);
  }
}
