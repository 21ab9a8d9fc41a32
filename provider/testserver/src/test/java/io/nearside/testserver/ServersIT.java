package io.nearside.testserver;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The servers that other tests rely on do what they say. */
@Timeout(120)
@Tag("any-jdk")
class ServersIT {

  @Test
  void aServerAnswersAndComesBackOnItsPortAfterKillWithoutItsData() throws Exception {
    try (RedisServer server = RedisServer.start()) {
      server.call("SET", "k", "v");
      assertThat(server.ask("GET", "k")).isEqualTo("v");
      assertThat(server.call("GET", "none")).isNull();
      assertThat(server.keys("*")).containsExactly("k");
      server.kill();
      assertThatThrownBy(() -> server.call("PING")).isInstanceOf(IOException.class);
      server.restart();
      assertThat(server.keys("*")).isEmpty();
    }
  }

  @Test
  void whatIsPersistedSurvivesStopAndKill() throws Exception {
    try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
      server.call("SET", "k", "v");
      server.stop();
      server.restart();
      server.kill();
      server.restart();
      assertThat(server.ask("GET", "k")).isEqualTo("v");
    }
  }

  @Test
  void aPausedServerKeepsConnectionsSilentAndExecutesLater() throws Exception {
    try (RedisServer server = RedisServer.start();
        RespConnection connection = new RespConnection(RedisServer.HOST, server.port(), 200)) {
      server.pause();
      assertThatThrownBy(() -> connection.call("SET", "k", "late"))
          .isInstanceOf(SocketTimeoutException.class);
      server.resume();
      Awaitility.await().until(() -> server.ask("GET", "k").equals("late"));
    }
  }

  @Test
  void answersOfEveryTypeAreUnderstood() throws Exception {
    try (RedisServer server = RedisServer.start("--maxmemory", "64mb")) {
      byte[] binary = {0, 13, 10, -1};
      server.call("SET", "b", binary);
      assertThat((byte[]) server.call("GET", "b")).isEqualTo(binary);
      assertThat(server.call("INCR", "n")).isEqualTo(1L);
      assertThat(server.ask("MGET", "n", "none")).isEqualTo("1\n");
      assertThatThrownBy(() -> server.call("LPOP", "n"))
          .isInstanceOf(RedisErrorException.class)
          .hasMessageContaining("WRONGTYPE");
      assertThat(server.info("maxmemory")).isEqualTo("67108864");
      server.call("CONFIG", "RESETSTAT");
      server.call("GET", "n");
      assertThat(server.calls("get")).isEqualTo(1);
    }
  }

  @Test
  void aProxyIsSilentCutsAndHeals() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server)) {
      RespConnection connection = new RespConnection(RedisServer.HOST, proxy.port(), 200);
      connection.call("SET", "k", "v");
      proxy.silence();
      assertThatThrownBy(() -> connection.call("SET", "k", "w"))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(server.ask("GET", "k")).isEqualTo("v");
      proxy.heal();
      Awaitility.await().until(() -> server.ask("GET", "k").equals("w"));
      RespConnection second = new RespConnection(RedisServer.HOST, proxy.port(), 2_000);
      second.call("PING");
      proxy.cut();
      assertThatThrownBy(() -> second.call("PING")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> new RespConnection(RedisServer.HOST, proxy.port(), 200).call("PING"))
          .isInstanceOf(IOException.class);
      proxy.heal();
      try (RespConnection again = new RespConnection(RedisServer.HOST, proxy.port(), 2_000)) {
        assertThat(again.call("GET", "k"))
            .isEqualTo("w".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void aProxySilencesThoseWhoSubscribe() throws Exception {
    try (RedisServer server = RedisServer.start();
        TcpProxy proxy = TcpProxy.to(server);
        RespConnection caller = new RespConnection(RedisServer.HOST, proxy.port(), 2_000);
        RespConnection subscriber = new RespConnection(RedisServer.HOST, proxy.port(), 1_000);
        RespConnection late = new RespConnection(RedisServer.HOST, proxy.port(), 1_000)) {
      subscriber.call("SUBSCRIBE", "c");
      late.call("PING");
      proxy.silenceSubscribers();
      assertThat(caller.call("SET", "subscribe", "v")).isEqualTo("OK");
      assertThatThrownBy(() -> subscriber.call("PING")).isInstanceOf(SocketTimeoutException.class);
      assertThatThrownBy(() -> late.call("subscribe", "c"))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(server.ask("PUBSUB", "NUMSUB", "c")).endsWith("1");
      proxy.heal();
      Awaitility.await().until(() -> server.ask("PUBSUB", "NUMSUB", "c").endsWith("2"));
    }
  }

  @Test
  void aClusterMovesSlotsAndFailsOverAndSurvivesTheLossOfAMaster() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 1)) {
      RedisServer any = cluster.nodes().get(0);
      int slot = RedisCluster.slot(any, "{tag}");
      RedisServer owner = cluster.owner(slot);
      owner.call("SET", "{tag}k", "v");
      RedisServer other =
          cluster.masters().stream().filter(node -> node != owner).findFirst().orElseThrow();
      cluster.moveSlot(slot, other);
      assertThat(cluster.owner(slot)).isSameAs(other);
      assertThat(other.ask("GET", "{tag}k")).isEqualTo("v");
      assertThatThrownBy(() -> owner.call("GET", "{tag}k")).hasMessageContaining("MOVED");

      RedisServer replica = cluster.nodes().get(cluster.nodes().indexOf(other) + 3);
      cluster.failOver(replica);
      assertThat(cluster.owner(slot)).isSameAs(replica);
      assertThat(replica.ask("GET", "{tag}k")).isEqualTo("v");

      cluster.awaitHealthy();
      replica.kill();
      cluster.awaitPromotion(other);
      assertThat(other.ask("GET", "{tag}k")).isEqualTo("v");
    }
  }

  @Test
  void mastersAgreeOnSlotsThatWereMovedInARow() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      List<RedisServer> masters = cluster.nodes();
      for (int move = 0; move < 60; move++) {
        int slot = move % 10;
        cluster.moveSlot(slot, masters.get((move / 10 + 1) % masters.size()));
      }
      for (int slot = 0; slot < 10; slot++) {
        for (RedisServer asked : masters) {
          assertThat(cluster.owner(asked, slot)).isSameAs(masters.get(0));
        }
      }
    }
  }

  @Test
  void aServerEndsWithTheJvmThatStartedItEvenIfThatIsKilled() throws Exception {
    Process jvm =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-Dtest.redis=" + System.getProperty("test.redis", ""),
                    "-Dtest.redis.image=" + System.getProperty("test.redis.image", ""),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Starter.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = jvm.inputReader()) {
      int port =
          out.lines()
              .filter(line -> line.startsWith("port "))
              .mapToInt(line -> Integer.parseInt(line.substring(5)))
              .findFirst()
              .orElseThrow();
      new RespConnection(RedisServer.HOST, port).close();
      jvm.destroyForcibly();
      assertThat(jvm.waitFor(20, SECONDS)).isTrue();
      Awaitility.await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> new RespConnection(RedisServer.HOST, port))
                  .isInstanceOf(IOException.class));
    } finally {
      jvm.destroyForcibly();
    }
  }

  /** A JVM that starts a server and waits to be killed. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] args) throws Exception {
      System.out.println("port " + RedisServer.start().port());
      System.in.read();
    }
  }
}
