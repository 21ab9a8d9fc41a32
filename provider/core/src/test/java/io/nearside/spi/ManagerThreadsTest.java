package io.nearside.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagerThreadsTest {
  private final ManagerThreads threads =
      new ManagerThreads(ManagerThreadsTest.class.getClassLoader());
  private final CountDownLatch release = new CountDownLatch(1);
  private final Set<Thread> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger done = new AtomicInteger();

  @AfterEach
  void close() {
    release.countDown();
    threads.close();
  }

  private void stick() {
    seen.add(Thread.currentThread());
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    done.incrementAndGet();
  }

  @Test
  void eventThreadsComeAsTheyAreNeededAndTheRestWaits() {
    int tasks = ManagerThreads.EVENT_THREADS + 36;
    for (int i = 0; i < tasks; i++) {
      threads.events().execute(this::stick);
    }
    await().until(() -> seen.size() == ManagerThreads.EVENT_THREADS);
    release.countDown();
    await().until(() -> done.get() == tasks);
    assertThat(seen).hasSize(ManagerThreads.EVENT_THREADS);
  }

  @Test
  void anIdleEventThreadIsUsedAgain() {
    for (int i = 1; i <= 20; i++) {
      int number = i;
      threads
          .events()
          .execute(() -> {
            seen.add(Thread.currentThread());
            done.incrementAndGet();
          });
      await().until(() -> done.get() == number && idle());
    }
    assertThat(seen).hasSize(1);
  }

  private boolean idle() {
    return seen.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void afterCloseEventsAreRefused() {
    threads.close();
    assertThatThrownBy(() -> threads.events().execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
