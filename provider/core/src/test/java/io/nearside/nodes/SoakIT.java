package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.nodes.Freshness.Plan;
import io.nearside.nodes.KeyHistory.Losing;
import io.nearside.nodes.Load.Window;
import io.nearside.store.Seeds;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/**
 * Two JVMs with caches of each mode, and a fault every ten seconds or so: in turn, reads and writes
 * of a fail-fast cache of which it is told how old the answers were, and calls of all kinds of
 * which it is told whether one map explains them; and in the background {@link Traffic} of
 * fail-safe caches. {@code -Dtest.soak.minutes=30} makes it long, {@code -Dtest.seed} replays its
 * faults.
 */
@Tag("any-jdk")
class SoakIT {
  private static final Duration LENGTH =
      Long.getLong("test.soak.minutes") == null
          ? Duration.ofSeconds(Nodes.STRESS ? 1_800 : 45)
          : Duration.ofMinutes(Long.getLong("test.soak.minutes"));

  private static final int NODES = 2;
  private static final long LOAD_MILLIS = 6_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How long after a fault it is still felt: a breaker's pause, a bound, a reconnect. */
  private static final Duration AFTERMATH = Duration.ofSeconds(4);

  private static final double AVAILABILITY = 0.9999;
  private static final int MORE_THREADS = 4;
  private static final int MORE_CLIENTS = 4;
  private static final long MORE_HEAP_KIB = 16 << 10;

