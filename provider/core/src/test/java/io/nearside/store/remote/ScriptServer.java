package io.nearside.store.remote;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/** A real server for the tests of scripts; started once for each kind, ended with the JVM. */
final class ScriptServer {
  /** A server of another release: {@code -Dtest.redis.server=}its command. */
  private static final String COMMAND = System.getProperty("test.redis.server", "redis-server");

  private static final class Single {
    static final ScriptServer SERVER = new ScriptServer(List.of());
  }

  private static final class Clustered {
    static final ScriptServer SERVER =
        new ScriptServer(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
  }

  private final int port;
  private final RedissonClient client;

  private ScriptServer(List<String> options) {
    try {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      Path folder = Files.createTempDirectory("scripts");
      List<String> command =
          new ArrayList<>(
              List.of(COMMAND, "--port", "" + port, "--save", "", "--dir", "" + folder));
      command.addAll(options);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await().atMost(Duration.ofSeconds(20)).until(this::answers);
    Config config = new Config().setCodec(ByteArrayCodec.INSTANCE);
    config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
    client = Redisson.create(config);
  }

  static ScriptServer single() {
    return Single.SERVER;
  }

  /** A cluster of one master without slots yet. */
  static ScriptServer clustered() {
    return Clustered.SERVER;
  }

  RedissonClient client() {
    return client;
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
