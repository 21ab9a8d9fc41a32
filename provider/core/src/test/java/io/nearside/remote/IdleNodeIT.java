package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a manager holds while nothing is asked of it, and that nothing is left when it closes. */
@Timeout(180)
@Tag("any-jdk")
class IdleNodeIT {
  private static final Logger LOG = LoggerFactory.getLogger(IdleNodeIT.class);
  private static final int THREADS = 12;
  private static final int CONNECTIONS = 4;

  @Test
  void ofOneServer() throws Exception {
    try (RedisServer server = RedisServer.start()) {
      holdsLittle(server.address(), List.of(server));
    }
  }

  @Test
  void ofACluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 1)) {
      String address =
          "redis+cluster://"
              + cluster.masters().stream()
                  .map(RedisServer::hostAndPort)
                  .collect(Collectors.joining(","));
      holdsLittle(address, cluster.masters());
    }
  }

  @Test
  void ofSentinels() throws Exception {
    assumeTrue(isInstalled("redis-server"), "a sentinel needs redis-server on the PATH");
    Path file = Files.createTempFile("nearside-sentinel", ".conf");
    try (RedisServer master = RedisServer.start()) {
      Files.writeString(
          file,
          "sentinel monitor shop 127.0.0.1 "
              + master.port()
              + " 1\nsentinel resolve-hostnames no\n");
      int port = RedisServer.freePort();
      Process sentinel =
          new ProcessBuilder(
                  "redis-server",
                  file.toString(),
                  "--sentinel",
                  "--port",
                  Integer.toString(port),
                  "--bind",
                  RedisServer.HOST)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Watchdog.watch(sentinel.pid());
      try {
        holdsLittle("redis+sentinel://127.0.0.1:" + port + "/shop", List.of(master));
      } finally {
        sentinel.destroyForcibly().waitFor();
        Watchdog.forget(sentinel.pid());
      }
    } finally {
      Files.delete(file);
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static void holdsLittle(String address, List<RedisServer> masters) throws Exception {
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                IdleNode.class.getName(),
                address,
                "t" + UUID.randomUUID())
            .redirectErrorStream(true)
            .start();
    Watchdog.watch(node.pid());
    try (BufferedReader out = node.inputReader()) {
      String idle = line(out, "idle ");
      assertThat(Integer.parseInt(idle.split(" ")[1])).as(idle).isLessThanOrEqualTo(THREADS);
      for (RedisServer master : masters) {
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(connections(master)).hasSizeBetween(1, CONNECTIONS));
        LOG.info("{}: {} connections", master.hostAndPort(), connections(master).size());
      }
      LOG.info("{}", idle);
      node.getOutputStream().write('\n');
      node.getOutputStream().flush();
      String closed = line(out, "closed ");
      LOG.info("{}", closed);
      assertThat(closed).startsWith("closed 0 ");
      for (RedisServer master : masters) {
        assertThat(connections(master)).isEmpty();
      }
    } finally {
      node.destroyForcibly().waitFor();
      Watchdog.forget(node.pid());
    }
  }

  private static String line(BufferedReader out, String start) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(start)) {
        return line;
      }
      all.append(line).append('\n');
    }
    throw new AssertionError("the node ended:\n" + all);
  }

  private static List<String> connections(RedisServer server) throws IOException {
    return server
        .ask("CLIENT", "LIST")
        .lines()
        .filter(line -> line.contains("name=nearside"))
        .toList();
  }
}