  /** What is done to the server, or on the way of the first node to it. */
  private enum Kind {
    KILLED(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        server.kill();
        Load.last(time);
        server.restart();
      }
    },
    STOPPED(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        server.pause();
        Load.last(time);
        server.resume();
      }
    },
    CUT_OFF(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        proxy.cut();
        Load.last(time);
        proxy.heal();
      }
    },
    CUT_OFF_IN_SILENCE(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        proxy.silence();
        Load.last(time);
        proxy.heal();
      }
    },
    BUS_SILENT(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        proxy.silenceSubscribers();
        Load.last(time);
        proxy.heal();
      }
    },
    SLOW(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        proxy.delay(Duration.ofMillis(80));
        Load.last(time);
        proxy.heal();
      }
    },
    READONLY(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        server.call("REPLICAOF", RedisServer.HOST, 1);
        Load.last(time);
        server.call("REPLICAOF", "NO", "ONE");
      }
    },
    FULL(Losing.ANYTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        server.call("CONFIG", "SET", "maxmemory", 1);
        Load.last(time);
        server.call("CONFIG", "SET", "maxmemory", 0);
      }
    },
    FLUSHED(Losing.EVERYTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        server.call("FLUSHALL");
      }
    },
    CONNECTIONS_KILLED(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        server.call("CLIENT", "KILL", "TYPE", "normal");
        server.call("CLIENT", "KILL", "TYPE", "pubsub");
      }
    },
    SCRIPTS_FLUSHED(Losing.NOTHING) {
      @Override
      void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception {
        server.call("SCRIPT", "FLUSH");
      }
    };

    final Losing losing;

    Kind(Losing losing) {
      this.losing = losing;
    }

    abstract void happen(RedisServer server, TcpProxy proxy, Duration time) throws Exception;
  }

  private final List<Window> windows = new ArrayList<>();
  private final Map<Kind, Integer> happened = new TreeMap<>();
  private int undecided;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void nothingIsWrongAndNothingIsLeft() throws Exception {
    long seed = Seeds.seed("SoakIT");
    RandomGenerator random = Seeds.random(seed);
    Map<String, String> settings =
        Map.of(
            "nearside.caches.loaded.degraded.mode", "fail-safe",
            "nearside.caches.lenient.degraded.mode", "fail-safe",
            "nearside.caches.lenient.degraded.reads", "copies");
    try (RedisServer server =
            RedisServer.start(
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--maxmemory-policy",
                "noeviction");
        TcpProxy proxy = TcpProxy.to(server);
        Nodes nodes =
            Nodes.sharing(
                Nodes.NEAREST,
                NODES,
                node -> node == 0 ? proxy.address() : server.address(),
                settings)) {
      for (int i = 0; i < NODES; i++) {
        nodes.ask(
            i,
            Scenario.BEGIN_TRAFFIC,
            Work.parse("").with("node", i).with("seed", seed & Integer.MAX_VALUE),
            PATIENCE);
      }
      round(nodes, server, proxy, random, 0); // so that all is there that is going to stay
      List<Work> before = states(nodes);
      long clients = clients(server);
      long start = System.nanoTime();
      for (int i = 1; System.nanoTime() - start < LENGTH.toNanos(); i++) {
        round(nodes, server, proxy, random, i);
      }
      List<Work> traffic = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        traffic.add(nodes.ask(i, Scenario.END_TRAFFIC, Work.parse(""), PATIENCE));
      }
      judge(traffic, Duration.ofNanos(System.nanoTime() - start));
      nothingIsLeft(nodes, server, traffic, before, clients);
    }
  }

  private void round(
      Nodes nodes, RedisServer server, TcpProxy proxy, RandomGenerator random, int number)
      throws Exception {
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    Duration time = Duration.ofMillis(500 + random.nextInt(2_500));
    happened.merge(kind, 1, Integer::sum);
    String name = "soak " + number + ", " + kind.name().toLowerCase(Locale.ROOT) + ' ' + time;
    Load.Faults fault =
        () -> {
          Window window = Window.of(() -> kind.happen(server, proxy, time));
          windows.add(window);
          return List.of(window);
        };
    if (number % 2 == 0) {
      Freshness.run(nodes, Plan.of(name, nodes).losing(kind.losing), fault)
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .blockedNobody();
    } else {
      Load load = Load.run(name, nodes, "k" + number + '.', LOAD_MILLIS + time.toMillis(), fault);
      try {
        switch (kind.losing) {
          case NOTHING -> load.keptEverything();
          case EVERYTHING -> load.lostAtMostInFaults();
          default -> load.lostAtMost();
        }
      } catch (TestAbortedException noVerdict) {
        undecided++;
      }
    }
  }

  private static List<Work> states(Nodes nodes) throws InterruptedException {
    List<Work> states = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      states.add(nodes.ask(i, Scenario.STATE, Work.parse(""), PATIENCE));
    }
    return states;
  }

  private static long clients(RedisServer server) throws IOException {
    return Long.parseLong(server.info("connected_clients"));
  }

  /**
   * Every read of a cache with a loader is answered; away from faults the source is asked at most
   * twice as often as entries expire, and in a fault, where neither tier may answer, at most once
   * for each read.
   */
  private void judge(List<Work> traffic, Duration length) {
    Map<Long, Long> loads = new TreeMap<>();
    Map<Long, Long> reads = new TreeMap<>();
    long unanswered = 0;
    for (Work node : traffic) {
      add(node.text("loads"), loads);
      add(node.text("reads"), reads);
      unanswered += node.number("unanswered");
    }
    long all = sum(reads);
    double availability = 1 - (double) unanswered / all;
    double steady = Traffic.KEYS / (double) Traffic.LIFE.toSeconds();
    Map<Long, Long> quietLoads = new TreeMap<>(loads);
    Map<Long, Long> quietReads = new TreeMap<>(reads);
    quietLoads.keySet().removeIf(this::isFault);
    quietReads.keySet().removeIf(this::isFault);
    double quiet = sum(quietLoads) / (double) Math.max(1, quietReads.size());
    long faultLoads = sum(loads) - sum(quietLoads);
    long faultReads = all - sum(quietReads);
    System.out.printf(
        Locale.ROOT,
        """
        | soak | |
        |---|---|
        | length, faults | %d s, %d: %s |
        | rounds without a verdict | %d |
        | reads with a loader, unanswered, availability | %,d, %d, %.4f %% |
        | loads a second away from faults; steady state; bound | %.1f; %.1f; %.1f |
        | loads, reads in and shortly after faults | %,d, %,d |
        | puts and reads of copies that may be stale | %,d, %,d |
        | wrong answers | %d |
        """,
        length.toSeconds(),
        windows.size(),
        happened,
        undecided,
        all,
        unanswered,
        100 * availability,
        quiet,
        steady,
        2 * steady,
        faultLoads,
        faultReads,
        traffic.stream().mapToLong(node -> node.number("puts")).sum(),
        traffic.stream().mapToLong(node -> node.number("lenientReads")).sum(),
        traffic.stream().mapToLong(node -> node.number("wrong")).sum());
    assertThat(traffic)
        .allSatisfy(node -> assertThat(node.number("wrong")).as(node.text("complaints")).isZero());
    assertThat(availability)
        .as(traffic.get(0).text("complaints"))
        .isGreaterThanOrEqualTo(AVAILABILITY);
    assertThat(quiet).as("loads a second away from faults").isLessThanOrEqualTo(2 * steady);
    assertThat(faultLoads).isLessThanOrEqualTo(faultReads);
  }

  private static void add(String seconds, Map<Long, Long> counts) {
    for (String pair : seconds.split(",")) {
      String[] parts = pair.split(":");
      if (!parts[0].equals("0")) {
        counts.merge(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long::sum);
      }
    }
  }

  private static long sum(Map<Long, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private boolean isFault(long second) {
    long from = TimeUnit.SECONDS.toNanos(second);
    long to = from + TimeUnit.SECONDS.toNanos(1);
    return windows.stream()
        .anyMatch(window -> window.from() <= to && from <= window.to() + AFTERMATH.toNanos());
  }

  /** No thread, connection or memory is kept, and what was to be made good has been. */
  private static void nothingIsLeft(
      Nodes nodes, RedisServer server, List<Work> traffic, List<Work> before, long clients)
      throws Exception {
    for (Work last : traffic) {
      for (int i = 0; i < NODES; i++) {
        assertThat(nodes.ask(i, Scenario.CHECK_TRAFFIC, last, PATIENCE).number("others"))
            .as("keys whose last change is not made good")
            .isZero();
      }
    }
    await("connections to be closed")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(clients(server)).isLessThanOrEqualTo(clients + MORE_CLIENTS));
    await("threads to end")
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          List<Work> after = states(nodes);
          System.out.println("clients " + clients + ", " + clients(server) + "; " + before + after);
          for (int i = 0; i < NODES; i++) {
            assertThat(after.get(i).number("threads"))
                .isLessThanOrEqualTo(before.get(i).number("threads") + MORE_THREADS);
            assertThat(after.get(i).number("heap"))
                .as("KiB after garbage collection")
                .isLessThanOrEqualTo(before.get(i).number("heap") + MORE_HEAP_KIB);
          }
        });
  }
}
