package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.RecordingObserver;
import io.nearside.store.remote.Mark.Kind;
import io.nearside.store.remote.RemoteCounters.Oddity;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Events of other nodes and own changes, brought into one order. */
class EventOrderTest {
  private static final long OWN = 1;
  private static final long OTHER = 2;
  private static final String NAME = "{n:c:v1#0}:s:a";

  private final RemoteCounters counters = new RemoteCounters("orders", new RecordingObserver<>());
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** What tells; run by hand. */
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private final EventOrder.Teller teller =
      new EventOrder.Teller() {
        @Override
        public void tell(RemoteEvent event) {
          told.add("other " + event.mark().version());
        }

        @Override
        public void told() {}
      };

  private EventOrder order(long patienceNanos) {
    EventOrder order = new EventOrder(OWN, tasks::add, patienceNanos, counters);
    order.begin(teller);
    order.hear();
    return order;
  }

  private void work() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static RemoteEvent event(long origin, long version) {
    return new RemoteEvent(mark(version), origin, new byte[100], null);
  }

  private static Mark mark(long version) {
    return new Mark(NAME, Kind.UPDATED, version);
  }

  private void change(EventOrder order, long version) {
    int stripe = KeyOrder.stripe(NAME);
    order.enter(stripe);
    order.inTurn(mark(version), version, () -> told.add("own " + version));
    order.leave(stripe);
  }

  @Test
  void anOwnChangeWaitsForWhatWasBeforeIt() {
    EventOrder order = order(TimeUnit.HOURS.toNanos(1));
    Thread changing = new Thread(() -> change(order, 2));
    changing.start();
    await().until(() -> changing.getState() == Thread.State.TIMED_WAITING);
    order.add(event(OTHER, 1));
    order.add(event(OWN, 2));
    order.add(event(OTHER, 3));
    assertThat(told).isEmpty();

    work();
    await().until(() -> !changing.isAlive());
    work();

    assertThat(told).containsExactly("other 1", "own 2", "other 3");
  }

  @Test
  void whatIsBehindAnOwnChangeWaitsForIt() {
    EventOrder order = order(TimeUnit.HOURS.toNanos(1));
    int stripe = KeyOrder.stripe(NAME);
    order.enter(stripe);
    order.add(event(OTHER, 1));
    order.add(event(OWN, 2));
    order.add(event(OTHER, 3));
    work();
    assertThat(told).containsExactly("other 1");

    order.inTurn(mark(2), 2, () -> told.add("own 2"));
    work();
    order.leave(stripe);

    assertThat(told).containsExactly("other 1", "own 2", "other 3");
  }

  @Test
  void anOwnChangeOfUnknownEndHoldsNobodyUp() {
    EventOrder order = order(TimeUnit.HOURS.toNanos(1));
    int stripe = KeyOrder.stripe(NAME);
    order.enter(stripe);
    order.add(event(OWN, 2));
    order.add(event(OTHER, 3));
    work();
    assertThat(told).isEmpty();

    order.leave(stripe); // it was not answered in time
    work();

    assertThat(told).containsExactly("other 3");
  }

  /** Its thread never learns that it was made, and so can't tell it. */
  @Test
  void anOwnChangeThatWasMadeWithoutAnAnswerIsToldByItsEvent() {
    EventOrder order = order(TimeUnit.HOURS.toNanos(1));
    int stripe = KeyOrder.stripe(NAME);
    order.enter(stripe);
    order.add(event(OWN, 2));
    order.unanswered(NAME, 0); // the nonce of the event's envelope
    order.leave(stripe);
    order.add(event(OTHER, 3));
    work();
    assertThat(told).containsExactly("other 2", "other 3");

    order.enter(stripe);
    order.unanswered(NAME, 0);
    order.leave(stripe);
    order.add(event(OTHER, 4));
    order.add(event(OWN, 5)); // later than the failure
    order.add(event(OWN, 6)); // of somebody who told it already
    work();
    assertThat(told).containsExactly("other 2", "other 3", "other 4", "other 5");
  }

  @Test
  void anOwnChangeThatWasNotMadeAfterAllIsForgotten() {
    EventOrder order = order(TimeUnit.HOURS.toNanos(1));
    int stripe = KeyOrder.stripe(NAME);
    order.enter(stripe);
    order.unanswered(NAME, 0);
    order.leave(stripe);
    order.enter(stripe);
    order.add(event(OWN, 7));
    order.inTurn(mark(7), 7, () -> told.add("own 7"));
    order.leave(stripe);
    order.add(event(OWN, 8));
    work();
    assertThat(told).containsExactly("own 7");
  }

  @Test
  void ownChangesOfOneCallAreToldInWhateverOrder() {
    EventOrder order = order(TimeUnit.HOURS.toNanos(1));
    int stripe = KeyOrder.stripe(NAME);
    order.enter(stripe);
    order.add(event(OWN, 1));
    order.add(event(OWN, 2));
    order.add(event(OTHER, 3));

    order.inTurn(mark(2), 2, () -> told.add("own 2"));
    order.inTurn(mark(1), 1, () -> told.add("own 1"));
    order.leave(stripe);
    work();

    assertThat(told).containsExactly("own 2", "own 1", "other 3");
  }

  @Test
  void whatComesTooLateIsDroppedAndCounted() {
    EventOrder order = order(1);
    change(order, 2); // its event does not come back
    assertThat(told).containsExactly("own 2");

    order.add(event(OTHER, 1));
    order.add(event(OTHER, 3));
    work();

    assertThat(told).containsExactly("own 2", "other 3");
    assertThat(counters.count(Oddity.UNHEARD)).isEqualTo(1);
  }

  @Test
  void nobodyWaitsAgainUntilAnOwnEventHasComeBack() throws InterruptedException {
    EventOrder order = order(1);
    change(order, 1);
    EventOrder deaf = order(TimeUnit.HOURS.toNanos(1));
    deaf.end();
    deaf.begin(teller);
    change(deaf, 2); // would wait for an hour

    deaf.add(event(OWN, 2));
    Thread changing = new Thread(() -> change(deaf, 3));
    changing.start();
    await().until(() -> changing.getState() == Thread.State.TIMED_WAITING);
    deaf.add(event(OWN, 3));
    changing.join();

    assertThat(told).containsExactly("own 1", "own 2", "own 3");
  }

  @Test
  void noMoreWaitThanThereIsRoomFor() {
    EventOrder order = order(1);
    for (int i = 1; i <= EventOrder.MAXIMUM_QUEUED + 3; i++) {
      order.add(event(OTHER, i));
    }
    work();
    assertThat(told).hasSize(EventOrder.MAXIMUM_QUEUED);
    assertThat(counters.count(Oddity.UNHEARD)).isEqualTo(3);

    order.add(event(OTHER, 20_000));
    work();
    assertThat(told).endsWith("other 20000");
  }

  @Test
  void aTellerThatThrowsHoldsNobodyUp() {
    EventOrder order = new EventOrder(OWN, tasks::add, 1, counters);
    order.begin(
        new EventOrder.Teller() {
          @Override
          public void tell(RemoteEvent event) {
            told.add("" + event.mark().version());
            throw new IllegalStateException("no");
          }

          @Override
          public void told() {}
        });
    order.add(event(OTHER, 1));
    order.add(event(OTHER, 2));
    work();

    assertThat(told).containsExactly("1", "2");
    assertThat(counters.count(Oddity.UNHEARD)).isEqualTo(2);
  }
}
