package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.nodes.Load.Window;
import io.nearside.testserver.RedisErrorException;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.RespConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What several JVMs see while a server fails: values may get lost where the server loses them, but
 * no old value comes back, nothing acknowledged is untrue, and nobody waits beyond the time-out.
 */
@Timeout(300)
class FaultsIT {
  private static final int NODES = 3;
  private static final long MILLIS = Nodes.STRESS ? 30_000 : 5_000;
  private static final long LONG = MILLIS + 6_000;
  private static final int TIMES = Nodes.STRESS ? 50 : 8;
  private static final byte[] JUNK = new byte[50_000];

  @Test
  void killedAndStartedAgainWithoutPersistence() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run(
              "kill -9",
              nodes,
              LONG,
              () ->
                  List.of(
                      Window.of(() -> {
                        server.kill();
                        Load.last(Duration.ofMillis(500));
                        server.restart();
                      })))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .blockedNobody()
          .lostAtMostInFaults();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void killedAndStartedAgainWithEveryWriteOnDisk() throws Exception {
    try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run(
              "kill -9, appendfsync always",
              nodes,
              LONG,
              () ->
                  List.of(
                      Window.of(() -> {
                        server.kill();
                        server.restart();
                      })))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .keptEverything();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void stoppedForFiveSeconds() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run(
              "SIGSTOP 5 s",
              nodes,
              LONG,
              () ->
                  List.of(
                      Window.of(() -> {
                        server.pause();
                        Load.last(Duration.ofMillis(5_000));
                        server.resume();
                      })))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .blockedNobody()
          .keptEverything();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void connectionsKilledAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run("CLIENT KILL", nodes, MILLIS, repeated(server, "CLIENT", "KILL", "TYPE", "normal"))
          .wentWellBeforeAndAfter()
          .blockedNobody()
          .keptEverything();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void scriptsForgottenAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run("SCRIPT FLUSH", nodes, MILLIS, repeated(server, "SCRIPT", "FLUSH"))
          .wentWellBeforeAndAfter()
          .blockedNobody()
          .keptEverything();
    }
  }

  @Test
  void everythingFlushedAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run("FLUSHALL", nodes, MILLIS, repeated(server, "FLUSHALL"))
          .wentWellBeforeAndAfter()
          .blockedNobody()
          .lostAtMostInFaults();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void headsDeletedAgainAndAgain() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run("heads deleted", nodes, MILLIS, () -> deleteHeads(server))
          .wentWellBeforeAndAfter()
          .blockedNobody()
          .lostAtMostInFaults();
    }
  }

  private static List<Window> deleteHeads(RedisServer server) throws Exception {
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      List<Object> words = new ArrayList<>(List.of("DEL"));
      words.addAll(heads(server));
      windows.add(Window.of(() -> server.call(words.toArray())));
      Load.last(Duration.ofMillis(100));
    }
    return windows;
  }

  /** At once if there are any, as the time that calls go on is short. */
  private static List<String> heads(RedisServer server) {
    return await()
        .pollDelay(Duration.ZERO)
        .until(() -> server.keys("*!h"), heads -> !heads.isEmpty());
  }

  private static Load.Faults repeated(RedisServer server, Object... command) {
    return () -> {
      List<Window> windows = new ArrayList<>();
      for (int i = 0; i < TIMES; i++) {
        windows.add(Window.of(() -> server.call(command)));
        Load.last(Duration.ofMillis(100));
      }
      return windows;
    };
  }

  @Test
  @Tag(Nodes.SOAK)
  void memoryFullAndAnythingMayBeEvicted() throws Exception {
    try (RedisServer server =
            RedisServer.start("--maxmemory", "8mb", "--maxmemory-policy", "allkeys-lru");
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run("allkeys-lru", nodes, MILLIS, () -> List.of(Window.of(() -> fill(server, 1_000))))
          .wentWellBeforeAndAfter()
          .blockedNobody()
          .lostAtMost();
      assertThat(Long.parseLong(server.info("evicted_keys"))).isPositive();
    }
  }

  /** A value that finds no room is not stored, but what it should have replaced must go. */
  @Test
  @Tag(Nodes.SOAK)
  void memoryFullAndNothingMayBeEvicted() throws Exception {
    try (RedisServer server =
            RedisServer.start("--maxmemory", "8mb", "--maxmemory-policy", "noeviction");
        Nodes nodes = Nodes.remote(NODES, server.address(), Map.of())) {
      Load.run("noeviction", nodes, MILLIS, () -> List.of(Window.of(() -> fillUp(server))))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .blockedNobody()
          .lostAtMost();
    }
  }

  /** What a connection holds counts too: it stays open, or there would be room again. */
  private static void fillUp(RedisServer server) throws Exception {
    try (RespConnection connection = server.connect()) {
      for (byte[] junk : List.of(JUNK, new byte[100], new byte[0])) {
        fillUp(connection, junk);
      }
      Load.last(Duration.ofMillis(1_000));
    }
    for (String key : server.keys("junk*")) {
      server.call("DEL", key);
    }
  }

  private static void fillUp(RespConnection connection, byte[] junk) throws IOException {
    try {
      for (; ; ) {
        connection.call("SET", "junk" + System.nanoTime(), junk);
      }
    } catch (RedisErrorException e) {
      assertThat(e).hasMessageStartingWith("OOM");
    }
  }

  private static void fill(RedisServer server, int count) throws IOException {
    try (RespConnection connection = server.connect()) {
      for (int i = 0; i < count; i++) {
        connection.call("SET", "junk" + System.nanoTime(), JUNK);
      }
    }
  }
}
