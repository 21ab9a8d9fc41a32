package io.nearside.redisson;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A {@code redis-server} process of its own, on a free port of the loopback interface. */
final class RedisServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);

  private final int port;
  private final Path directory;
  private final Process process;

  private RedisServer(Path executable, int port, Path directory) throws IOException {
    this.port = port;
    this.directory = directory;
    this.process =
        new ProcessBuilder(
                executable.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts a server that answers, or aborts (skips) the calling test where none is installed. */
  static RedisServer start(int port) throws IOException {
    RedisServer server =
        new RedisServer(executable(), port, Files.createTempDirectory("nearside-redis"));
    Awaitility.await("redis-server to listen").atMost(START).until(server::listens);
    return server;
  }

  private static Path executable() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> abort("no redis-server on the PATH: install the package redis-server"));
  }

  private boolean listens() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(Files.readString(directory.resolve("redis.log")));
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
