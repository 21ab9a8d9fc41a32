package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.nodes.Freshness.Plan;
import io.nearside.nodes.KeyHistory.Losing;
import io.nearside.nodes.Load.Fault;
import io.nearside.nodes.Load.Window;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How old several JVMs' answers are while a server or its connections fail. */
@Timeout(120)
class FreshnessIT {
  private static final int NODES = 3;
  private static final int TIMES = 4;
  private static final Duration SILENCE = Duration.ofSeconds(10);

  @Test
  @Tag(Nodes.SOAK)
  void killedAndStartedAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = nodes(server)) {
      Freshness.run(
              nodes,
              Plan.of("kill -9", nodes).losing(Losing.EVERYTHING),
              once(() -> {
                server.kill();
                Load.last(Duration.ofMillis(500));
                server.restart();
              }))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void stoppedForFiveSeconds() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = nodes(server)) {
      Freshness.run(
              nodes,
              Plan.of("SIGSTOP 5 s", nodes),
              once(() -> {
                server.pause();
                Load.last(Duration.ofSeconds(5));
                server.resume();
              }))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void subscriptionsKilledAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = nodes(server)) {
      Freshness.run(
              nodes,
              Plan.of("CLIENT KILL TYPE pubsub", nodes),
              repeated(() -> server.call("CLIENT", "KILL", "TYPE", "pubsub")))
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void connectionsKilledAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = nodes(server)) {
      Freshness.run(
              nodes,
              Plan.of("CLIENT KILL TYPE normal", nodes),
              repeated(() -> server.call("CLIENT", "KILL", "TYPE", "normal")))
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void oneNodeCutOffInSilence() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        Nodes nodes = nodes(server, proxy)) {
      Freshness.run(
              nodes, Plan.of("one node in silence", nodes), during(proxy::silence, proxy::heal))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  void oneNodesSubscriptionsInSilence() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        Nodes nodes = nodes(server, proxy)) {
      Freshness.run(
              nodes,
              Plan.of("one node's subscriptions in silence", nodes),
              during(proxy::silenceSubscribers, proxy::heal))
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void everythingFlushedAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = nodes(server)) {
      Freshness.run(
              nodes,
              Plan.of("FLUSHALL", nodes).losing(Losing.EVERYTHING),
              repeated(() -> server.call("FLUSHALL")))
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  /**
   * Nobody notices that heads are gone before Redis is asked for something of their partitions;
   * from then on no copy outlives them. A key that only copies answer for is as one that was
   * evicted.
   */
  @Test
  @Tag(Nodes.SOAK)
  void headsDeletedAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = nodes(server)) {
      Freshness.run(
              nodes,
              Plan.of("heads deleted", nodes)
                  .losing(nodes.bound().isZero() ? Losing.EVERYTHING : Losing.ANYTHING),
              repeated(() -> deleteHeads(server)))
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  private static void deleteHeads(RedisServer server) throws IOException {
    List<Object> words = new ArrayList<>(List.of("DEL"));
    words.addAll(await().until(() -> server.keys("*!h"), heads -> !heads.isEmpty()));
    server.call(words.toArray());
  }

  /** The harness catches what it is there for, and nothing else. */
  @Test
  void aNodeThatAnswersThreeSecondsLateIsFoundOut() throws Exception {
    Duration bound = Duration.ofSeconds(2);
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Ages late = late(nodes, bound, Duration.ofSeconds(3));
      assertThat(late.longest()).isBetween(bound, Duration.ofMillis(3_500));
      assertThat(late.older()).isPositive();
      assertThat(late.afterFaults()).isPositive();
      assertThat(late.unreadOwn()).isPositive();
      assertThat(late.strange()).isZero();
      assertThat(late.complaints()).isNotEmpty();

      Ages inTime = late(nodes, bound, Duration.ofSeconds(1));
      assertThat(inTime.longest()).isBetween(Duration.ofMillis(500), bound);
      assertThat(inTime.older()).isZero();
      assertThat(inTime.afterFaults()).isZero();
      assertThat(inTime.strange()).isZero();
    }
  }

  /** One of the nodes is late. */
  private static Ages late(Nodes nodes, Duration bound, Duration time) throws Exception {
    Plan plan = Plan.of("late for " + time, nodes).bound(bound).lagging(1, time);
    Freshness run = Freshness.run(nodes, plan, List::of);
    return run.wentWellBeforeAndAfter().ages();
  }

  private static Nodes nodes(RedisServer server) throws Exception {
    return Nodes.sharing(Nodes.NEAREST, NODES, server.address(), Map.of());
  }

  /** The first node goes through the proxy. */
  private static Nodes nodes(RedisServer server, TcpProxy proxy) throws Exception {
    return Nodes.sharing(
        Nodes.NEAREST, NODES, node -> node == 0 ? proxy.address() : server.address(), Map.of());
  }

  private static Load.Faults once(Fault fault) {
    return () -> List.of(Window.of(fault));
  }

  private static Load.Faults during(Runnable begin, Runnable end) {
    return once(() -> {
      begin.run();
      Load.last(SILENCE);
      end.run();
    });
  }

  private static Load.Faults repeated(Fault fault) {
    return () -> {
      List<Window> windows = new ArrayList<>();
      for (int i = 0; i < TIMES; i++) {
        windows.add(Window.of(fault));
        Load.last(Duration.ofMillis(250));
      }
      return windows;
    };
  }
}
