package io.nearside.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.store.Threads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LaneTest {
  private final Lane lane = new Lane();
  private final List<Integer> delivered = Collections.synchronizedList(new ArrayList<>());

  private Delivery add(int number) {
    return add(() -> delivered.add(number));
  }

  private Delivery add(Runnable call) {
    Delivery delivery = new Delivery(new ListenerLog("lanes"), call, true);
    lane.add(delivery);
    return delivery;
  }

  @Test
  void whoAwaitsDeliversWhatCameBefore() {
    add(1);
    add(2);
    Delivery third = add(3);
    assertThat(delivered).isEmpty();
    lane.await(third);
    assertThat(delivered).containsExactly(1, 2, 3);
    lane.await(third);
    assertThat(delivered).hasSize(3);
  }

  @Test
  void oneThatFailsDoesNotEndTheOthers() {
    Delivery failing =
        add(() -> {
          throw new IllegalArgumentException("listener");
        });
    Delivery dying =
        add(() -> {
          throw new AssertionError("listener");
        });
    lane.await(add(1));
    assertThat(delivered).containsExactly(1);
    assertThat(failing.failure()).isInstanceOf(IllegalArgumentException.class);
    assertThat(dying.failure()).hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  void whoAwaitsAnotherThreadsWorkReturnsWhenItIsDone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Delivery slow =
        add(() -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    Thread worker = new Thread(() -> lane.await(slow));
    worker.start();
    begun.await();
    Delivery mine = add(7);
    AtomicReference<Thread> by = new AtomicReference<>();
    add(() -> by.set(Thread.currentThread()));
    Thread waiter = new Thread(() -> lane.await(mine));
    waiter.start();
    await().until(() -> waiter.getState() == Thread.State.WAITING);
    assertThat(delivered).isEmpty();
    go.countDown();
    waiter.join();
    worker.join();
    assertThat(delivered).containsExactly(7);
    assertThat(by).hasValue(worker);
  }

  @Test
  void aNestedAttemptLeavesTheWorkToTheOuterOne() {
    Delivery outer =
        add(() -> {
          assertThat(Delivery.inListener()).isTrue();
          add(2);
          lane.tryWorkOff();
          delivered.add(1);
        });
    lane.await(outer);
    assertThat(delivered).containsExactly(1, 2);
    assertThat(Delivery.inListener()).isFalse();
  }

  @Test
  void deliveriesAreMadeOneAtATimeInOrderAndOnce() {
    int threads = 4;
    int each = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    int[] last = new int[threads]; // plain: one at a time, each seeing the one before
    AtomicInteger count = new AtomicInteger();
    AtomicInteger disorder = new AtomicInteger();
    ExecutorService executor = Executors.newFixedThreadPool(2);
    List<Threads.Piece> pieces = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      pieces.add(() -> {
        for (int i = 1; i <= each; i++) {
          int number = i;
          Delivery delivery =
              add(() -> {
                overlaps.addAndGet(inside.getAndIncrement());
                if (last[thread] != number - 1) {
                  disorder.incrementAndGet();
                }
                last[thread] = number;
                count.incrementAndGet();
                inside.decrementAndGet();
              });
          if (thread % 2 == 0) {
            lane.await(delivery);
          } else {
            lane.workOff(executor);
          }
        }
      });
    }
    try {
      Threads.together(pieces);
      await().until(() -> count.get() == threads * each);
      assertThat(overlaps).hasValue(0);
      assertThat(disorder).hasValue(0);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void anExecutorThatRefusesLeavesTheLaneToOthers() {
    Delivery delivery = add(1);
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("full");
        };
    lane.workOff(refusing);
    lane.offer(refusing);
    lane.await(delivery);
    assertThat(delivered).containsExactly(1);
  }

  @Test
  void anExecutorThatFailsLeavesTheLaneToOthers() {
    Delivery delivery = add(1);
    Executor failing =
        task -> {
          throw new OutOfMemoryError("no thread");
        };
    assertThatThrownBy(() -> lane.workOff(failing)).isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(() -> lane.offer(failing)).isInstanceOf(OutOfMemoryError.class);
    lane.await(delivery);
    assertThat(delivered).containsExactly(1);
  }

  /** All its threads may be stuck in other listeners. */
  @Test
  void whoAwaitsDoesNotWaitForABusyExecutor() {
    List<Runnable> tasks = new ArrayList<>();
    Delivery delivery = add(1);
    lane.offer(tasks::add);
    lane.offer(tasks::add);
    assertThat(tasks).hasSize(1);
    lane.await(delivery);
    assertThat(delivered).containsExactly(1);
    tasks.get(0).run();
    add(2);
    lane.offer(tasks::add);
    tasks.get(1).run();
    assertThat(delivered).containsExactly(1, 2);
  }

  /** The one who would have awaited it turned away between the delivery and now. */
  @Test
  void aFailureBeforeItsAbandonmentIsLoggedOnce() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.nearside.event");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      Delivery failing =
          add(() -> {
            throw new IllegalArgumentException("aFailureBeforeItsAbandonment");
          });
      lane.await(failing);
      failing.abandon();
      failing.abandon();
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .filteredOn(event -> event.getFormattedMessage().startsWith("cache \"lanes\": a listener"))
        .hasSize(1);
  }
}
