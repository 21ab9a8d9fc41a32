package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Clock;
import io.nearside.store.remote.Scripts.RoomCall;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScoredSortedSet;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

/** Which loads may begin where those of all nodes are bounded, and who is told of room. */
@Tag("any-jdk")
class LoadRoomScriptTest extends ScriptTest {
  private static final Layout LAYOUT = new Layout("ns", "orders", 1, 8);
  private static final List<String> NAMES = List.of(LAYOUT.loadRoom(), LAYOUT.loadLine());
  private static final List<Long> NONE = List.of();

  private final Scripts one = of(1);
  private final Scripts two = of(2);
  private final Scripts three = of(3);

  private Scripts of(int node) {
    return new Scripts(connection, Clock.system(), new Channels(null, null, (long) node << 32));
  }

  private static int ask(Scripts node, int most, long life, Long... wanted) {
    return node.loadRoom(new RoomCall(NAMES, most, life, true, NONE, NONE, List.of(wanted)));
  }

  private static int ask(Scripts node, Long... wanted) {
    return ask(node, 2, LEASE, wanted);
  }

  private static void end(Scripts node, Long... ended) {
    node.loadRoom(new RoomCall(NAMES, 2, LEASE, false, List.of(ended), NONE, NONE));
  }

  private static void giveUp(Scripts node) {
    ask(node);
  }

  private int running() {
    RScoredSortedSet<byte[]> room =
        client.getScoredSortedSet(LAYOUT.loadRoom(), ByteArrayCodec.INSTANCE);
    return room.size();
  }

  private int waiting() {
    return client.getList(LAYOUT.loadLine(), ByteArrayCodec.INSTANCE).size();
  }

  @Test
  void noMoreThanTheBoundRunAtATime() {
    assertThat(ask(one, 1L)).isEqualTo(1);
    assertThat(ask(two, 21L, 22L, 23L)).isEqualTo(1);
    assertThat(ask(three, 31L)).isZero();
    assertThat(running()).isEqualTo(2);
    end(one, 1L);
    assertThat(running()).isEqualTo(1);
    assertThat(ask(two, 22L, 23L)).isEqualTo(1);
  }

  @Test
  void oneCallMayEndSomeAndBeginOthers() {
    assertThat(ask(one, 1L, 2L)).isEqualTo(2);
    RoomCall both = new RoomCall(NAMES, 2, LEASE, true, List.of(1L, 2L), NONE, List.of(3L, 4L, 5L));
    assertThat(one.loadRoom(both)).isEqualTo(2);
    assertThat(running()).isEqualTo(2);
  }

  @Test
  void nodesTakeTurns() {
    assertThat(ask(one, 1, LEASE, 1L)).isEqualTo(1);
    assertThat(ask(two, 1, LEASE, 21L, 22L)).isZero();
    assertThat(ask(three, 1, LEASE, 31L)).isZero();
    RoomCall again = new RoomCall(NAMES, 1, LEASE, true, List.of(1L), NONE, List.of(2L));
    assertThat(one.loadRoom(again)).as("who has just had it").isZero();
    assertThat(ask(three, 1, LEASE, 31L)).as("who came later").isZero();
    assertThat(ask(two, 1, LEASE, 21L, 22L)).isEqualTo(1);
    end(two, 21L);
    assertThat(ask(two, 1, LEASE, 22L)).as("back at the end of the line").isZero();
    assertThat(ask(one, 1, LEASE, 2L)).isZero();
    assertThat(ask(three, 1, LEASE, 31L)).isEqualTo(1);
    end(three, 31L);
    assertThat(ask(one, 1, LEASE, 2L)).isEqualTo(1);
    end(one, 2L);
    assertThat(ask(two, 1, LEASE, 22L)).isEqualTo(1);
    assertThat(waiting()).isZero();
  }

  @Test
  void whoGivesUpIsWaitedForByNobody() {
    assertThat(ask(one, 1L, 2L)).isEqualTo(2);
    assertThat(ask(two, 21L)).isZero();
    assertThat(ask(three, 31L)).isZero();
    assertThat(waiting()).isEqualTo(2);
    giveUp(two);
    assertThat(waiting()).isEqualTo(1);
    end(one, 1L);
    assertThat(ask(three, 31L)).isEqualTo(1);
  }

  @Test
  void theDeadLoseTheirRoomAndTheirPlaceInLine() {
    assertThat(ask(one, 2, 200, 1L, 2L)).isEqualTo(2);
    assertThat(ask(two, 2, 200, 21L)).isZero();
    assertThat(ask(three, 31L, 32L)).isZero();
    await().untilAsserted(() -> assertThat(ask(three, 31L, 32L)).isEqualTo(2));
    assertThat(waiting()).isZero();
  }

  @Test
  void whatGoesOnIsProlongedAndCountsAgainAfterAFlush() {
    assertThat(ask(one, 1L, 2L)).isEqualTo(2);
    client.getKeys().flushall();
    one.loadRoom(new RoomCall(NAMES, 2, HOUR, false, NONE, List.of(1L, 2L), NONE));
    assertThat(running()).isEqualTo(2);
    assertThat(client.getScoredSortedSet(LAYOUT.loadRoom()).remainTimeToLive())
        .isGreaterThan(LEASE);
    assertThat(ask(two, 21L)).isZero();
  }

  @Test
  void theFirstInLineIsToldOfRoom() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    client
        .getTopic(LAYOUT.loads(), StringCodec.INSTANCE)
        .addListener(String.class, (channel, message) -> heard.add(message));
    ask(one, 1L, 2L);
    ask(two, 21L);
    ask(three, 31L);
    assertThat(heard).isEmpty();
    end(one, 1L);
    await().untilAsserted(() -> assertThat(heard).containsExactly(LAYOUT.loadRoom() + "00000002"));
    assertThat(ask(two, 21L)).isEqualTo(1);
    end(one, 2L);
    await().until(() -> heard.size() == 2);
    assertThat(heard).last().isEqualTo(LAYOUT.loadRoom() + "00000003");
    client.getTopic(LAYOUT.loads(), StringCodec.INSTANCE).removeAllListeners();
  }
}
