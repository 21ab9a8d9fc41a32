package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** The way of messages to the thread of the bus. */
class BusLaneTest {
  private final List<String> heard = new ArrayList<>();
  private final Queue<Runnable> thread = new ArrayDeque<>();
  private boolean fails;

  private final BusLane lane =
      new BusLane(
          "redis://server",
          thread::add,
          new BusLane.Hearing() {
            @Override
            public void subscribed() {
              heard.add("subscribed");
            }

            @Override
            public void lost() {
              heard.add("lost");
            }

            @Override
            public void message(byte[] message) {
              if (fails) {
                throw new IllegalStateException("on purpose");
              }
              heard.add("message " + message[0]);
            }

            @Override
            public void gone() {
              heard.add("gone");
            }
          },
          3);

  private void run() {
    while (!thread.isEmpty()) {
      thread.remove().run();
    }
  }

  private void say(int number) {
    lane.message(new byte[] {(byte) number});
  }

  @Test
  void everythingComesInOrder() {
    lane.subscribed();
    say(1);
    say(2);
    lane.lost();
    lane.subscribed();
    say(3);
    lane.gone();
    say(4);
    run();
    assertThat(heard)
        .containsExactly(
            "subscribed", "message 1", "message 2", "lost", "subscribed", "message 3", "gone");
  }

  @Test
  void whatComesBeforeASubscriptionDoesNotCount() {
    say(1);
    lane.lost();
    lane.subscribed();
    lane.lost();
    lane.lost();
    say(2);
    run();
    assertThat(heard).containsExactly("subscribed", "lost");
  }

  @Test
  void tooManyAreAsGoodAsALostConnection() {
    lane.subscribed();
    for (int i = 1; i <= 9; i++) {
      say(i);
    }
    run();
    assertThat(heard).containsExactly("subscribed", "message 1", "message 2", "message 3", "lost");
    say(10);
    run();
    assertThat(heard.subList(5, heard.size())).containsExactly("subscribed", "message 10");
  }

  @Test
  void whileSomeStillWaitNothingIsHeardAgain() {
    lane.subscribed();
    for (int i = 1; i <= 4; i++) {
      say(i);
    }
    thread.remove().run();
    thread.remove().run();
    say(5);
    run();
    assertThat(heard).doesNotContain("message 4", "message 5").endsWith("lost");
  }

  @Test
  void whatCouldNotBeHandledWasNotHeard() {
    lane.subscribed();
    fails = true;
    say(1);
    run();
    fails = false;
    say(2);
    run();
    assertThat(heard).containsExactly("subscribed", "lost", "subscribed", "message 2");
  }
}
